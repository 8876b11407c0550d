/** Does a piece of SQL name a tenant for each table that it touches? */

/** A table that is touched without its tenant being named beside it. */
export interface Unbound {
  readonly table: string;
  readonly alias: string;
}

const WORDS =
  "on|where|set|select|values|cross|left|inner|join|indexed|not|order|group|limit|union|using|returning|as";
/** A template that begins with a table's name is what follows another's FROM: the place is as good as behind the word. */
const TOUCHED = new RegExp(
  String.raw`(?:^\s*(?!(?:select|with|insert|delete|update)\b)|\b(from|join|into|update)\s+)([a-z_]+)\b(?:\s+(?:as\s+)?(?!(?:${WORDS})\b)([a-z]\w*))?`,
  "gi",
);

/** The touched tables, and those of them that are unbound. */
export function judgeSql(
  text: string,
  tables: ReadonlySet<string>,
): { readonly touched: number; readonly unbound: readonly Unbound[] } {
  const touched = [...text.matchAll(TOUCHED)].flatMap((match) => {
    const [, verb = "", table = "", alias = ""] = match;
    return tables.has(table) ? [{ verb: verb.toLowerCase(), table, alias, at: match.index }] : [];
  });
  const unbound = touched.filter(({ verb, table, alias, at }) =>
    verb === "into"
      ? !insertsTenant(text, table)
      : // An alias may be bound from within a query that it encloses; a bare column is the innermost table's.
        !namesTenant(alias === "" ? queryAround(text, at) : text, alias),
  );
  return { touched: touched.length, unbound };
}

/** The tenant is the first column of every insert. */
function insertsTenant(text: string, table: string): boolean {
  return new RegExp(String.raw`\binto\s+${table}\s*\(\s*tenant_id\b`, "i").test(text);
}

/** `a.tenant_id = ...`, `... = a.tenant_id`, or the same without an alias; or `(tenant_id, ...) IN (...)`, whose query is judged itself. */
function namesTenant(text: string, alias: string): boolean {
  const column = alias === "" ? String.raw`(?<!\.)\btenant_id` : String.raw`\b${alias}\.tenant_id`;
  const listed = String.raw`\(\s*${column}\b[^()]*\)\s+in\b`;
  return new RegExp(String.raw`${column}\s*=|=\s*${column}\b|${listed}`, "i").test(text);
}

/** The query that the place is in, without those that are nested in it. */
function queryAround(text: string, at: number): string {
  const start = openedBefore(text, at);
  let own = "";
  for (let index = start; index < text.length && text[index] !== ")"; index += 1) {
    if (text[index] !== "(") own += text[index];
    else {
      const end = closedAfter(text, index + 1);
      const inner = text.slice(index + 1, end);
      own += /^\s*(?:select|with)\b/i.test(inner) ? " " : `(${inner})`;
      index = end;
    }
  }
  return own;
}

/** Behind the parenthesis that is still open there; 0 where none is. */
function openedBefore(text: string, at: number): number {
  let depth = 0;
  for (let index = at - 1; index >= 0; index -= 1) {
    if (text[index] === ")") depth += 1;
    if (text[index] === "(") depth -= 1;
    if (depth < 0) return index + 1;
  }
  return 0;
}

/** The parenthesis that closes what was opened before. */
function closedAfter(text: string, at: number): number {
  let depth = 1;
  for (let index = at; index < text.length; index += 1) {
    if (text[index] === "(") depth += 1;
    if (text[index] === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return text.length;
}
