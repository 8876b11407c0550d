/** Plays an example over HTTP: what it presupposes is created, its requests are sent with ids filled in, its answers asserted. */
import { expect } from "vitest";
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { throughDoor } from "../support/door.ts";
import type { Tenant } from "../support/tenant.ts";
import type { Example, ExampleRequest, Exchange, Expectation } from "./example.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
}

type Names = Record<string, string>;

export async function play(example: Example, tenant: Tenant): Promise<void> {
  const names: Names = { base: tenant.base, missing: "2819c223-7f76-453a-919d-413861904646" };
  for (const exchange of [...example.setup, ...example.exchanges]) {
    const request = fill(exchange.request as unknown as Json, names) as unknown as ExampleRequest;
    const answer = await send(tenant, request);
    const what = `${request.method} ${request.path}: ${exchange.title ?? example.title}`;
    check(answer, fill(exchange.expect as unknown as Json, names) as unknown as Expectation, what);
    capture(exchange, answer, names);
  }
}

async function send(tenant: Tenant, request: ExampleRequest): Promise<Answer> {
  const query = new URLSearchParams(request.query).toString();
  const body = bodyOf(request);
  const response = await throughDoor(
    new Request(`${tenant.base}${request.path}${query === "" ? "" : `?${query}`}`, {
      method: request.method,
      headers: {
        Accept: "application/scim+json",
        ...(request.anonymous !== true && { Authorization: `Bearer ${tenant.token}` }),
        ...(body !== undefined && { "Content-Type": "application/scim+json" }),
        ...request.headers,
      },
      ...(body !== undefined && { body }),
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text === "" ? undefined : (JSON.parse(text) as Json),
  };
}

function bodyOf({ body, text, repeat, padTo }: ExampleRequest): string | undefined {
  if (text !== undefined || body === undefined) return text;
  const [one] = repeat === undefined ? [] : (at(body, repeat.list) as Json[]);
  const whole =
    repeat === undefined || one === undefined
      ? body
      : { ...(body as JsonObject), [repeat.list]: Array.from({ length: repeat.times }, () => one) };
  return JSON.stringify(whole).padEnd(padTo ?? 0, " ");
}

function check(answer: Answer, expected: Expectation, what: string): void {
  const statuses = typeof expected.status === "number" ? [expected.status] : expected.status;
  expect(statuses, `${what}\n${JSON.stringify(answer.body)}`).toContain(answer.status);
  if (expected.headers !== undefined) {
    expect(answer.headers, what).toMatchObject(matcher(expected.headers) as object);
  }
  if (answer.status >= 400) {
    expect(answer.body, what).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(answer.status),
    });
  }
  if (answer.body !== undefined) {
    expect(answer.headers["content-type"], what).toMatch(/^application\/scim\+json/);
  }
  if (expected.body !== undefined) {
    expect(answer.body, what).toMatchObject(matcher(expected.body) as object);
  }
  for (const path of expected.absent ?? []) {
    expect(at(answer.body, path), `${what}: ${path}`).toBeUndefined();
  }
  if (expected.lists !== undefined) {
    const resources = at(answer.body, "Resources") ?? [];
    const listed = (resources as Json[]).map(
      (one) => at(one, "userName") ?? at(one, "displayName"),
    );
    expect(listed, what).toEqual(expected.lists);
  }
}

/** The expectation with vitest's matchers in the place of their notation. */
function matcher(expected: Json): unknown {
  if (expected === "$any") return expect.anything();
  if (isList(expected)) return expected.map(matcher);
  if (!isObject(expected)) return expected;
  const { $matches: form, $containing: some } = expected;
  if (typeof form === "string") return expect.stringMatching(new RegExp(form, "u"));
  if (isList(some)) return expect.arrayContaining(some.map((one) => asPart(matcher(one))));
  return Object.fromEntries(Object.entries(expected).map(([name, one]) => [name, matcher(one)]));
}

function asPart(value: unknown): unknown {
  const isPlain =
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? expect.objectContaining(value) : value;
}

/** The value at a dotted path; a list is entered by index. URNs hold dots and are never part of such a path. */
function at(value: Json | undefined, path: string): Json | undefined {
  let current: unknown = value;
  for (const name of path.split(".")) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current as Json | undefined;
}

function capture({ capture: wanted = {}, title }: Exchange, answer: Answer, names: Names): void {
  for (const [name, path] of Object.entries(wanted)) {
    const value = at(answer as unknown as Json, path);
    if (typeof value !== "string") throw new Error(`${title ?? ""}: nothing to capture at ${path}`);
    names[name] = value;
  }
}

/** Every string with the names in it filled in. */
function fill(value: Json, names: Names): Json {
  if (typeof value === "string") {
    return value.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const known = names[name];
      if (known === undefined) throw new Error(`nothing was captured as ${name}`);
      return known;
    });
  }
  if (isList(value)) return value.map((one) => fill(one, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, names)]));
}
