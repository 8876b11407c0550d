/** Whether an answer of the management API is one that its OpenAPI document tells of. */
import { Validator } from "@cfworker/json-schema";
import { expect } from "vitest";
import { openApiDocument } from "../../worker/admin/openapi.ts";
import { TITLES } from "../../worker/admin/problem.ts";
import { isObject, readJson } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";

export interface Answered {
  readonly method: string;
  /** Below the base, with or without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  /** Undefined where there is none. */
  readonly body: unknown;
}

const DOCUMENT = readJson(JSON.stringify(openApiDocument()));
const validators = new Map<string, Validator>();

/** Fails the test where the status, the media type or the body is another than the document says. */
export function expectDocumented(answered: Answered): void {
  const { method, path, status, contentType, body } = answered;
  const what = `${method} ${path} -> ${status}`;
  const response = responseFor(method, path.split("?")[0] ?? "", status);
  expect(response, `${what} is documented`).toBeDefined();
  const content = response?.["content"];
  if (!isObject(content)) {
    expect([what, contentType, body]).toEqual([what, null, undefined]);
    return;
  }
  const [[media, described] = ["", null]] = Object.entries(content);
  expect([what, contentType]).toEqual([what, media]);
  if (method === "HEAD") return;
  const schema = isObject(described) ? described["schema"] : undefined;
  const { valid, errors } = validatorOf(schema ?? null).validate(body);
  expect(valid, `${what}: ${JSON.stringify(body)} ${JSON.stringify(errors)}`).toBe(true);
}

function validatorOf(schema: Json): Validator {
  const key = JSON.stringify(schema);
  const known = validators.get(key);
  if (known !== undefined) return known;
  const made = new Validator(resolve(schema), "2020-12", false);
  validators.set(key, made);
  return made;
}

/** What the document says of a status: of the operation; of a path without it; of no path at all. */
function responseFor(method: string, path: string, status: number): JsonObject | undefined {
  const item = pathItem(path);
  if (item === undefined) return status === 404 ? problem(404) : refusal(status);
  if (method === "OPTIONS" && status === 204) return {};
  const operation = item[method === "HEAD" ? "get" : method.toLowerCase()];
  if (!isObject(operation)) {
    // 404 where the parameter can't be one: SCIM's paths are beside the tokens' ids.
    return status === 405 || status === 404 ? problem(status) : refusal(status);
  }
  const responses = operation["responses"];
  const response = isObject(responses) ? responses[String(status)] : undefined;
  return response === undefined ? undefined : resolve(response);
}

/** What is judged before the path. */
function refusal(status: number): JsonObject | undefined {
  return status === 401 || status === 403 || status === 413 ? problem(status) : undefined;
}

function problem(status: 401 | 403 | 404 | 405 | 413): JsonObject {
  return at("components", "responses", TITLES[status].replaceAll(" ", ""));
}

/** Of several templates that fit, the one with the fewest parameters (OpenAPI 3.1 section 4.8.8.2). */
function pathItem(path: string): JsonObject | undefined {
  const fitting = Object.entries(at("paths")).filter(([template]) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
  const [found] = fitting.toSorted(([a], [b]) => a.split("{").length - b.split("{").length);
  return found !== undefined && isObject(found[1]) ? found[1] : undefined;
}

function at(...names: readonly string[]): JsonObject {
  let value: Json | undefined = DOCUMENT;
  for (const name of names) value = isObject(value) ? value[name] : undefined;
  if (!isObject(value)) throw new Error(`the document has no ${names.join("/")}`);
  return value;
}

/** References are to components, and one level deep. */
function resolve(value: Json): JsonObject {
  if (!isObject(value)) throw new Error("no object");
  const reference = value["$ref"];
  return typeof reference === "string" ? at(...reference.slice("#/".length).split("/")) : value;
}
