/** Rows on their way to the engine: JSON lists, since parameters end at 100 and bound texts at 2 MB. */

/** Characters in one list, as far as one row isn't longer by itself. */
const LONGEST_LIST = 400_000;

/** Rows as JSON lists, each short enough for one parameter. */
export function lists(rows: readonly unknown[]): string[] {
  const chunks: string[] = [];
  let chunk: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (length + text.length > LONGEST_LIST && chunk.length > 0) {
      chunks.push(`[${chunk.join(",")}]`);
      chunk = [];
      length = 0;
    }
    chunk.push(text);
    length += text.length;
  }
  return chunk.length === 0 ? chunks : [...chunks, `[${chunk.join(",")}]`];
}
