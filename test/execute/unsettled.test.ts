/** A change that was left open with 503 is recognised when it comes again, and only then. */
import { beforeEach, expect, it } from "vitest";
import { UnsettledWrites } from "../../worker/execute/unsettled.ts";
import type { WriteReply, WriteRequest } from "../../worker/execute/write.ts";
import type { Tenant } from "../support/tenant.ts";
import { makeTenant } from "../support/tenant.ts";
import { patchCommand, requestOf } from "../support/writer.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const OPEN = { kind: "unavailable", retryAfter: 2, isUnknown: true } as const;

let tenant: Tenant;
let unsettled: UnsettledWrites;

beforeEach(async () => {
  tenant = await makeTenant();
  unsettled = new UnsettledWrites();
});

async function change(value: string, id = "u"): Promise<WriteRequest> {
  return requestOf(
    await patchCommand(tenant, "User", id, [{ op: "replace", path: "title", value }]),
  );
}

function replied(outcome: WriteReply["outcomes"][number]): WriteReply {
  return {
    outcomes: [outcome],
    conflicts: 0,
    isFound: false,
    cost: { statements: 0, roundTrips: 0, rowsRead: 0, rowsWritten: 0 },
  };
}

const open = replied({ ok: false, fault: OPEN });
const done = replied({ ok: true, resource: undefined, changed: true });
const writeIdOf = ({ steps }: WriteRequest) => steps[0]?.command?.writeId;

async function isRecognised(first: WriteRequest, again: WriteRequest, now = NOW): Promise<boolean> {
  const recognised = unsettled.recognise(again, now);
  const isSame = writeIdOf(recognised) === writeIdOf(first);
  expect(recognised.since !== undefined).toBe(isSame);
  return isSame;
}

it("is the same write once, within ten minutes", async () => {
  const first = await change("x");
  unsettled.learn(first, open, NOW);
  expect(await isRecognised(first, await change("y"))).toBe(false);
  expect(await isRecognised(first, await change("x", "other"))).toBe(false);
  expect(await isRecognised(first, await change("x"))).toBe(true);
  expect(await isRecognised(first, await change("x"))).toBe(false);
  unsettled.learn(first, open, NOW);
  expect(await isRecognised(first, await change("x"), NOW + 600_001)).toBe(false);
});

it("isn't where the outcome is known, or something else changed the resource", async () => {
  const first = await change("x");
  unsettled.learn(
    first,
    replied({ ok: false, fault: { kind: "unavailable", retryAfter: 2 } }),
    NOW,
  );
  expect(await isRecognised(first, await change("x"))).toBe(false);
  unsettled.learn(first, open, NOW);
  unsettled.learn(await change("y", "other"), done, NOW);
  unsettled.learn(
    await change("y"),
    replied({ ok: true, resource: undefined, changed: false }),
    NOW,
  );
  expect(await isRecognised(first, await change("x"))).toBe(true);
  unsettled.learn(first, open, NOW);
  unsettled.learn(await change("y"), done, NOW);
  expect(await isRecognised(first, await change("x"))).toBe(false);
});

it("of equal ones the first is kept: it is the one that may have been carried out", async () => {
  const [first, second] = [await change("x"), await change("x")];
  unsettled.learn(first, open, NOW);
  unsettled.learn(second, open, NOW);
  expect(await isRecognised(first, await change("x"))).toBe(true);
});

it("no more than a hundred are kept, the latest, and none that is large", async () => {
  const changes = await Promise.all(Array.from({ length: 101 }, (_, index) => change(`x${index}`)));
  for (const one of changes) unsettled.learn(one, open, NOW);
  const [first, second] = changes;
  if (first === undefined || second === undefined) throw new Error("no changes");
  expect(await isRecognised(first, await change("x0"))).toBe(false);
  expect(await isRecognised(second, await change("x1"))).toBe(true);
  const large = await change("x".repeat(65_536));
  unsettled.learn(large, open, NOW);
  expect(await isRecognised(large, await change("x".repeat(65_536)))).toBe(false);
});
