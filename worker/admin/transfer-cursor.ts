/** Where a walk over a tenant's rows goes on: the part that it is in, and the last key that it saw. Operators' eyes only: not sealed. */
import { isList, tryJson } from "../scim/json.ts";
import { ProblemError } from "./problem.ts";

export interface Cursor<Part extends string> {
  readonly part: Part;
  /** What follows tenant_id in the part's key; '' comes before all. */
  readonly key: readonly string[];
}

/** How many columns the key of each part has. */
export type KeyLengths<Part extends string> = Readonly<Record<Part, number>>;

export function printCursor<Part extends string>({ part, key }: Cursor<Part>): string {
  return JSON.stringify([part, ...key]);
}

/** The start where there is no text. @throws ProblemError 400 it is no cursor of these parts */
export function readCursor<Part extends string>(
  parts: readonly Part[],
  lengths: KeyLengths<Part>,
  text: string | undefined,
): Cursor<Part> {
  const start = startAfter(parts, lengths, undefined);
  if (text === undefined && start !== null) return start;
  const [name, ...key] = readTexts(text ?? "");
  const part = parts.find((one) => one === name);
  if (part !== undefined && key.length === lengths[part]) return { part, key };
  throw new ProblemError(400, "cursor: must be one that an earlier answer gave");
}

/** Before the first row of the part that follows this one; null after the last. */
export function startAfter<Part extends string>(
  parts: readonly Part[],
  lengths: KeyLengths<Part>,
  part: Part | undefined,
): Cursor<Part> | null {
  const next = parts[part === undefined ? 0 : parts.indexOf(part) + 1];
  return next === undefined
    ? null
    : { part: next, key: Array.from({ length: lengths[next] }, () => "") };
}

function readTexts(text: string): readonly string[] {
  const value = tryJson(text);
  return isList(value) && value.every((one) => typeof one === "string") ? value : [];
}
