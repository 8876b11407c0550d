/** Laws of a tenant's export: whatever clients wrote is sound, comes in again as it went out, and the writer's rows are what an import makes. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { manage } from "../support/admin.ts";
import { bodyFor, LAWS } from "../support/arbitrary-resources.ts";
import { makeTenant } from "../support/tenant.ts";
import { exportLines, importAll, verifyAll } from "../support/transfer.ts";

/** Each case is some hundred requests: fewer than of other laws. */
const RUNS = { ...LAWS, numRuns: Math.ceil(LAWS.numRuns / 50) };

const [USER, GROUP] = RESOURCE_TYPES;
if (USER === undefined || GROUP === undefined) throw new Error("no resource types");

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("user"), body: bodyFor(USER) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("group"), body: bodyFor(GROUP) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("replace"), body: bodyFor(USER) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete"), body: fc.constant({}) }) },
  ),
  { minLength: 6, maxLength: 30 },
);

/** The member ids of the arbitrary are `u1` and the like: those of resources that are there stand in for them. */
function withMembers(body: JsonObject, ids: readonly string[]): JsonObject {
  const { members } = body;
  if (!isList(members)) return body;
  const chosen = members.flatMap((member, index): Json[] => {
    const id = ids[(index * 7) % Math.max(1, ids.length)];
    return isObject(member) && id !== undefined ? [{ value: id }] : [];
  });
  return { ...body, members: chosen };
}

it("verify(any directory) = [], and export(import(export(it))) = export(it)", async () => {
  let resources = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 40 }), async (all, size) => {
      const source = await makeTenant();
      const paths: string[] = [];
      for (const [index, step] of all.entries()) {
        const path = paths[(index * 5) % Math.max(1, paths.length)];
        if (step.do === "delete") await source.delete(path ?? "/Users/none");
        else if (step.do === "replace") await source.put(path ?? "/Users/none", step.body);
        else {
          const ids = paths.map((one) => one.split("/")[2] ?? "");
          const unlike = step.do === "user" ? { userName: `${index} Ü` } : {};
          const body = { ...withMembers(step.body, ids), ...unlike };
          const made = await source.post(step.do === "user" ? "/Users" : "/Groups", body);
          if (made.status === 201)
            paths.push(new URL(made.body.meta.location).pathname.replace(/^.*\/v2/, ""));
        }
      }
      expect(await verifyAll(source.id)).toEqual([]);
      const lines = await exportLines(source.id);
      resources += lines.filter(({ kind }) => kind === "resource").length;
      const { body: target } = await manage("POST", "/tenants", { body: { displayName: "T" } });
      // Killed half way, and begun again.
      await importAll(target.id, lines.slice(0, Math.floor(lines.length / 2)), size);
      await importAll(target.id, lines, size);
      expect(await exportLines(target.id)).toEqual(lines);
      expect(await verifyAll(target.id)).toEqual([]);
    }),
    RUNS,
  );
  expect(resources).toBeGreaterThan(RUNS.numRuns * 2);
}, 600_000);
