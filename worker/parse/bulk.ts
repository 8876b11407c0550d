/** The body of a Bulk request: its operations, each read as far as it can be (RFC 7644 section 3.7). */
import type { ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { ScimError, refuse } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import { isList, isObject, typeOf, valueOf } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";
import { checkSchemas } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";

export type BulkMethod = "POST" | "PUT" | "PATCH" | "DELETE";

export interface BulkRequest {
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

export interface BulkOperation {
  /** As the client wrote it, for the answer. */
  readonly method: string;
  readonly bulkId: string | undefined;
  readonly version: string | undefined;
  /** Undefined where the path couldn't be read. */
  readonly target: BulkTarget | undefined;
  readonly data: Json;
  /** Why the operation can't be carried out, as far as that is known without its data. */
  readonly fault: Fault | undefined;
}

export interface BulkTarget {
  readonly method: BulkMethod;
  readonly type: ResourceType;
  /** Undefined for a POST; may be a reference, `bulkId:...`. */
  readonly id: string | undefined;
}

/** @throws invalidSyntax, invalidValue; payloadTooLarge for too many operations */
export function parseBulk(
  types: readonly ResourceType[],
  body: Json,
  leniency: Leniency,
): BulkRequest {
  if (!isObject(body))
    return refuse("invalidSyntax", `The body must be an object, not ${typeOf(body)}.`);
  checkSchemas(valueOf(body, "schemas"), [MESSAGES.bulkRequest], leniency);
  const operations = valueOf(body, "Operations");
  if (!isList(operations))
    return refuse("invalidSyntax", "Operations must be a list of operations.");
  if (operations.length > PROVIDER.maxOperations) {
    const detail = `The request holds more than ${PROVIDER.maxOperations} operations.`;
    throw new ScimError({ kind: "payloadTooLarge", detail });
  }
  const seen = new Set<string>();
  return {
    failOnErrors: readFailOnErrors(valueOf(body, "failOnErrors")),
    operations: operations.map((operation) => parseOperation(operation, types, seen)),
  };
}

function readFailOnErrors(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  return refuse("invalidValue", "failOnErrors takes an integer of at least 1.");
}

function parseOperation(
  operation: Json,
  types: readonly ResourceType[],
  seen: Set<string>,
): BulkOperation {
  const object = isObject(operation) ? operation : {};
  const [method, bulkId] = [readText(object, "method"), readText(object, "bulkId")];
  const parts = {
    method: method ?? "",
    bulkId,
    version: readText(object, "version"),
    data: valueOf(object, "data") ?? null,
  };
  try {
    if (!isObject(operation)) refuse("invalidSyntax", "An operation must be an object.");
    const target = parseTarget(method, readText(object, "path"), types);
    checkBulkId(target.method, bulkId, seen);
    if (target.method !== "DELETE" && parts.data === null)
      refuse("invalidSyntax", "data is missing.");
    return { ...parts, data: dataOf(target, parts.data), target, fault: undefined };
  } catch (error) {
    if (error instanceof ScimError) return { ...parts, target: undefined, fault: error.fault };
    throw error;
  }
}

/** The example in section 3.7.3 has the bare list of operations for the data of a PATCH. */
function dataOf({ method }: BulkTarget, data: Json): Json {
  return method === "PATCH" && isList(data)
    ? { schemas: [MESSAGES.patchOp], Operations: data }
    : data;
}

function readText(object: JsonObject, name: string): string | undefined {
  const value = valueOf(object, name);
  return typeof value === "string" ? value : undefined;
}

function checkBulkId(method: BulkMethod, bulkId: string | undefined, seen: Set<string>): void {
  if (method === "POST" && (bulkId === undefined || bulkId === "")) {
    refuse("invalidValue", "A POST operation needs a bulkId.");
  }
  if (bulkId === undefined) return;
  if (seen.has(bulkId)) refuse("invalidValue", `The bulkId ${bulkId} is there twice.`);
  seen.add(bulkId);
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ScimError({ kind: "notFound", detail: `There is no resource ${text}.` });
  }
}

const METHODS: readonly BulkMethod[] = ["POST", "PUT", "PATCH", "DELETE"];

function parseTarget(
  method: string | undefined,
  path: string | undefined,
  types: readonly ResourceType[],
): BulkTarget {
  const known = METHODS.find((one) => one === method?.toUpperCase());
  if (known === undefined)
    return refuse("invalidSyntax", `method must be one of ${METHODS.join(", ")}.`);
  const [, endpoint = "", id, ...more] = path?.startsWith("/") === true ? path.split("/") : [];
  const type = types.find((one) => one.endpoint === `/${endpoint}`);
  if (type === undefined || more.length > 0) {
    throw new ScimError({ kind: "notFound", detail: `There is no endpoint ${path ?? ""}.` });
  }
  const hasId = id !== undefined && id !== "";
  if (hasId === (known === "POST")) {
    const allow = hasId ? METHODS.slice(1) : ["POST"];
    throw new ScimError({ kind: "methodNotAllowed", allow });
  }
  return { method: known, type, id: hasId ? decodeId(id) : undefined };
}
