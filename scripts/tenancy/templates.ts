/** Finds the `sql` templates of a source file: their text, with a ? in the place of each value. */
import { maskSource } from "../imports/mask.ts";

export interface Template {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Templates inside the values of others count by themselves. */
export function sqlTemplatesIn(source: string): readonly Template[] {
  const masked = maskSource(source);
  return [...masked.matchAll(/(?<![\w$.])sql`/g)].map(({ index, 0: { length } }) => {
    const start = index + length;
    const line = source.slice(0, start).split("\n").length;
    return { line, text: textFrom(source, masked, start) };
  });
}

function textFrom(source: string, masked: string, start: number): string {
  let text = "";
  let at = start;
  while (at < source.length && masked[at] !== "`") {
    if (masked.startsWith("${", at)) {
      text += "?";
      at = afterValue(masked, at + 2);
    } else {
      text += source[at];
      at += 1;
    }
  }
  return text;
}

/** The place behind the } of a value: what its literals hold is masked, and the braces of templates in it come in pairs. */
function afterValue(masked: string, start: number): number {
  let depth = 1;
  for (let at = start; at < masked.length; at += 1) {
    if (masked[at] === "{") depth += 1;
    if (masked[at] === "}") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return masked.length;
}
