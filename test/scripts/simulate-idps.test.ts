/** What every IdP means to reach, the pages that it reads, and the matching of resources without an externalId. */
import { describe, expect, test } from "vitest";
import { readAttributes, writeAttributes } from "../../scripts/simulate/attributes.ts";
import type { Call, Client } from "../../scripts/simulate/client.ts";
import { compare } from "../../scripts/simulate/compare.ts";
import { makeDirectory } from "../../scripts/simulate/directory.ts";
import { discover } from "../../scripts/simulate/discover.ts";
import { IDENTITY_PROVIDERS } from "../../scripts/simulate/identity-providers.ts";
import { finalMembers, intendWhole, leavingMembers } from "../../scripts/simulate/intended.ts";
import { growingLists } from "../../scripts/simulate/steps.ts";

const DIALECTS = Object.values(IDENTITY_PROVIDERS).flatMap((idp) =>
  idp.dialects.map((dialect) => ({ idp, name: idp.name, dialect })),
);

test("every IdP of the issue is there", () => {
  expect(Object.keys(IDENTITY_PROVIDERS)).toEqual([
    "entra",
    "okta",
    "onelogin",
    "jumpcloud",
    "authentik",
    "keycloak",
  ]);
});

describe.each(DIALECTS)("$name, $dialect", ({ idp, dialect }) => {
  const directory = makeDirectory({ idp: idp.name, seed: "1", users: 60, groups: 10 });
  const intended = idp.intend(directory, dialect);

  test("what is intended can be written, and reads back as the same", () => {
    for (const { attributes } of intended.users) {
      expect(readAttributes(writeAttributes(attributes))).toEqual(attributes);
    }
  });

  test("a server that has exactly that shows no difference", () => {
    const users = intended.users.map(({ externalId, attributes, active, manager }) => {
      const resource: Record<string, unknown> = writeAttributes(attributes);
      const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
      const known = manager === undefined ? {} : { manager: { value: `id-${manager}` } };
      return {
        ...resource,
        id: `id-${externalId}`,
        active,
        [urn]: { ...Object(resource[urn]), ...known },
      };
    });
    const groups = intended.groups.map(({ externalId, displayName, members }) => {
      return {
        id: `id-${externalId}`,
        displayName,
        members: members.map((member) => ({ value: `id-${member}` })),
      };
    });
    expect(compare(intended, { users, groups })).toEqual([]);
  });
});

test("a resource without an externalId is known by its name, a stranger's externalId is not", () => {
  const directory = makeDirectory({ idp: "okta", seed: "1", users: 3, groups: 2 });
  const intended = { ...intendWhole(directory), users: [] };
  const [first, second] = intended.groups;
  const found = {
    users: [],
    groups: [
      { id: "1", displayName: first?.displayName, externalId: "somebody's" },
      { id: "2", displayName: second?.displayName, members: [] },
    ],
  };
  const resources = compare(intended, found).filter(({ attribute }) => attribute === "resource");
  expect(resources).toEqual([
    { of: `group ${first?.externalId}`, attribute: "resource", wanted: "1", found: "0" },
  ]);
});

test("who leaves a group and who stays are everybody who joined", () => {
  const directory = makeDirectory({ idp: "okta", seed: "1", users: 60, groups: 10 });
  for (const group of directory.groups) {
    const both = [...finalMembers(directory, group), ...leavingMembers(directory, group)];
    expect(both.toSorted((a, b) => a - b)).toEqual(group.joined);
  }
});

test("lists that grow", () => {
  expect(growingLists([1, 2, 3, 4], [1, 2])).toEqual([[1], [1, 2, 3], [1, 2, 3, 4]]);
  expect(growingLists([], [1])).toEqual([]);
});

describe("pages", () => {
  /** A server with so many users and pages of at most so many. */
  function serve(total: number, size: number): { client: Client; paths: string[] } {
    const paths: string[] = [];
    const client: Client = {
      send: (call: Call) => {
        paths.push(call.path);
        const start = Number(new URL(call.path, "http://x").searchParams.get("startIndex") ?? 1);
        const length = Math.max(0, Math.min(size, total - start + 1));
        const Resources = Array.from({ length }, (_, index) => ({ id: String(start + index) }));
        const body = { totalResults: total, startIndex: start, itemsPerPage: length, Resources };
        return Promise.resolve(
          call.check?.(body) === undefined ? { status: 200, body } : undefined,
        );
      },
    };
    return { client, paths };
  }
  const pathOf = (startIndex: number) => `/Users?startIndex=${startIndex}`;

  test("of a fixed size, as Okta asks for them", async () => {
    const { client, paths } = serve(250, 100);
    expect(await discover(client, { kind: "x", pathOf, advance: 100 })).toHaveLength(250);
    expect(paths).toEqual([pathOf(1), pathOf(101), pathOf(201)]);
  });

  test("behind what was seen, as authentik does", async () => {
    const { client, paths } = serve(5, 2);
    expect(await discover(client, { kind: "x", pathOf, advance: "seen" })).toHaveLength(5);
    expect(paths).toEqual([pathOf(1), pathOf(3), pathOf(5)]);
  });

  test("an empty page ends it", async () => {
    const { client } = serve(3, 0);
    expect(await discover(client, { kind: "x", pathOf, advance: "seen" })).toBeUndefined();
  });
});
