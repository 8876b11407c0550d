/** What is measured: the operations of an IdP on users and on groups, and those of the floor. */
import { parseObject } from "../local/state.ts";
import type { Call, Client, Reply } from "./client.ts";
import { callAll } from "./client.ts";
import type { Operation } from "./measure.ts";
import { RARE_DOMAIN, isActive, isRare, patchBody, userBody, userNameOf } from "./people.ts";
import type { SeededTenant } from "./seed.ts";

/** The names by which results are found again. */
export const NAMES = Object.freeze({
  get: "GET a user by id",
  byUserName: "filter userName eq",
  byExternalId: "filter externalId eq",
  byEmail: "filter emails.value eq",
  firstPage: "list 100, first page",
  deepPage: "list 100, startIndex at 90 %",
  firstCursor: "list 100, first page by cursor",
  deepCursor: "list 100, by cursor at 90 %",
  patch: "PATCH two attributes of a user",
  create: "create a user with two e-mails",
  complex: "filter emails[type, value ew] and active",
  addMember: "add a member",
  removeMember: "remove a member",
  getGroup: "GET a group without members",
  empty: "an empty Hono route",
  read: "one D1 read",
  write: "one D1 read and one batch of two writes",
});

const UNDO_CLIENTS = 16;
/** How deep a deep page is. */
const DEPTH = 0.9;
const PAGE = 100;

export async function userOperations(client: Client, tenant: SeededTenant): Promise<Operation[]> {
  const { users } = tenant;
  const deepIndex = Math.floor(users.length * DEPTH) + 1;
  const deepCursor = await walkToCursor(client, deepIndex - 1);
  const nameOf = (index: number): string => `user-${spread(index, users.length)}`;
  const idOf = (index: number): string => users[spread(index, users.length)] ?? "";
  const reading = (name: string, path: (index: number) => string): Operation => ({
    name,
    status: 200,
    call: (index) => ({ method: "GET", path: path(index) }),
  });
  const finding = (name: string, filter: (index: number) => string): Operation => ({
    ...reading(name, (index) => filterPath(filter(index))),
    listed: 1,
  });
  const paging = (name: string, query: string, skipped: number): Operation => ({
    ...reading(name, () => `/Users?${query}&count=${PAGE}`),
    listed: Math.min(PAGE, users.length - skipped),
  });
  return [
    reading(NAMES.get, (index) => `/Users/${idOf(index)}`),
    finding(NAMES.byUserName, (index) => `userName eq "${userNameOf(nameOf(index))}"`),
    finding(NAMES.byExternalId, (index) => `externalId eq "external-${nameOf(index)}"`),
    finding(NAMES.byEmail, (index) => `emails.value eq "${nameOf(index)}@home.example"`),
    paging(NAMES.firstPage, "startIndex=1", 0),
    paging(NAMES.deepPage, `startIndex=${deepIndex}`, deepIndex - 1),
    paging(NAMES.firstCursor, "cursor=", 0),
    paging(NAMES.deepCursor, `cursor=${deepCursor}`, deepIndex - 1),
    {
      name: NAMES.patch,
      status: 200,
      call: (index) => ({ method: "PATCH", path: `/Users/${idOf(index)}`, body: promotion(index) }),
    },
    {
      name: NAMES.create,
      status: 201,
      call: (index) => ({ method: "POST", path: "/Users", body: userBody(`new-${index}`, index) }),
      undo: (replies) => deleteAll(client, replies),
    },
  ];
}

/** The filter that one of the peers answers at all; a scan, so only at the smallest size. */
export function complexFilter({ users }: SeededTenant): Operation {
  const filter = `emails[type eq "work" and value ew "${RARE_DOMAIN}"] and active eq true`;
  return {
    name: NAMES.complex,
    status: 200,
    listed: Math.min(PAGE, users.filter((_, index) => isRare(index) && isActive(index)).length),
    call: () => ({ method: "GET", path: filterPath(filter) }),
  };
}

/** Members are added and removed in turns: each batch of the second undoes one of the first. */
export function groupOperations(tenant: SeededTenant, size: number): Operation[] {
  const id = tenant.groups.get(size) ?? "";
  const spare = tenant.users.slice(Math.max(...tenant.groups.keys()));
  const memberOf = (index: number): string => spare[index % spare.length] ?? "";
  const path = `/Groups/${id}`;
  const changing = (name: string, body: (member: string) => unknown): Operation => ({
    name,
    status: 204,
    call: (index) => ({ method: "PATCH", path, body: body(memberOf(index)) }),
  });
  return [
    changing(NAMES.addMember, (value) =>
      patchBody({ op: "add", path: "members", value: [{ value }] }),
    ),
    changing(NAMES.removeMember, (value) =>
      patchBody({ op: "remove", path: `members[value eq "${value}"]` }),
    ),
    {
      name: NAMES.getGroup,
      status: 200,
      call: () => ({ method: "GET", path: `${path}?excludedAttributes=members` }),
    },
  ];
}

export function floorOperations(): Operation[] {
  const row = (index: number): string => String(spread(index, 1000));
  return [
    { name: NAMES.empty, status: 204, call: () => ({ method: "GET", path: "/empty" }) },
    {
      name: NAMES.read,
      status: 200,
      call: (index) => ({ method: "GET", path: `/read/${row(index)}` }),
    },
    {
      name: NAMES.write,
      status: 200,
      call: (index) => ({
        method: "POST",
        path: `/write/${row(index)}`,
        body: userBody(`floor-${index}`, index),
      }),
    },
  ];
}

/** A change of two attributes that differs from the last one. */
export function promotion(index: number) {
  return patchBody(
    { op: "replace", path: "title", value: `Engineer ${index}` },
    { op: "replace", path: "name.familyName", value: `Family${index}-Lovelace` },
  );
}

export function filterPath(filter: string): string {
  return `/Users?filter=${encodeURIComponent(filter)}`;
}

/** Numbers below `size` in an order without a pattern that a cache could like, each as often as the others. */
function spread(index: number, size: number): number {
  return (index * 7919) % size;
}

/** The cursor of the page after so many users; found by walking, since cursors can't be made. */
async function walkToCursor(client: Client, depth: number): Promise<string> {
  let cursor = "";
  let left = depth;
  while (left > 0) {
    const count = Math.min(left, 200);
    const path = `/Users?cursor=${cursor}&count=${count}&attributes=userName`;
    const [reply] = await callAll(client, [{ method: "GET", path }], { status: 200, clients: 1 });
    const next = stringAt(reply, "nextCursor");
    if (next === "") throw new Error(`the list ends before user ${depth}`);
    cursor = next;
    left -= count;
  }
  return cursor;
}

async function deleteAll(client: Client, replies: readonly Reply[]): Promise<void> {
  const calls = replies.map((reply): Call => ({
    method: "DELETE",
    path: `/Users/${stringAt(reply, "id")}`,
  }));
  await callAll(client, calls, { status: 204, clients: UNDO_CLIENTS });
}

/** The string at the top of a reply's JSON; '' where there is none. */
export function stringAt(reply: Reply | undefined, name: string): string {
  const value = parseObject(reply?.text ?? "")?.[name];
  return typeof value === "string" ? value : "";
}
