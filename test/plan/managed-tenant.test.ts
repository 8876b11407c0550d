/** Reads of an administrator, who has no token: the tenant alone decides. */
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { noCost } from "../../worker/execute/store.ts";
import { parseListQuery } from "../../worker/parse/list-query.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { decodeResources } from "../../worker/plan/decode.ts";
import { planList } from "../../worker/plan/list.ts";
import { planGet, shownBy } from "../../worker/plan/reads.ts";
import { EVERYTHING } from "../../worker/scim/projection.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { typeNamed } from "../support/patch-run.ts";
import { DB, openStore } from "../support/database.ts";

const USER = typeNamed("User");
const NO_PARAMETERS = {
  filter: undefined,
  sortBy: undefined,
  sortOrder: undefined,
  startIndex: undefined,
  count: undefined,
  cursor: undefined,
  attributes: [],
  excludedAttributes: [],
};

async function namesIn(tenant: string): Promise<unknown[]> {
  const query = parseListQuery([USER], NO_PARAMETERS, new Leniency());
  const claim = { kind: "managed", tenant } as const;
  const types = RESOURCE_TYPES;
  const statement = planList({ claim, types, base: "", query, position: undefined });
  const rows = await openStore(noCost()).query(statement);
  const { resources, total } = decodeResources(rows, shownBy(query.targets));
  expect(total).toBe(resources.length);
  return resources.map(({ document }) => document["userName"]);
}

async function withStatus(status: string): Promise<Tenant> {
  const tenant = await makeTenant();
  await tenant.post("/Users", user("one@x.test"));
  await DB.prepare("UPDATE tenants SET status = ? WHERE tenant_id = ?")
    .bind(status, tenant.id)
    .run();
  return tenant;
}

describe("an administrator's reads", () => {
  it.each(["active", "suspended"])("see the tenant's resources where it is %s", async (status) => {
    expect(await namesIn((await withStatus(status)).id)).toEqual(["one@x.test"]);
  });

  it.each(["deleting", "deleted"])("see nothing of one that is %s", async (status) => {
    expect(await namesIn((await withStatus(status)).id)).toEqual([]);
  });

  it("see nothing of another tenant", async () => {
    const [one, other] = [await makeTenant(), await makeTenant()];
    const { body } = await one.post("/Users", user("one@x.test"));
    const get = async (tenant: string): Promise<number> => {
      const claim = { kind: "managed", tenant } as const;
      const request = { claim, type: USER, types: RESOURCE_TYPES, id: body.id };
      const statement = planGet({ ...request, projection: EVERYTHING });
      const rows = await openStore(noCost()).query(statement);
      const shown = shownBy([{ type: USER, projection: EVERYTHING }]);
      return decodeResources(rows, shown).resources.length;
    };
    expect(await get(one.id)).toBe(1);
    expect(await get(other.id)).toBe(0);
  });
});
