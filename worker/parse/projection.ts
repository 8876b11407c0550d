/** Which attributes a response shows: `attributes` and `excludedAttributes` (RFC 7644 section 3.9). */
import type { ResourceType } from "../../schema/attribute.ts";
import { readAttributePath, resolvePath } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { EVERYTHING } from "../scim/projection.ts";
import type { Projection } from "../scim/projection.ts";
import { Leniency, rewritePath } from "./quirks.ts";

/** @throws invalidValue where both lists are given: they are mutually exclusive */
export function parseProjection(
  type: ResourceType,
  attributes: readonly string[],
  excluded: readonly string[],
): Projection {
  const only = attributes.filter((name) => name.trim() !== "");
  const without = excluded.filter((name) => name.trim() !== "");
  if (only.length > 0 && without.length > 0) {
    return refuse("invalidValue", "attributes and excludedAttributes exclude each other.");
  }
  if (only.length > 0) return { kind: "only", ...resolveNames(type, only) };
  if (without.length > 0) return { kind: "without", ...resolveNames(type, without) };
  return EVERYTHING;
}

function resolveNames(
  type: ResourceType,
  names: readonly string[],
): { refs: AttributeRef[]; extensions: string[] } {
  const refs: AttributeRef[] = [];
  const extensions: string[] = [];
  for (const name of names) {
    const path = readAttributePath(name.trim());
    if (path === undefined) continue;
    const target = resolvePath(type, rewritePath(path, type, "invalidPath", new Leniency()));
    if (target?.kind === "extension") extensions.push(target.urn);
    if (target?.kind === "attribute") {
      refs.push({ extension: target.extension, attribute: target.attribute, sub: target.sub });
    }
  }
  return { refs, extensions };
}
