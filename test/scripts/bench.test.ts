/** The parts of the bench that take no time. */
import { describe, expect, it } from "vitest";
import { drawChart } from "../../scripts/bench/chart.ts";
import { parseRunTime } from "../../scripts/bench/cpu-time.ts";
import { NOISES } from "../../scripts/bench/neighbour.ts";
import { NAMES } from "../../scripts/bench/operations.ts";
import { readOptions } from "../../scripts/bench/options.ts";
import { printResults, replaceTables } from "../../scripts/bench/report.ts";
import { isMet, targetsOf } from "../../scripts/bench/results.ts";
import type { Results } from "../../scripts/bench/results.ts";
import { measureRounds } from "../../scripts/bench/rounds.ts";
import type { Measured } from "../../scripts/bench/rounds.ts";
import { median, percentile, ratio } from "../../scripts/bench/statistics.ts";
import { Refusal } from "../../scripts/local/settings.ts";

describe("parseRunTime", () => {
  it("takes the time that a thread ran, not how long it waited, in milliseconds", () => {
    expect(parseRunTime("1750500000 9000000000 321\n")).toBe(1750.5);
  });

  it("takes nothing else for a time", () => {
    expect(() => parseRunTime("")).toThrow("no run time");
  });
});

describe("statistics", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("percentiles lie between the values", () => {
    const values = [10, 20, 30, 40, 50];
    expect([0, 0.25, 0.95, 1].map((share) => percentile(values, share))).toEqual([10, 20, 48, 50]);
  });

  it.each([
    [3, 2, 1.5],
    [0, 2, 0],
    [3, 0, undefined],
    [0, 0, undefined],
    [undefined, 2, undefined],
    [3, undefined, undefined],
  ])("%s / %s is %s", (value, of, expected) => {
    expect(ratio(value, of)).toBe(expected);
  });
});

describe("readOptions", () => {
  it("measures everything by default", () => {
    expect(readOptions([])).toMatchObject({
      parts: ["core", "http"],
      users: [1000, 10_000, 100_000],
      groups: [10, 1000, 50_000],
      sync: { users: 5000, groups: 50, members: 200 },
      write: false,
    });
  });

  it("takes a part and sizes, ascending and each once", () => {
    const options = readOptions([
      "--only",
      "http",
      "--users",
      "2000, 100,100",
      "--groups",
      "7",
      "--quick",
    ]);
    expect(options).toMatchObject({ parts: ["http"], users: [100, 2000], groups: [7] });
  });

  it.each([
    [["--only", "worker"]],
    [["--users", "1000,many"]],
    [["--groups", "0"]],
    [["--rounds", "-1"]],
    [["--fast"]],
    [["quick"]],
  ])("refuses %j", (args) => {
    expect(() => readOptions(args)).toThrow(Refusal);
  });
});

describe("measureRounds", () => {
  it("interleaves sizes, leaves the first round out, and undoes each batch", async () => {
    let clock = 0;
    const seen: string[] = [];
    const subjectOf = (size: number, costs: readonly number[]) => ({
      size,
      cpu: () => clock,
      client: {
        call: ({ path }: { path: string }) => {
          seen.push(path);
          const round = Number(path.split(" ")[1]);
          clock += costs[round] ?? 0;
          return Promise.resolve({ status: 200, text: "", cost: `round ${round}` });
        },
        close: () => undefined,
      },
      operations: [
        {
          name: "x",
          status: 200,
          call: (index: number) => ({
            method: "GET" as const,
            path: `${size} ${Math.floor(index / 2)}`,
          }),
          undo: () => {
            seen.push(`undo ${size}`);
            return Promise.resolve();
          },
        },
      ],
    });
    const measured = await measureRounds(
      [subjectOf(1, [100, 3, 1, 2]), subjectOf(9, [100, 6, 8, 7])],
      {
        rounds: 3,
        requests: 2,
        onRound: () => undefined,
      },
    );
    expect(measured).toMatchObject([
      { operation: "x", size: 1, cpu: 2, range: [1.5, 2.5], cost: "round 3" },
      { operation: "x", size: 9, cpu: 7, range: [6.5, 7.5], cost: "round 3" },
    ]);
    expect(seen.slice(0, 12)).toEqual([
      "1 0",
      "1 0",
      "undo 1",
      "9 0",
      "9 0",
      "undo 9",
      "9 1",
      "9 1",
      "undo 9",
      "1 1",
      "1 1",
      "undo 1",
    ]);
  });

  it("refuses an unexpected status", async () => {
    const client = {
      call: () => Promise.resolve({ status: 404, text: "gone", cost: "" }),
      close: () => undefined,
    };
    const call = () => ({ method: "GET" as const, path: "/x" });
    const subject = {
      size: 1,
      cpu: () => 0,
      client,
      operations: [{ name: "x", status: 200, call }],
    };
    const options = { rounds: 1, requests: 1, onRound: () => undefined };
    await expect(measureRounds([subject], options)).rejects.toThrow(
      "GET /x answered 404 instead of 200: gone",
    );
  });
});

