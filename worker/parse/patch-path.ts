/** The path of a PATCH operation: an attribute, a value path, a sub-attribute or a whole extension (RFC 7644 section 3.5.2). */
import type { ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { findAttribute, readAttributePath, resolvePath } from "../scim/attribute-path.ts";
import type { AttributePath, AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import type { Filter } from "./filter.ts";
import { parseValuePath } from "./filter-parser.ts";
import { rewritePath, rewriteValueFilter } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";

export type PatchTarget =
  | { readonly kind: "attribute"; readonly ref: AttributeRef; readonly filter: Filter | undefined }
  | { readonly kind: "extension"; readonly urn: string };

/** @throws invalidPath, and invalidFilter for the filter of a value path */
export function parsePatchPath(text: string, type: ResourceType, leniency: Leniency): PatchTarget {
  const trimmed = text.trim();
  const bracket = trimmed.indexOf("[");
  if (bracket < 0) return resolve(readPath(trimmed, text), type, text, leniency);
  if (trimmed.length > PROVIDER.maxFilterLength) {
    refuse("invalidFilter", `The path is longer than ${PROVIDER.maxFilterLength} characters.`);
  }
  const { filter, rest } = parseValuePath(trimmed);
  // Filters may test a sub-attribute after the bracket; a path ends there, or with the sub-attribute's name.
  if (rest === "" && !trimmed.endsWith("]")) refuse("invalidPath", `${text} is no attribute path.`);
  const target = resolve(readPath(trimmed.slice(0, bracket), text), type, text, leniency);
  if (target.kind === "extension" || target.ref.sub !== undefined) {
    return refuse(
      "invalidPath",
      `${text}: a value filter needs a multi-valued attribute before it.`,
    );
  }
  if (filter.kind !== "valuePath" || !target.ref.attribute.multiValued) {
    return refuse(
      "invalidPath",
      `${text}: a value filter needs a multi-valued attribute before it.`,
    );
  }
  const { attribute } = target.ref;
  return {
    kind: "attribute",
    ref: { ...target.ref, sub: readSub(rest, target.ref, text) },
    filter: rewriteValueFilter(filter.filter, attribute, leniency),
  };
}

function readPath(text: string, whole: string): AttributePath {
  return readAttributePath(text) ?? refuse("invalidPath", `${whole} is no attribute path.`);
}

function resolve(
  path: AttributePath,
  type: ResourceType,
  text: string,
  leniency: Leniency,
): PatchTarget {
  const known = rewritePath(path, type, "invalidPath", leniency);
  const target = resolvePath(type, known);
  if (target === undefined) return refuse("invalidPath", `${type.name} has no attribute ${text}.`);
  if (target.kind === "extension") return { kind: "extension", urn: target.urn };
  const { extension, attribute, sub } = target;
  return { kind: "attribute", ref: { extension, attribute, sub }, filter: undefined };
}

/** What follows the bracket: nothing, or a dot and a sub-attribute. */
function readSub(rest: string, ref: AttributeRef, text: string): AttributeRef["sub"] {
  if (rest === "") return undefined;
  const name = rest.startsWith(".") ? rest.slice(1) : "";
  const sub = findAttribute(ref.attribute.subAttributes, name);
  return (
    sub ?? refuse("invalidPath", `${text}: ${ref.attribute.name} has no sub-attribute ${rest}.`)
  );
}
