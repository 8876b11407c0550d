/** Cases that are data: the JSON files of a folder of `test/golden/`, as they were written. */
import type { Json } from "../../worker/scim/json.ts";

declare global {
  interface ImportMeta {
    glob(
      pattern: string[],
      options: { eager: true; query: "?raw"; import: "default" },
    ): Record<string, unknown>;
  }
}

export interface GoldenFile<Case> {
  readonly file: string;
  readonly cases: readonly Case[];
}

/**
 * `texts` is what `import.meta.glob` gave: raw, since a module would lose a `__proto__` that the case is about.
 * @throws where a file holds no case, or two cases have one name
 */
export function readGoldens<Case extends { readonly name: string }>(
  texts: Readonly<Record<string, unknown>>,
): GoldenFile<Case>[] {
  const files = Object.entries(texts).map(([path, text]) => {
    const file = path.slice(path.lastIndexOf("/") + 1);
    return { file, cases: JSON.parse(String(text)) as Case[] };
  });
  const names = files.flatMap(({ file, cases }) => cases.map(({ name }) => `${file}: ${name}`));
  if (new Set(names).size !== names.length) throw new Error("Two goldens have one name.");
  if (files.some(({ cases }) => cases.length === 0)) throw new Error("A golden file is empty.");
  return files;
}

/** The value, which throws from now on where it is changed. */
export function freeze<Value extends Json | undefined>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
