/** Does a piece of SQL name a tenant for each table that it touches? */

/** A table that is touched without its tenant being named beside it. */
export interface Unbound {
  readonly table: string;
  readonly alias: string;
}

const WORDS =
  "on|where|set|select|values|cross|left|inner|join|indexed|not|order|group|limit|union|using|returning|as";
const TOUCHED = new RegExp(
  String.raw`\b(from|join|into|update)\s+([a-z_]+)\b(?:\s+(?:as\s+)?(?!(?:${WORDS})\b)([a-z]\w*))?`,
  "gi",
);

/** The touched tables, and those of them that are unbound. */
export function judgeSql(
  text: string,
  tables: ReadonlySet<string>,
): { readonly touched: number; readonly unbound: readonly Unbound[] } {
  const touched = [...text.matchAll(TOUCHED)].flatMap(([, verb = "", table = "", alias = ""]) =>
    tables.has(table) ? [{ verb: verb.toLowerCase(), table, alias }] : [],
  );
  const unbound = touched.filter(({ verb, table, alias }) =>
    verb === "into" ? !insertsTenant(text, table) : !namesTenant(text, alias),
  );
  return { touched: touched.length, unbound };
}

/** The tenant is the first column of every insert. */
function insertsTenant(text: string, table: string): boolean {
  return new RegExp(String.raw`\binto\s+${table}\s*\(\s*tenant_id\b`, "i").test(text);
}

/** `a.tenant_id = ...`, `... = a.tenant_id`, or the same without an alias. */
function namesTenant(text: string, alias: string): boolean {
  const column = alias === "" ? String.raw`(?<!\.)\btenant_id` : String.raw`\b${alias}\.tenant_id`;
  return new RegExp(String.raw`${column}\s*=|=\s*${column}\b`, "i").test(text);
}
