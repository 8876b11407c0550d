/** Random histories of one tenant against a naive model, and an audit of the rows that they leave. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { attributesOf, foldDocument, indexRows } from "../../worker/plan/rows.ts";
import { readObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../../worker/scim/json.ts";
import { makeRandom } from "../support/random.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

const MESSAGE = "urn:ietf:params:scim:api:messages:2.0";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const MANAGER = `${ENTERPRISE}:manager`;

type Kind = "User" | "Group";

/** A resource as the model has it. Others are named by their keys, since ids are known only after the answer. */
interface Thing {
  readonly key: string;
  readonly kind: Kind;
  /** Without members and manager. */
  attributes: JsonObject;
  manager: string | undefined;
  members: string[];
}

type Change =
  | { readonly kind: "set"; readonly name: string; readonly value: Json | undefined }
  | { readonly kind: "manager"; readonly key: string | undefined }
  | { readonly kind: "add" | "remove" | "replace"; readonly keys: readonly string[] }
  | { readonly kind: "empty" };

interface Operation {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** What it writes (POST, PUT) or whom it changes. */
  readonly thing: Thing;
  /** PATCH only. */
  readonly changes: readonly Change[];
}

/** What a tenant should hold, by the simplest means. */
class Model {
  readonly things = new Map<string, Thing>();

  live(kind?: Kind): Thing[] {
    return [...this.things.values()].filter((thing) => kind === undefined || thing.kind === kind);
  }

  /** The status that the operation is to be answered with. */
  apply({ method, thing, changes }: Operation): number {
    const { key } = thing;
    const current = this.things.get(key);
    if (method === "POST") return this.#put(thing, undefined) ?? 201;
    if (current === undefined || current.kind !== thing.kind) return 404;
    if (method === "PUT") return this.#put(thing, current) ?? 200;
    if (method === "PATCH") return this.#put(patched(current, changes), current) ?? 200;
    this.things.delete(key);
    for (const other of this.things.values())
      other.members = other.members.filter((member) => member !== key);
    return 204;
  }

  #put(thing: Thing, current: Thing | undefined): number | undefined {
    const name = nameOf(thing);
    const isTaken = this.live("User").some(
      (other) => other.key !== thing.key && nameOf(other) === name,
    );
    if (thing.kind === "User" && isTaken) return 409;
    const added = thing.members.filter((key) => current?.members.includes(key) !== true);
    for (const key of added) if (!this.things.has(key) || this.#holds(key, thing.key)) return 400;
    this.things.set(thing.key, thing);
    return undefined;
  }

  /** Is it the other, or a group that holds it, directly or not? */
  #holds(key: string, other: string): boolean {
    if (key === other) return true;
    return this.things.get(key)?.members.some((member) => this.#holds(member, other)) ?? false;
  }

  groupsOf(key: string, seen = new Map<string, boolean>(), isDirect = true): Map<string, boolean> {
    for (const group of this.live("Group").filter(({ members }) => members.includes(key))) {
      seen.set(group.key, isDirect || seen.get(group.key) === true);
      this.groupsOf(group.key, seen, false);
    }
    return seen;
  }
}

function nameOf({ attributes: { userName } }: Thing): string {
  return typeof userName === "string" ? userName.toLowerCase() : "";
}

function patched(thing: Thing, changes: readonly Change[]): Thing {
  const after = { ...thing };
  for (const change of changes)
    switch (change.kind) {
      case "set": {
        const { [change.name]: _old, ...rest } = after.attributes;
        after.attributes =
          change.value === undefined ? rest : { ...rest, [change.name]: change.value };
        break;
      }
      case "manager":
        after.manager = change.key;
        break;
      case "add":
        after.members = [...new Set([...after.members, ...change.keys])];
        break;
      case "remove":
        after.members = after.members.filter((key) => !change.keys.includes(key));
        break;
      case "replace":
        after.members = [...new Set(change.keys)];
        break;
      case "empty":
        after.members = [];
    }
  return after;
}

/** Makes operations that often meet: few names, few resources, some that are gone. */
class History {
  readonly #random: (below: number) => number;
  readonly #model: Model;
  #made = 0;
  /** Keys that once were somebody's. */
  readonly keys: string[] = ["nobody"];

