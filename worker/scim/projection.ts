/** Which attributes a response shows (RFC 7644 section 3.9, and `returned` in RFC 7643 section 7). */
import type { AttributeRef } from "./attribute-path.ts";

/** Names resolved against the type; what the type doesn't know can't be shown and is left out. */
export interface Projection {
  readonly kind: "default" | "only" | "without";
  readonly refs: readonly AttributeRef[];
  /** URNs of whole extensions that are named. */
  readonly extensions: readonly string[];
}

export const EVERYTHING: Projection = Object.freeze({ kind: "default", refs: [], extensions: [] });

/** Does the response show this attribute, or a part of it? (RFC 7643 section 7, `returned`) */
export function showsAttribute(projection: Projection, ref: AttributeRef): boolean {
  const { returned, name } = ref.attribute;
  if (returned === "always") return true;
  if (returned === "never") return false;
  const isSame = (other: AttributeRef): boolean =>
    other.extension === ref.extension && other.attribute.name === name;
  const isNamed =
    (ref.extension !== undefined && projection.extensions.includes(ref.extension)) ||
    projection.refs.some(isSame);
  if (projection.kind === "only") return isNamed;
  if (returned === "request") return false;
  const isWhole =
    (ref.extension !== undefined && projection.extensions.includes(ref.extension)) ||
    projection.refs.some((other) => isSame(other) && other.sub === undefined);
  return projection.kind === "default" || !isWhole;
}

/** Does the response show this sub-attribute of an attribute that it shows? */
export function showsSubAttribute(projection: Projection, ref: AttributeRef): boolean {
  const { returned, name } = ref.sub ?? ref.attribute;
  if (returned === "always") return true;
  if (returned === "never") return false;
  const ofAttribute = projection.refs.filter(
    (other) => other.extension === ref.extension && other.attribute.name === ref.attribute.name,
  );
  const isNamed = ofAttribute.some((other) => other.sub?.name === name);
  if (projection.kind === "without") return returned === "default" && !isNamed;
  const whole = ofAttribute.length === 0 || ofAttribute.some((other) => other.sub === undefined);
  if (returned === "request") return isNamed;
  return projection.kind === "default" || whole || isNamed;
}
