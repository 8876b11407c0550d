import { describe, expect, it } from "vitest";
import { healthOf } from "../../worker/console/health.ts";
import type { Connection } from "../../worker/console/health.ts";

const NOW = new Date("2026-11-24T18:30:00.000Z");

function wordOf(given: Partial<Connection>): string {
  const used = { enabled: true, lastUsed: "2026-11-24T18:00:00.000Z", hours: [], ...given };
  return healthOf(used, NOW).word;
}

function hour(changes: number, refusals: number) {
  return { at: "", changes, refusals };
}

describe("the health of a connection", () => {
  it("is off where it is switched off, whatever it did", () => {
    expect(wordOf({ enabled: false, hours: [hour(0, 3)] })).toBe("off");
  });

  it("is never used until the IdP has reached us", () => {
    expect(wordOf({ lastUsed: null })).toBe("never used");
  });

  it("is healthy while it reaches us, even where nothing has changed", () => {
    expect(wordOf({})).toBe("healthy");
    expect(wordOf({ hours: [hour(0, 0), hour(5, 0)] })).toBe("healthy");
  });

  it("is quiet after a day without a request", () => {
    expect(wordOf({ lastUsed: "2026-11-23T18:30:00.000Z" })).toBe("healthy");
    expect(wordOf({ lastUsed: "2026-11-23T18:29:59.999Z" })).toBe("quiet");
  });

  it("is refusing where the last hour that it was busy in had more refusals than changes", () => {
    expect(wordOf({ hours: [hour(9, 0), hour(0, 1), hour(0, 0)] })).toBe("refusing");
    expect(wordOf({ hours: [hour(2, 2)] })).toBe("refusing");
    expect(wordOf({ hours: [hour(0, 9), hour(100, 2)] })).toBe("healthy");
  });
});
