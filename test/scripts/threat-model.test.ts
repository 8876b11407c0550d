/** What docs/threat-model.md names is there: each wall has the file that builds it, and the test that shows it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../../scripts/local/settings.ts";
import { namesIn, wallsIn } from "../support/walls.ts";

const PAGE = readFileSync(join(PROJECT, "docs/threat-model.md"), "utf8");
const WALLS = wallsIn(PAGE);

function sourceOf(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

describe("the threat model", () => {
  it("has walls against each attacker", () => {
    const attackers = new Set(WALLS.map(({ attacker }) => attacker));
    expect(attackers.size).toBe(7);
    expect(WALLS.length).toBeGreaterThan(40);
    expect(PAGE.match(/^### .*/gm)).toHaveLength(attackers.size);
  });

  it.each(WALLS)("$wall", ({ built, shown }) => {
    const builders = namesIn(built);
    const tests = namesIn(shown);
    expect(builders.length).toBeGreaterThan(0);
    expect(tests.length).toBeGreaterThan(0);
    for (const { path } of builders) {
      expect([path, existsSync(join(PROJECT, path))]).toEqual([path, true]);
      expect(path).toMatch(/^(worker|schema|scripts)\//);
    }
    for (const { path, title } of tests) {
      expect([path, existsSync(join(PROJECT, path))]).toEqual([path, true]);
      expect(path).toMatch(/^test\/.*\.test\.ts$|^scripts\/e2e\//);
      if (title !== undefined)
        expect([path, sourceOf(path).includes(`"${title}"`)]).toEqual([path, true]);
    }
  });

  it("and SECURITY.md name no file that isn't there", () => {
    for (const [file, text] of [
      ["docs/threat-model.md", PAGE],
      ["SECURITY.md", sourceOf("SECURITY.md")],
    ] as const) {
      const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link = ""]) => link);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) {
        const path = join(PROJECT, file, "..", link);
        expect([link, existsSync(path)]).toEqual([link, true]);
      }
    }
  });
});

describe("its reader", () => {
  const page = [
    "### Somebody",
    "| wall | built in | shown by |",
    "|---|---|---|",
    '| It holds. | `worker/a.ts`, `worker/b.ts` | `test/a.test.ts` ("a \\| b"), `test/b.test.ts` |',
  ].join("\n");

  it("finds the walls of an attacker, their files and the titles of their tests", () => {
    const [wall, ...others] = wallsIn(page);
    expect(others).toEqual([]);
    expect(wall).toMatchObject({ attacker: "Somebody", wall: "It holds." });
    expect(namesIn(wall?.built ?? "").map(({ path }) => path)).toEqual([
      "worker/a.ts",
      "worker/b.ts",
    ]);
    expect(namesIn(wall?.shown ?? "")).toEqual([
      { path: "test/a.test.ts", title: "a | b" },
      { path: "test/b.test.ts", title: undefined },
    ]);
  });
});
