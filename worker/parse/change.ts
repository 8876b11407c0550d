/** The change that a method, its target and its body ask for, whether they came alone or in a Bulk request. */
import type { Change } from "../scim/command.ts";
import type { Json } from "../scim/json.ts";
import type { BulkTarget } from "./bulk.ts";
import { parsePatch } from "./patch.ts";
import type { PatchOperation } from "./patch.ts";
import type { Leniency } from "./quirks.ts";
import { parseResource } from "./resource.ts";

/** @throws what `parseResource` and `parsePatch` throw */
export function parseChange(
  { method, type, id = "" }: BulkTarget,
  body: Json,
  leniency: Leniency,
): Change<PatchOperation> {
  switch (method) {
    case "POST":
      return { kind: "create", resource: parseResource(type, body, leniency) };
    case "PUT":
      return { kind: "replace", id, resource: parseResource(type, body, leniency) };
    case "PATCH":
      return { kind: "patch", id, operations: parsePatch(body, { type, id, leniency }) };
    case "DELETE":
      return { kind: "delete", id };
  }
}
