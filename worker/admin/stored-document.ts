/** Whether a stored document is one that the writer could have written (RFC 7643 section 2). */
import type { ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { Leniency } from "../parse/quirks.ts";
import { parseResource } from "../parse/resource.ts";
import { attributesOf, documentOf } from "../plan/rows.ts";
import { ScimError } from "../scim/fault.ts";
import { jsonEqual } from "../scim/json.ts";
import type { JsonObject } from "../scim/json.ts";

/** What is wrong with it; undefined: nothing. */
export function documentFault(
  type: ResourceType,
  id: string,
  document: JsonObject,
): string | undefined {
  if (document["id"] !== id) return "its id isn't the resource's";
  const size = new TextEncoder().encode(JSON.stringify(document)).length;
  if (size > PROVIDER.maxDocumentSize) return `it is larger than ${PROVIDER.maxDocumentSize} bytes`;
  try {
    const leniency = new Leniency("strict");
    const parsed = parseResource(type, document, leniency);
    const [forgiven] = leniency.forgiven;
    if (forgiven !== undefined) throw new ScimError(forgiven.fault);
    const canonical = documentOf(type, id, attributesOf(parsed.document));
    return jsonEqual(canonical, document) ? undefined : "it isn't as its schemas have it";
  } catch (error) {
    if (error instanceof ScimError) return error.message;
    throw error;
  }
}