  constructor(seed: number, model: Model) {
    this.#random = makeRandom(seed);
    this.#model = model;
  }

  chance(percent: number): boolean {
    return this.#random(100) < percent;
  }

  #pick<Value>(values: readonly Value[], otherwise: Value): Value {
    return values[this.#random(Math.max(values.length, 1))] ?? otherwise;
  }

  next(): Operation {
    const kind: Kind = this.chance(50) ? "User" : "Group";
    const roll = this.#random(100);
    if (roll < 30) {
      this.#made += 1;
      const thing = this.#thing(`k${this.#made}`, kind);
      this.keys.push(thing.key);
      return { method: "POST", thing, changes: [] };
    }
    const key = this.#key(kind);
    const thing = this.#thing(key, kind);
    if (roll < 42) return { method: "PUT", thing, changes: [] };
    if (roll < 85) return { method: "PATCH", thing, changes: this.#changes(kind) };
    return { method: "DELETE", thing, changes: [] };
  }

  /** One who is there, mostly; now and then one of the other type, or gone, or never there. */
  #key(kind?: Kind): string {
    if (this.chance(6)) return this.#pick(this.keys, "nobody");
    return this.#pick(this.#model.live(kind), undefined)?.key ?? "nobody";
  }

  #keys(): string[] {
    return Array.from({ length: this.#random(4) }, () => this.#key());
  }

  #thing(key: string, kind: Kind): Thing {
    const names =
      kind === "User" ? ["userName", "title", "displayName", "emails", "active"] : ["displayName"];
    const attributes: MutableJsonObject = {};
    for (const name of [...names, "externalId"]) {
      const isRequired = name === "userName" || kind === "Group";
      if (isRequired || this.chance(40)) attributes[name] = this.#value(name);
    }
    const manager = kind === "User" && this.chance(20) ? this.#key("User") : undefined;
    return {
      key,
      kind,
      attributes,
      manager,
      members: kind === "Group" ? [...new Set(this.#keys())] : [],
    };
  }

  #value(name: string): Json {
    const word = this.#pick(["Ada", "ÜNAL", "bea", 'q"\\', "Zoë 🙂", "x y"], "");
    if (name === "active") return this.chance(50);
    if (name === "userName") {
      const text = `${word}${this.#random(6)}@x.test`;
      return this.chance(50) ? text : text.toUpperCase();
    }
    if (name !== "emails") return `${word} ${this.#random(5)}`;
    return ["work", "home"]
      .slice(this.#random(2))
      .map((type) => ({ value: `${word}@y.test`, type }));
  }

  #changes(kind: Kind): Change[] {
    return Array.from({ length: 1 + this.#random(3) }, () => this.#change(kind));
  }

  #change(kind: Kind): Change {
    const isSet = this.chance(kind === "User" ? 80 : 30);
    if (isSet) {
      const name = this.#pick(
        kind === "User" ? ["userName", "title", "emails", "displayName"] : ["displayName"],
        "title",
      );
      const isRequired = name === "userName" || kind === "Group";
      return {
        kind: "set",
        name,
        value: isRequired || this.chance(70) ? this.#value(name) : undefined,
      };
    }
    if (kind === "User")
      return { kind: "manager", key: this.chance(70) ? this.#key("User") : undefined };
    const roll = this.#random(100);
    if (roll < 50) return { kind: "add", keys: [this.#key(), ...this.#keys()] };
    if (roll < 85) return { kind: "remove", keys: [this.#key(), ...this.#keys()] };
    return roll < 95
      ? { kind: "replace", keys: [this.#key(), ...this.#keys()] }
      : { kind: "empty" };
  }
}

const typeOf = (kind: Kind): (typeof RESOURCE_TYPES)[number] => {
  const type = RESOURCE_TYPES.find(({ name }) => name === kind);
  if (type === undefined) throw new Error(`no type ${kind}`);
  return type;
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly data?: JsonObject;
}

/** The operation as a request; `ref` writes a key as an id or a bulkId. */
function requestOf({ method, thing, changes }: Operation, ref: (key: string) => string): Sent {
  const { endpoint, schema } = typeOf(thing.kind);
  const path = method === "POST" ? endpoint : `${endpoint}/${ref(thing.key)}`;
  const values = (keys: readonly string[]): Json => keys.map((key) => ({ value: ref(key) }));
  if (method === "DELETE") return { method, path };
  if (method === "PATCH") {
    const operations = changes.flatMap((change): JsonObject[] => {
      switch (change.kind) {
        case "set":
          return [operationAt(change.name, change.value)];
        case "manager":
          return [
            operationAt(MANAGER, change.key === undefined ? undefined : { value: ref(change.key) }),
          ];
        case "remove":
          return change.keys.map((key) => ({
            op: "remove",
            path: `members[value eq "${ref(key)}"]`,
          }));
        case "empty":
          return [{ op: "remove", path: "members" }];
        case "add":
        case "replace":
          return [{ op: change.kind, path: "members", value: values(change.keys) }];
      }
    });
    return { method, path, data: { schemas: [`${MESSAGE}:PatchOp`], Operations: operations } };
  }
  const manager =
    thing.manager === undefined ? {} : { [ENTERPRISE]: { manager: { value: ref(thing.manager) } } };
  const members = thing.kind === "Group" ? { members: values(thing.members) } : {};
  return {
    method,
    path,
    data: { schemas: [schema.id], ...thing.attributes, ...manager, ...members },
  };
}

function operationAt(path: string, value: Json | undefined): JsonObject {
  return value === undefined ? { op: "remove", path } : { op: "replace", path, value };
}

/** Whom an operation names. */
function namedBy({ method, thing, changes }: Operation): string[] {
  const own = method === "POST" ? [] : [thing.key];
  if (method === "DELETE") return own;
  if (method !== "PATCH")
    return [...own, ...thing.members, ...(thing.manager === undefined ? [] : [thing.manager])];
  // What a filter of a path names is no reference: it is looked for among the members, and isn't there.
  const named = changes.flatMap((change) => {
    if (change.kind === "manager") return change.key ?? [];
    return "keys" in change ? change.keys : [];
  });
  return [...own, ...named];
}

class Play {
  readonly model = new Model();
  readonly ids = new Map<string, string>();
  readonly statuses: Record<string, number> = {};
  readonly tenant: Tenant;
  readonly #history: History;

  constructor(tenant: Tenant, seed: number) {
    this.tenant = tenant;
    this.#history = new History(seed, this.model);
  }

  readonly #idOf = (key: string): string => this.ids.get(key) ?? key;

  async step(): Promise<void> {
    if (this.#history.chance(30)) await this.#bulk();
    else await this.#single(this.#history.next());
  }

  async #single(operation: Operation): Promise<void> {
    const { method, thing } = operation;
    const { path, data } = requestOf(operation, this.#idOf);
    const expected = this.model.apply(operation);
    const answer = await this.tenant.request(method, path, data);
    const isSilent = method === "PATCH" && thing.kind === "Group";
    this.#check(operation, answer.status, expected === 200 && isSilent ? 204 : expected);
    if (answer.status === 201) this.ids.set(thing.key, answer.body.id);
  }

  /** References go to what was created earlier in the request, so that its order is the order of the operations. */
  async #bulk(): Promise<void> {
    const created = new Map<string, boolean>();
    const sent: JsonObject[] = [];
    const expected: [Operation, number][] = [];
    const ref = (key: string): string => (created.has(key) ? `bulkId:${key}` : this.#idOf(key));
    for (let count = 0; count < 8; count += 1) {
      const operation = this.#history.next();
      const { method, thing } = operation;
      if (
        method === "PATCH" &&
        operation.changes.some(({ kind }) => kind === "remove") &&
        namedBy(operation).some((key) => created.has(key))
      )
        continue;
      const request = requestOf(operation, ref);
      sent.push({ ...request, ...(method === "POST" && { bulkId: thing.key }) });
      const isDoomed = namedBy(operation).some((key) => created.get(key) === false);
      const status = isDoomed ? 409 : this.model.apply(operation);
      if (method === "POST") created.set(thing.key, status === 201);
      expected.push([operation, status]);
    }
    const { status, body } = await this.tenant.post("/Bulk", {
      schemas: [`${MESSAGE}:BulkRequest`],
      Operations: sent,
    });
    expect(status).toBe(200);
    for (const [index, [operation, wanted]] of expected.entries()) {
      const result = body.Operations[index];
      this.#check(operation, Number(result.status), wanted);
      if (result.status === "201")
        this.ids.set(operation.thing.key, result.location.split("/").at(-1));
    }
  }

  #check(operation: Operation, actual: number, expected: number): void {
    expect([actual, operation]).toEqual([expected, operation]);
    this.statuses[expected] = (this.statuses[expected] ?? 0) + 1;
  }

  /** A resource as a client should see it, without meta. */
  #shown({ key, kind, attributes, manager, members }: Thing): JsonObject {
    const displayOf = (other: string): Json => {
      const { displayName, userName } = this.model.things.get(other)?.attributes ?? {};
      return displayName ?? userName ?? null;
    };
    const refTo = (other: string): string =>
      `${this.tenant.base}/${this.model.things.get(other)?.kind}s/${this.#idOf(other)}`;
    const isThere = manager !== undefined && this.model.things.get(manager)?.kind === "User";
    const extension = manager !== undefined && {
      [ENTERPRISE]: {
        manager: {
          value: this.#idOf(manager),
          ...(isThere && { $ref: refTo(manager), displayName: displayOf(manager) }),
        },
      },
    };
    const shownMembers = members.map((member) => ({
      value: this.#idOf(member),
      $ref: refTo(member),
      type: this.model.things.get(member)?.kind ?? "",
      display: displayOf(member),
    }));
    const groups = kind === "User" ? [...this.model.groupsOf(key)] : [];
    const shownGroups = groups.map(([group, isDirect]) => ({
      value: this.#idOf(group),
      $ref: refTo(group),
      display: displayOf(group),
      type: isDirect ? "direct" : "indirect",
    }));
    return sorted({
      schemas: [typeOf(kind).schema.id, ...(manager === undefined ? [] : [ENTERPRISE])],
      id: this.#idOf(key),
      ...attributes,
      ...extension,
      ...(members.length > 0 && { members: shownMembers }),
      ...(groups.length > 0 && { groups: shownGroups }),
    });
  }

  /** Lists, in the order of creation, in pages of any size; and filters by what is indexed. */
  async compare(): Promise<void> {
    for (const kind of ["User", "Group"] as const) {
      const expected = this.model.live(kind).map((thing) => this.#shown(thing));
      expect(await readAll(this.tenant, kind, 7)).toEqual(expected);
    }
    const finds = async (kind: Kind, filter: string, expected: readonly Thing[]): Promise<void> => {
      const { body } = await this.tenant.get(
        `/${kind}s?count=200&filter=${encodeURIComponent(filter)}`,
      );
      const found = body.Resources.map(({ id }: { id: string }) => id);
      expect([filter, found]).toEqual([filter, expected.map(({ key }) => this.#idOf(key))]);
    };
    const [users, groups] = [this.model.live("User"), this.model.live("Group")];
    for (const one of users.slice(0, 6)) {
      await finds("User", `userName eq ${JSON.stringify(nameOf(one))}`, [one]);
      const holders = groups.filter(({ members }) => members.includes(one.key));
      await finds("Group", `members.value eq "${this.#idOf(one.key)}"`, holders);
    }
    for (const { key } of groups.slice(0, 6)) {
      const held = users.filter((one) => this.model.groupsOf(one.key).has(key));
      await finds("User", `groups.value eq "${this.#idOf(key)}"`, held);
    }
    const untitled = users.filter(({ attributes }) => attributes["title"] === undefined);
    await finds("User", "not (title pr)", untitled);
  }
}

/** Values that have no order in the order of their ids. */
function sorted(resource: MutableJsonObject): JsonObject {
  for (const name of ["members", "groups"]) {
    const values = resource[name];
    if (Array.isArray(values))
      resource[name] = values.toSorted((left: { value: string }, right: { value: string }) =>
        left.value < right.value ? -1 : 1,
      );
  }
  return resource;
}

async function readAll(tenant: Tenant, kind: Kind, count: number): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  for (let startIndex = 1, total = 1; startIndex <= total; startIndex += count) {
    const { status, body }: Answer = await tenant.get(
      `/${kind}s?startIndex=${startIndex}&count=${count}`,
    );
    expect(status).toBe(200);
    total = body.totalResults;
    for (const { meta: _meta, ...resource } of body.Resources) all.push(sorted(resource));
  }
  return all;
}

interface ResourceRow {
  readonly type: Kind;
  readonly id: string;
  readonly document: string;
  readonly folded: string;
}

/** Do the tables of a tenant say one thing? */
async function audit(tenant: Tenant): Promise<void> {
  const rows = async <Row>(sql: string): Promise<Row[]> =>
    (await env.DB.prepare(sql).bind(tenant.id).all<Row>()).results;
  const resources = await rows<ResourceRow>(
    "SELECT type, id, document, json(folded) AS folded FROM resources WHERE tenant_id = ? ORDER BY id",
  );
  const index: string[] = [];
  for (const { type, id, document, folded } of resources) {
    const stored = readObject(document);
    expect(stored["id"]).toBe(id);
    expect(readObject(folded)).toEqual(foldDocument(typeOf(type), stored));
    for (const { attribute, value, holder } of indexRows(typeOf(type), id, attributesOf(stored)))
      index.push([type, attribute, value, holder, id].join("|"));
  }
  const values = await rows<{ row: string }>(
    "SELECT concat_ws('|', type, attribute, value, holder, resource_id) AS row FROM resource_values WHERE tenant_id = ?",
  );
  expect(values.map(({ row }) => row).toSorted()).toEqual(index.toSorted());

  const members = await rows<Record<string, string>>(
    "SELECT group_id, member_id, member_type FROM members WHERE tenant_id = ?",
  );
  const typeById = new Map(resources.map(({ id, type }) => [id, type]));
  for (const { group_id: group = "", member_id: member = "", member_type: type } of members)
    expect([typeById.get(group), typeById.get(member), member]).toEqual(["Group", type, member]);

  const [writer] = await rows<{ sequence: number; totals: string; last_id: string }>(
    "SELECT sequence, totals, last_id FROM writers WHERE tenant_id = ?",
  );
  const totals = readObject(writer?.totals ?? "");
  for (const { name } of RESOURCE_TYPES) {
    const ids = resources.flatMap(({ type, id }) => (type === name ? [id] : []));
    expect(totals[name] ?? 0).toBe(ids.length);
    const runs = await rows<{ type: string; first_id: string; count: number }>(
      "SELECT type, first_id, count FROM positions WHERE tenant_id = ? ORDER BY type, first_id",
    );
    const own = runs.filter(({ type }) => type === name);
    const counted = own.map(({ first_id: first }, at) => {
      const next = own[at + 1]?.first_id ?? "~";
      return ids.filter((id) => id >= first && id < next).length;
    });
    expect(own.map(({ count }) => count)).toEqual(counted);
    expect(counted.every((count) => count > 0)).toBe(true);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(ids.length);
  }

  const outbox = await rows<{ sequence: number }>(
    "SELECT sequence FROM outbox WHERE tenant_id = ? ORDER BY sequence",
  );
  expect(outbox.map(({ sequence }) => sequence)).toEqual(outbox.map((_, at) => at + 1));
  expect(writer?.sequence).toBe(outbox.length);
  const activity = await rows<{ id: string }>(
    "SELECT id FROM activity WHERE tenant_id = ? AND outcome = 'success'",
  );
  expect(activity).toHaveLength(outbox.length);
  const ids = [...resources, ...activity].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id > (writer?.last_id ?? ""))).toEqual([]);
}

describe("a random history", () => {
  it.each([7643, 7644, 9865])("of seed %i ends where the model does", async (seed) => {
    const play = new Play(await makeTenant(), seed);
    for (let step = 1; step <= 120; step += 1) {
      await play.step();
      if (step % 60 !== 0) continue;
      await play.compare();
      await audit(play.tenant);
    }
    // A history in which nothing was refused, or nothing went well, would show nothing.
    for (const status of [200, 201, 204, 400, 404, 409])
      expect(play.statuses[status], String(status)).toBeGreaterThan(3);
    expect(play.model.live("User").length).toBeGreaterThan(5);
    expect(play.model.live("Group").some(({ members }) => members.length > 0)).toBe(true);
  });
});

describe("more than one run of positions", () => {
  async function send(tenant: Tenant, operations: readonly JsonObject[]): Promise<string[]> {
    const { status, body } = await tenant.post("/Bulk", {
      schemas: [`${MESSAGE}:BulkRequest`],
      Operations: operations,
    });
    expect(status).toBe(200);
    return body.Operations.map((one: { status: string; location: string }) => {
      expect(one.status).toMatch(/^20[14]$/);
      return one.location.split("/").at(-1);
    });
  }
  const creates = (from: number, to: number): JsonObject[] =>
    Array.from({ length: to - from }, (_, index) => ({
      method: "POST",
      path: "/Users",
      bulkId: `b${from + index}`,
      data: user(`u${from + index}`),
    }));
  const removals = (ids: readonly string[]): JsonObject[] =>
    ids.map((id) => ({ method: "DELETE", path: `/Users/${id}` }));

  async function runsOf(tenant: Tenant): Promise<number> {
    const counted = env.DB.prepare("SELECT count(*) AS n FROM positions WHERE tenant_id = ?");
    return Number(await counted.bind(tenant.id).first("n"));
  }

  /** Pages from anywhere are what the list of all ids has there. */
  async function expectPages(tenant: Tenant, ids: readonly string[]): Promise<void> {
    const starts = [
      1,
      2,
      150,
      399,
      400,
      401,
      402,
      449,
      640,
      ids.length - 1,
      ids.length,
      ids.length + 1,
    ];
    for (const startIndex of starts.filter((start) => start > 0)) {
      const { body } = await tenant.get(
        `/Users?startIndex=${startIndex}&count=5&attributes=userName`,
      );
      const found = body.Resources.map(({ id }: { id: string }) => id);
      const expected = ids.slice(startIndex - 1, startIndex + 4);
      expect([startIndex, body.totalResults, found]).toEqual([startIndex, ids.length, expected]);
    }
    await audit(tenant);
  }

  it("count what is there while resources come and go in each of them", async () => {
    const tenant = await makeTenant();
    // The first request ends within a run, the second goes over its end, the third begins a whole one.
    let ids = await send(tenant, creates(0, 390));
    expect(await runsOf(tenant)).toBe(1);
    ids = [...ids, ...(await send(tenant, creates(390, 460)))];
    expect(await runsOf(tenant)).toBe(2);
    ids = [...ids, ...(await send(tenant, creates(460, 900)))];
    expect(await runsOf(tenant)).toBe(3);
    await expectPages(tenant, ids);

    await send(tenant, removals(ids.filter((_, index) => index % 7 === 3)));
    ids = ids.filter((_, index) => index % 7 !== 3);
    await tenant.delete(`/Users/${ids[0]}`);
    await tenant.delete(`/Users/${ids.at(-1)}`);
    ids = ids.slice(1, -1);
    await expectPages(tenant, ids);

    // All of the first run, and then some: the next begins the list.
    await send(tenant, removals(ids.slice(0, 380)));
    ids = ids.slice(380);
    expect(await runsOf(tenant)).toBe(2);
    const [one] = await send(tenant, [...creates(0, 1), ...removals(ids.slice(-2))]);
    ids = [...ids.slice(0, -2), one ?? ""];
    await expectPages(tenant, ids);

    await send(tenant, removals(ids));
    expect(await runsOf(tenant)).toBe(0);
    expect((await tenant.get("/Users")).body).toMatchObject({ totalResults: 0, Resources: [] });
    ids = [(await tenant.post("/Users", user("again"))).body.id];
    await expectPages(tenant, ids);
  });
});
