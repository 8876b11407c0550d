/** Random requests of one client, which speak of resources by the order of their creation, in its own tenant or another's. */
import * as fc from "fast-check";
import type { Json } from "../../worker/scim/json.ts";
import { group, user } from "./tenant.ts";
import type { Answer, Tenant } from "./tenant.ts";

/** A resource by its place in the order of creation. A foreign one is nobody's where there is no other tenant. */
interface Target {
  readonly place: number;
  readonly isForeign: boolean;
}

/** Few names, so that they meet: in one tenant, and in both. */
const NAME = fc.constantFrom("ann", "ANN", "ben", "cleo", "ida");
const TARGET: fc.Arbitrary<Target> = fc.record({
  place: fc.nat(20),
  isForeign: fc.constantFrom(false, false, false, true),
});
const ENDPOINT = fc.constantFrom("/Users", "/Groups");
const MEMBERS = fc.array(TARGET, { maxLength: 3 });

function kind<Kind extends string>(name: Kind): { readonly kind: fc.Arbitrary<Kind> } {
  return { kind: fc.constant(name) };
}

export const STEP = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ...kind("createUser"), name: NAME, externalId: NAME }) },
  { weight: 4, arbitrary: fc.record({ ...kind("createGroup"), name: NAME, members: MEMBERS }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...kind("bulk"), name: NAME, target: TARGET, members: MEMBERS }),
  },
  { weight: 2, arbitrary: fc.record({ ...kind("replaceUser"), name: NAME, target: TARGET }) },
  { weight: 2, arbitrary: fc.record({ ...kind("patchUser"), name: NAME, target: TARGET }) },
  { weight: 3, arbitrary: fc.record({ ...kind("addMembers"), target: TARGET, members: MEMBERS }) },
  { weight: 2, arbitrary: fc.record({ ...kind("removeMember"), target: TARGET, member: TARGET }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...kind("replaceMembers"), target: TARGET, members: MEMBERS }),
  },
  { weight: 2, arbitrary: fc.record({ ...kind("delete"), endpoint: ENDPOINT, target: TARGET }) },
  { weight: 2, arbitrary: fc.record({ ...kind("get"), endpoint: ENDPOINT, target: TARGET }) },
  { weight: 2, arbitrary: fc.record({ ...kind("find"), name: NAME }) },
  { weight: 1, arbitrary: fc.record({ ...kind("findMember"), member: TARGET }) },
  { weight: 1, arbitrary: fc.record({ ...kind("page"), place: fc.nat(6) }) },
);

export type Step = typeof STEP extends fc.Arbitrary<infer Value> ? Value : never;

/** Ids by the order of creation. */
export interface Known {
  readonly own: readonly string[];
  readonly foreign: readonly string[];
}

const NOBODY = "00000000-0000-7000-8000-000000000000";
const BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/** Sends what the step stands for. A target of the wrong type is one that isn't there. */
export function applyStep(following: Step, client: Tenant, known: Known): Promise<Answer> {
  const idOf = ({ place, isForeign }: Target): string => {
    const ids = isForeign ? known.foreign : known.own;
    return ids[place % Math.max(1, ids.length)] ?? NOBODY;
  };
  const find = (path: string, filter: string): Promise<Answer> =>
    client.get(`${path}?filter=${encodeURIComponent(filter)}`);
  const patch = (endpoint: string, target: Target, ...operations: Json[]): Promise<Answer> =>
    client.patch(`${endpoint}/${idOf(target)}`, operations);
  switch (following.kind) {
    case "createUser":
      return client.post("/Users", user(following.name, { externalId: following.externalId }));
    case "createGroup":
      return client.post("/Groups", group(following.name, following.members.map(idOf)));
    case "bulk": {
      const { name, members, target } = following;
      const ids = ["bulkId:u", ...members.map(idOf)];
      const made = [
        { method: "POST", path: "/Users", bulkId: "u", data: user(`${name} in bulk`) },
        { method: "POST", path: "/Groups", bulkId: "g", data: group(name, ids) },
        { method: "DELETE", path: `/Users/${idOf(target)}` },
      ];
      return client.post("/Bulk", { schemas: [BULK_REQUEST], Operations: made });
    }
    case "replaceUser":
      return client.put(`/Users/${idOf(following.target)}`, user(following.name));
    case "patchUser": {
      const { name: value, target } = following;
      return patch("/Users", target, { op: "replace", value: { userName: value, title: value } });
    }
    case "addMembers":
    case "replaceMembers": {
      const op = following.kind === "addMembers" ? "add" : "replace";
      const value = following.members.map((one) => ({ value: idOf(one) }));
      return patch("/Groups", following.target, { op, path: "members", value });
    }
    case "removeMember": {
      const path = `members[value eq "${idOf(following.member)}"]`;
      return patch("/Groups", following.target, { op: "remove", path });
    }
    case "delete":
      return client.delete(`${following.endpoint}/${idOf(following.target)}`);
    case "get":
      return client.get(`${following.endpoint}/${idOf(following.target)}`);
    case "find":
      return find("/Users", `userName eq "${following.name}" or externalId eq "${following.name}"`);
    case "findMember":
      return find("/Groups", `members.value eq "${idOf(following.member)}"`);
    case "page":
      return client.get(`?startIndex=${following.place}&count=3`);
  }
}
