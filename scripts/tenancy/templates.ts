/** Finds the `sql` templates of a source file: their text, with a ? in the place of each value. */

export interface Template {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Templates inside the values of others count by themselves. */
export function sqlTemplatesIn(source: string): readonly Template[] {
  const found: Template[] = [];
  for (const match of source.matchAll(/\bsql`/g)) {
    const start = match.index + match[0].length;
    const line = source.slice(0, start).split("\n").length;
    found.push({ line, text: textFrom(source, start) });
  }
  return found;
}

function textFrom(source: string, start: number): string {
  let text = "";
  let at = start;
  while (at < source.length && source[at] !== "`") {
    if (source[at] === "\\") {
      text += source.slice(at, at + 2);
      at += 2;
    } else if (source.startsWith("${", at)) {
      text += "?";
      at = afterValue(source, at + 2);
    } else {
      text += source[at];
      at += 1;
    }
  }
  return text;
}

/** The place behind the } of a value, which may hold braces and templates itself. */
function afterValue(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < source.length) {
    const character = source[at];
    if (character === "`") {
      at = afterTemplate(source, at + 1);
      continue;
    }
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return at;
}

function afterTemplate(source: string, start: number): number {
  let at = start;
  while (at < source.length && source[at] !== "`") {
    if (source[at] === "\\") at += 2;
    else if (source.startsWith("${", at)) at = afterValue(source, at + 2);
    else at += 1;
  }
  return at + 1;
}
