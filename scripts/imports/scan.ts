/** The imports and the banned words of a TypeScript source, with their lines. */
import { maskSource } from "./mask.ts";

export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** `import type` or `export type`: gone when the code runs. */
  readonly typeOnly: boolean;
}

export interface Word {
  readonly line: number;
  readonly word: string;
}

const STATIC =
  /(?<![\w$.])(?:import|export)\s+(?<type>type\s+(?!from\b|,))?(?:[\w$*{}\s,]+?\s*from\s*)?(?<quote>["'])(?<text>[ ]*)\k<quote>/g;
const DYNAMIC = /(?<![\w$.])import\s*\(\s*(?<quote>["'`])(?<text>[ ]*)\k<quote>/g;
const COMPUTED = /(?<![\w$.])import\s*\(\s*(?!["'`])/g;

/** Every static and dynamic import, and every re-export. A computed one has the specifier "(computed)". */
export function scanImports(source: string): readonly Import[] {
  const masked = maskSource(source);
  const found = [STATIC, DYNAMIC].flatMap((pattern) =>
    [...masked.matchAll(pattern)].map((match) => {
      const text = match.groups?.["text"] ?? "";
      const end = match.index + match[0].length - 1;
      return {
        line: lineAt(source, match.index),
        specifier: source.slice(end - text.length, end),
        typeOnly: match.groups?.["type"] !== undefined,
      };
    }),
  );
  const computed = [...masked.matchAll(COMPUTED)].map((match) => ({
    line: lineAt(source, match.index),
    specifier: "(computed)",
    typeOnly: false,
  }));
  return [...found, ...computed].toSorted((a, b) => a.line - b.line);
}

/** Where these words stand as code; as a property of something else they are another thing. */
export function scanWords(source: string, words: readonly string[]): readonly Word[] {
  const alternatives = words.map((word) => word.replaceAll(".", String.raw`\s*\.\s*`)).join("|");
  const pattern = new RegExp(String.raw`(?<![\w$.])(?:${alternatives})(?![\w$])`, "g");
  return [...maskSource(source).matchAll(pattern)].map((match) => ({
    line: lineAt(source, match.index),
    word: match[0].replaceAll(/\s/g, ""),
  }));
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split("\n").length;
}
