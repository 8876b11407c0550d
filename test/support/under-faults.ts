/** All that a test file sends goes to an app whose database fails, by a client that comes again. */
import { afterAll, expect, vi } from "vitest";
import { openDoor } from "./door.ts";
import { faultyApp, persistent } from "./faulty-app.ts";
import { seededPlan } from "./faulty-store.ts";
import type { FaultKind } from "./faulty-store.ts";

/** `kinds` are those that have to befall more than a few calls: a run without faults would show nothing. */
export function underFaults(kinds: readonly FaultKind[], givesUp = true): void {
  const { database, fetch } = faultyApp(seededPlan(7644, { reads: 12, writes: 3, givesUp }));
  openDoor(persistent(fetch));
  // What is injected is logged, a few thousand times.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  afterAll(() => {
    for (const kind of kinds) expect(database.injected[kind] ?? 0, kind).toBeGreaterThan(3);
  });
}

export const OF_READS: readonly FaultKind[] = ["before", "never", "slow"];
export const OF_WRITES: readonly FaultKind[] = [...OF_READS, "after", "late", "guard"];