describe("results", () => {
  it("judges growth, floors, and pages by the sizes that were measured", () => {
    const targets = new Map(targetsOf(resultsOf(1.2)).map((target) => [target.text, target]));
    const valueOf = (text: string): number | undefined => targets.get(text)?.value;
    expect(valueOf(`${NAMES.get}: 100,000 / 1,000 users`)).toBeCloseTo(1.2);
    expect(valueOf(`${NAMES.addMember}: 50,000 / 10 members`)).toBeCloseTo(1.2);
    expect(valueOf("deep page / first page, by index")).toBeCloseTo(1);
    expect(valueOf(`${NAMES.get} / ${NAMES.read}`)).toBeCloseTo(2);
    expect(valueOf(`${NAMES.complex}, 1,000 users`)).toBe(2);
    expect(valueOf("writes per second of one tenant: 32 clients / 1 client")).toBe(4);
  });

  it("a target is met up to its limit, missed past it, and neither where nothing was measured", () => {
    const met = (growth: number) =>
      targetsOf(resultsOf(growth)).find(({ text }) => text.startsWith(`${NAMES.patch}: `));
    expect([1.25, 1.26].map((growth) => isMet(met(growth) ?? never()))).toEqual([true, false]);
    const [first = never()] = targetsOf({ ...resultsOf(1), measured: [] });
    expect(isMet(first)).toBeUndefined();
  });

  it("a quiet tenant is judged by its reads beside those that keep to the limit", () => {
    const slowed = (beside: number) => {
      const results = resultsOf(1, beside);
      return targetsOf(results).find(({ text }) => text.includes(NOISES.patient.name)) ?? never();
    };
    expect([1.5, 1.6].map((beside) => isMet(slowed(beside)))).toEqual([true, false]);
  });

  it("a quiet tenant isn't judged where nobody was over the limit", () => {
    const results = resultsOf(1);
    const unrefused = results.neighbours.map((one) => ({ ...one, refused: 0 }));
    for (const neighbours of [[], unrefused]) {
      const targets = targetsOf({ ...results, neighbours });
      expect(targets.filter(({ value }) => value === undefined)).toMatchObject([
        { text: expect.stringContaining(NOISES.patient.name) },
      ]);
    }
  });

  it("many clients that end elsewhere have no throughput", () => {
    const results = resultsOf(1);
    const targets = targetsOf({ ...results, throughput: { ...results.throughput, isSame: false } });
    const target = targets.find(({ bound }) => bound === "at least") ?? never();
    expect([target.value, isMet(target)]).toEqual([0, false]);
  });
});

