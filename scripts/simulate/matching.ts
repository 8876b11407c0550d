/** Which resource of the server belongs to whom: found by filter or created, and remembered under its externalId. */
import { readAttributes, readElements, readManager, type Attributes } from "./attributes.ts";
import type { Answer, Call, Client } from "./client.ts";

/** What the IdP believes that the server has. */
export interface KnownUser {
  readonly id: string;
  /** Created in this run, not found. */
  readonly created: boolean;
  attributes: Attributes;
  active: boolean;
  manager: string | undefined;
}

export interface KnownGroup {
  readonly id: string;
  /** Created in this run, not found. */
  readonly created: boolean;
  displayName: string;
}

/** externalId to what is known. */
export interface Known {
  readonly users: Map<string, KnownUser>;
  readonly groups: Map<string, KnownGroup>;
}

export interface Lookup {
  readonly kind: string;
  readonly attribute: string;
  readonly value: string;
  /** The path of the query with this filter, which it has to encode. */
  readonly pathOf: (filter: string) => string;
}

/** What was found or made. */
export interface Provided {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly created: boolean;
}

/** The first match; "none", or undefined where the server gave no answer. */
async function lookUp(
  client: Client,
  lookup: Lookup,
): Promise<Readonly<Record<string, unknown>> | "none" | undefined> {
  const filter = `${lookup.attribute} eq ${JSON.stringify(lookup.value)}`;
  const answer = await client.send({
    kind: lookup.kind,
    method: "GET",
    path: lookup.pathOf(filter),
    expect: [200],
    check: checkList,
  });
  return answer === undefined ? undefined : (readElements(answer.body, "Resources")[0] ?? "none");
}

/** The first lookup that finds something decides. */
async function lookUpInTurn(
  client: Client,
  lookups: readonly Lookup[],
): Promise<Readonly<Record<string, unknown>> | "none" | undefined> {
  for (const lookup of lookups) {
    const found = await lookUp(client, lookup);
    if (found !== "none") return found;
  }
  return "none";
}

/** What an attempt has made that got no answer: a second group of one name would be no conflict. */
export async function findCreated(
  client: Client,
  lookups: readonly Lookup[],
): Promise<Answer | undefined> {
  const found = await lookUpInTurn(client, lookups);
  return found === undefined || found === "none" ? undefined : { status: 201, body: found };
}

/** After an attempt that got no answer a conflict says that it was carried out: then the resource is there to be found. */
export async function findOrCreate(
  client: Client,
  lookups: readonly Lookup[],
  creation: Pick<Call, "kind" | "path" | "body" | "check">,
): Promise<Provided | undefined> {
  const found = await lookUpInTurn(client, lookups);
  if (found === undefined) return undefined;
  if (found !== "none") return { resource: found, created: false };
  const answer = await client.send({
    check: checkId,
    ...creation,
    method: "POST",
    expect: [201],
    expectRepeated: [409],
    findDone: () => findCreated(client, lookups),
  });
  if (answer === undefined) return undefined;
  if (answer.status !== 409) return { resource: answer.body, created: true };
  const again = await lookUpInTurn(client, lookups);
  return again === undefined || again === "none" ? undefined : { resource: again, created: true };
}

/** A list is a list, also when it is empty (RFC 7644 3.4.2). */
export function checkList(body: Readonly<Record<string, unknown>>): string | undefined {
  const { totalResults: total, Resources: resources = [] } = body;
  if (typeof total !== "number") return "totalResults is no number";
  if (!Array.isArray(resources)) return "Resources is no array";
  return total > 0 && resources.length === 0
    ? `Resources is empty, totalResults ${total}`
    : undefined;
}

export function checkId(body: Readonly<Record<string, unknown>>): string | undefined {
  return readId(body) === undefined ? "the resource has no id" : undefined;
}

/** Undefined for a resource without an id. */
export function knowUser(
  resource: Readonly<Record<string, unknown>>,
  created: boolean,
): KnownUser | undefined {
  const id = readId(resource);
  if (id === undefined) return undefined;
  return {
    id,
    created,
    attributes: readAttributes(resource),
    active: resource["active"] !== false,
    manager: readManager(resource),
  };
}

export function knowGroup(
  resource: Readonly<Record<string, unknown>>,
  created: boolean,
): KnownGroup | undefined {
  const id = readId(resource);
  const name = resource["displayName"];
  if (id === undefined) return undefined;
  return { id, created, displayName: typeof name === "string" ? name : "" };
}

function readId(resource: Readonly<Record<string, unknown>>): string | undefined {
  const id = resource["id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}
