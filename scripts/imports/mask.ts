/** Blanks what is no code in a TypeScript source, keeping every offset: comments, and the insides of literals. */

/** What the scanner is inside of; a template holds code again between `${` and `}`. */
type Context = "code" | "template";

const CLOSED = /[\w$)\]"'`]$/;
const KEYWORD =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await)$/;

/** The source with blanks for comments, and for what stands between quotes, slashes and backticks. */
export function maskSource(source: string): string {
  const masked: string[] = [];
  const contexts: Context[] = ["code"];
  const braces: number[] = [0];
  let index = 0;
  const keep = (length: number): void => {
    masked.push(source.slice(index, index + length));
    index += length;
  };
  const blank = (length: number): void => {
    masked.push(source.slice(index, index + length).replaceAll(/[^\n]/g, " "));
    index += length;
  };
  const blankLiteral = (length: number): void => {
    keep(1);
    blank(length - 2);
    keep(1);
  };
  while (index < source.length) {
    const rest = source.slice(index);
    const depth = braces.at(-1) ?? 0;
    if (contexts.at(-1) === "template") {
      if (rest.startsWith("`")) {
        contexts.pop();
        keep(1);
      } else if (rest.startsWith("${")) {
        contexts.push("code");
        braces.push(0);
        keep(2);
      } else blank(rest.startsWith("\\") ? 2 : 1);
      continue;
    }
    const skipped = lengthOf(/^(?:\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))/, rest);
    const quoted = lengthOf(/^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/, rest);
    if (skipped > 0) blank(skipped);
    else if (quoted > 0) blankLiteral(quoted);
    else if (rest.startsWith("`")) {
      contexts.push("template");
      keep(1);
    } else if (rest.startsWith("/") && startsExpression(masked)) {
      const regex = lengthOf(/^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//, rest);
      if (regex > 0) blankLiteral(regex);
      else keep(1);
    } else if (rest.startsWith("}") && depth === 0 && contexts.length > 1) {
      contexts.pop();
      braces.pop();
      keep(1);
    } else {
      if (rest.startsWith("{")) braces[braces.length - 1] = depth + 1;
      if (rest.startsWith("}")) braces[braces.length - 1] = depth - 1;
      keep(1);
    }
  }
  return masked.join("");
}

/** Is a slash here the start of a regular expression? It divides where a value stands before it. */
function startsExpression(masked: readonly string[]): boolean {
  const before = masked.slice(-40).join("").trimEnd();
  return !CLOSED.test(before) || KEYWORD.test(before);
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}
