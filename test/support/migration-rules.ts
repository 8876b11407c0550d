/** What a migration may not do, since the Worker of the version before it goes on working while and after it runs. */

export interface Migration {
  readonly name: string;
  readonly queries: readonly string[];
}

const RULES: readonly (readonly [rule: string, breaks: RegExp])[] = [
  ["drops something", /\bDROP\s+(TABLE|INDEX|VIEW)\b|\bALTER\s+TABLE\s+\S+\s+DROP\b/i],
  ["renames", /\bRENAME\b/i],
  ["rebuilds a table", /__new_/i],
  ["makes a trigger", /\bCREATE\s+TRIGGER\b/i],
];

/** One line for each thing that the older Worker would fall over. @throws where there was nothing to look at */
export function brokenRules(migrations: readonly Migration[]): string[] {
  const queries = migrations.flatMap(({ name, queries: all }) =>
    all.map((query) => ({ name, query: withoutComments(query) })),
  );
  if (queries.length === 0 || migrations.some((one) => one.queries.length === 0)) {
    throw new Error("there is no migration, or an empty one: nothing was checked");
  }
  const tables = new Map<string, string>();
  return queries.flatMap(({ name, query }) => {
    const [, made] = /\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`"]?(\w+)/i.exec(query) ?? [];
    if (made !== undefined) tables.set(made, name);
    const broken = RULES.filter(([, pattern]) => pattern.test(query)).map(([rule]) => rule);
    const [, unique] = /\bCREATE\s+UNIQUE\s+INDEX\b.*?\bON\s+[`"]?(\w+)/is.exec(query) ?? [];
    if (unique !== undefined && tables.get(unique) !== name) {
      broken.push("makes unique what the older Worker may write twice");
    }
    if (/\bADD\b/i.test(query) && !isOptional(query)) {
      broken.push("adds a column that the older Worker doesn't fill");
    }
    return broken.map((rule) => `${name}: ${rule}: ${query.trim().slice(0, 80)}`);
  });
}

function isOptional(query: string): boolean {
  return !/\bNOT\s+NULL\b/i.test(query) || /\bDEFAULT\b/i.test(query);
}

function withoutComments(query: string): string {
  return query.replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, " ");
}
