import { describe, expect, it } from "vitest";
import { barsOf, describe as inWords } from "../../worker/console/chart.tsx";
import type { Hour } from "../../worker/console/chart.tsx";

const EMPTY = { changes: 0, refusals: 0 };

function dayWith(changed: Readonly<Record<number, Partial<Hour>>>): readonly Hour[] {
  return Array.from({ length: 24 }, (_, index) => ({
    at: `2026-11-24T${String(index).padStart(2, "0")}:00:00.000Z`,
    ...EMPTY,
    ...changed[index],
  }));
}

describe("the chart of a connection's day", () => {
  it("draws nothing where nothing was done", () => {
    expect(barsOf(dayWith({}))).toEqual([]);
  });

  it("stands changes on the line and hangs refusals from it, each at its hour", () => {
    const bars = barsOf(dayWith({ 0: { changes: 4 }, 23: { changes: 2, refusals: 1 } }));
    expect(bars.map(({ x, outcome }) => [x, outcome])).toEqual([
      [1, "done"],
      [231, "done"],
      [231, "refused"],
    ]);
    const [first, second, refused] = bars;
    expect(first && first.y + first.height).toBe(42);
    expect(second && second.y + second.height).toBe(42);
    expect(refused?.y).toBe(42);
  });

  it("has one scale for both, and stays within its height whatever the counts", () => {
    for (const [changes, refusals] of [
      [1000, 1000],
      [1, 1000],
      [1000, 1],
    ] as const) {
      const bars = barsOf(dayWith({ 5: { changes, refusals } }));
      expect(bars).toHaveLength(2);
      for (const { y, height } of bars) {
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y + height).toBeLessThanOrEqual(64);
        expect(height).toBeGreaterThanOrEqual(3);
      }
    }
    const [done, refused] = barsOf(dayWith({ 5: { changes: 500, refusals: 500 } }));
    expect(done?.height).toBe(refused?.height);
  });

  it("says the same in words", () => {
    expect(inWords(dayWith({}))).toBe("Nothing was changed or refused in the last 24 hours.");
    expect(inWords(dayWith({ 3: { changes: 1 }, 14: { changes: 30, refusals: 2 } }))).toBe(
      "Last 24 hours: 31 changes, 2 refusals. Most in the hour from 14:00 UTC: 30 changes, 2 refusals.",
    );
  });
});
