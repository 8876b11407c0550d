/** What holds when a batch is written, however long ago the request came and whoever wrote in between. */
import { describe, expect, it } from "vitest";
import type { OpenStore } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import type { WriteCommand } from "../../worker/plan/needs.ts";
import { DB, openStore } from "../support/database.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { executeBeside, patchCommand, requestOf, writeContext } from "../support/writer.ts";

describe("a token", () => {
  it("that expired since the request came no longer writes", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("ann"));
    const command = await patchCommand(tenant, "User", body.id, [
      { op: "add", path: "title", value: "late" },
    ]);
    const at = "2026-01-01T00:00:00.000Z";
    await DB.prepare("UPDATE scim_tokens SET expires_at = ? WHERE tenant_id = ?")
      .bind("2026-01-01T00:00:01.000Z", tenant.id)
      .run();
    const came = { ...command, claim: { ...command.claim, at } };
    const { outcomes } = await executeBeside(came);
    expect(outcomes).toEqual([{ ok: false, fault: { kind: "unauthenticated" } }]);
    const soon = { ...writeContext(), now: () => new Date(at) };
    const { outcomes: inTime } = await executeWrite(requestOf(came), soon);
    expect(inTime[0]?.ok).toBe(true);
  });
});

describe("ids", () => {
  function creation(command: WriteCommand, userName: string): WriteCommand {
    const document = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName };
    return {
      ...command,
      type: "User",
      change: { kind: "create", resource: { document, members: [] } },
    };
  }

  /** A store in which another writer comes after the first batch that was written. */
  function interrupted(tenant: Tenant, created: string[]): OpenStore {
    let batches = 0;
    return (cost) => {
      const store = openStore(cost);
      return {
        ...store,
        async batch(statements) {
          const results = await store.batch(statements);
          batches += 1;
          if (batches === 2) created.push((await tenant.post("/Users", user("between"))).body.id);
          return results;
        },
      };
    };
  }

  it("of a later batch are greater than what another writer gave out in between", async () => {
    const tenant = await makeTenant();
    const groups: string[] = [];
    for (const name of ["A", "B", "C", "D"]) {
      groups.push((await tenant.post("/Groups", group(name))).body.id);
    }
    const [a = "", b = "", c = "", d = ""] = groups;
    const nest = (holder: string, member: string) =>
      patchCommand(tenant, "Group", holder, [
        { op: "add", path: "members", value: [{ value: member }] },
      ]);
    // The second nesting can't be decided on what was read for the first: the rest waits for another batch.
    const [first, second] = [await nest(a, b), await nest(c, d)];
    const steps = [first, second, creation(first, "waiting")].flatMap(
      (command) => requestOf(command).steps,
    );
    const between: string[] = [];
    const { outcomes } = await executeWrite(
      { ...requestOf(first), steps },
      writeContext(interrupted(tenant, between)),
    );
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, true, true]);
    const { body } = await tenant.get('/Users?filter=userName eq "waiting"');
    const [other = ""] = between;
    expect(other).not.toBe("");
    expect(body.Resources[0].id > other).toBe(true);
    const page = await tenant.get("/Users?startIndex=2&count=1");
    expect(page.body.Resources[0].userName).toBe("waiting");
  });
});

it("the answer to a POST names a manager only where a GET would", async () => {
  const tenant = await makeTenant();
  const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const { body: boss } = await tenant.post("/Users", user("boss"));
  const { body: holder } = await tenant.post("/Groups", group("no manager"));
  for (const value of [boss.id, holder.id]) {
    const name = `under-${value}`;
    const created = await tenant.post("/Users", user(name, { [urn]: { manager: { value } } }));
    const { body } = await tenant.get(`/Users/${created.body.id}`);
    expect(created.body).toEqual(body);
    expect(body[urn].manager.displayName).toBe(value === boss.id ? "boss" : undefined);
  }
});