describe("printResults", () => {
  it("puts growth beside the sizes, users apart from members", () => {
    const text = printResults(resultsOf(1.5));
    expect(text).toContain(`| ${NAMES.get} | 2.00 | 2.50 | 3.00 | 1.50 |`);
    expect(text).toContain("| operation, by members | 10 | 1,000 | 50,000 | largest / smallest |");
    expect(text).toContain(`| ${NAMES.addMember} | 2.00 | 2.50 | 3.00 | 1.50 |`);
    expect(text).toContain("**missed**");
  });

  it("shows each noise with what its clients were answered, and the quiet tenant beside it", () => {
    const text = printResults(resultsOf(1, 3));
    const quiet = `${NAMES.get} | 1.00 | 3.00 | 3.00 | 2.00 | 3.00 | 1.50`;
    expect(text).toContain(`| ${NOISES.patient.name} | 200 | 31 | ${quiet} |`);
    expect(text).toContain(`| ${NOISES.unlimited.name} | 500 | 0 | ${NAMES.get} | `);
  });

  it("goes between the markers of the page; what is around them stays", () => {
    const page = "before\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nafter\n";
    const once = replaceTables(page, "new");
    expect(once).toBe("before\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nafter\n");
    expect(replaceTables(once, "new")).toBe(once);
    expect(() => replaceTables("no marker", "new")).toThrow("the page has no");
  });
});

describe("drawChart", () => {
  it("is well-formed XML that holds every size and both panels", () => {
    const chart = drawChart(resultsOf(1.1));
    expect(unbalanced(chart)).toEqual([]);
    expect(chart).not.toMatch(/NaN|undefined|Infinity/);
    for (const word of [
      "100,000",
      "50,000",
      NAMES.get,
      NAMES.addMember,
      "prefers-color-scheme: dark",
    ])
      expect(chart).toContain(word);
    expect(chart.match(/<polyline /g)).toHaveLength(9);
  });

  it("draws what there is of a run with one size", () => {
    const chart = drawChart({ ...resultsOf(1), users: [1000], groups: [10], measured: [] });
    expect(unbalanced(chart)).toEqual([]);
    expect(chart).not.toMatch(/NaN|undefined|Infinity/);
  });
});

/** The tags that aren't closed in order, and the characters that no text of XML may hold. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const tag = /<(\/?)([a-z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/g;
  for (const [, close, name = "", , self] of xml.matchAll(tag)) {
    if (close === "/") {
      if (open.pop() !== name) wrong.push(`</${name}>`);
    } else if (self !== "/") open.push(name);
  }
  const rest = xml.replaceAll(tag, "").replaceAll(/&(?:amp|lt|gt);/g, "");
  return [...open, ...wrong, ...(rest.match(/[<&]/g) ?? [])];
}

/**
 * Everything costs 2 ms at the least size and grows by this factor to the largest; the floor costs 1 ms. Beside those that keep to the
 * limit, a quiet tenant's reads take so many ms instead of 1.
 */
function resultsOf(growth: number, slowed = 1): Results {
  const [users, groups] = [
    [1000, 10_000, 100_000],
    [10, 1000, 50_000],
  ];
  const ofGroups = new Set<string>([NAMES.addMember, NAMES.removeMember, NAMES.getGroup]);
  const ofFloor = new Set<string>([NAMES.empty, NAMES.read, NAMES.write]);
  const measured = Object.values(NAMES).flatMap((operation): Measured[] => {
    const sizes = ofFloor.has(operation) ? [0] : ofGroups.has(operation) ? groups : users;
    return sizes.map((size, index) => {
      const cpu = size === 0 ? 1 : 2 + ((2 * growth - 2) * index) / 2;
      return { operation, size, cpu, range: [cpu, cpu], p50: cpu, p95: cpu, cost: "st=1" };
    });
  });
  const quiet = (ms: number) => [
    { operation: NAMES.get, alone: { p50: 1, p95: 2 }, beside: { p50: ms, p95: ms } },
  ];
  return {
    cores: 2,
    runtime: "Node 24",
    users,
    groups,
    rounds: 3,
    requests: 100,
    measured,
    sync: { calls: 5050, cpu: 1.5, time: 1000 },
    throughput: { one: 100, many: 400, cpuOne: 2, cpuMany: 1, isSame: true },
    neighbours: [
      { noise: NOISES.patient, accepted: 200, refused: 31, quiet: quiet(slowed) },
      { noise: NOISES.unlimited, accepted: 500, refused: 0, quiet: quiet(60) },
    ],
  };
}

function never(): never {
  throw new Error("it is there");
}
