/** The attribute mapping of an IdP: which attribute of the directory fills which attribute of the server. */
import type { Attributes } from "./attributes.ts";

/** Path on the server to path in the directory. */
export type Mapping = Readonly<Record<string, string>>;

/** Each path from the attribute of the same name. */
export function same(...paths: readonly string[]): Mapping {
  return Object.fromEntries(paths.map((path) => [path, path]));
}

/** An attribute without a value gives none. */
export function mapAttributes(attributes: Attributes, mapping: Mapping): Attributes {
  const mapped: Record<string, string> = {};
  for (const [to, from] of Object.entries(mapping)) {
    const value = attributes[from];
    if (value !== undefined) mapped[to] = value;
  }
  return mapped;
}

/** Whether the IdP has anything to tell a server that has these attributes. */
export function differs(mapping: Mapping, present: Attributes, wanted: Attributes): boolean {
  return Object.keys(mapping).some((path) => present[path] !== wanted[path]);
}
