/** The engine's limits: whatever passes the parser's limits is answered, or refused as invalidFilter, and never a 500. */
import { beforeAll, describe, expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

const MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
const { maxFilterTerms, maxFilterDepth } = PROVIDER;

/** A term of each kind of place with the operators that say the most. */
const TERMS: readonly string[] = [
  'title sw "x"',
  'userName sw "x"',
  'externalId ew "x"',
  'emails.type co "x"',
  'emails.value ne "x"',
  'emails[type sw "x"]',
  'emails[value sw "x"]',
  'meta.location sw "x"',
  `${MANAGER}.displayName ne "x"`,
  `${MANAGER}.displayName sw "x"`,
  `${MANAGER}[value sw "x"]`,
  'groups.value eq "x"',
  "active eq true",
];

/** Terms that walk the rows of members and groups. */
const WALKS: readonly string[] = [
  'groups.display ne "x"',
  'groups[value eq "x"]',
  'groups[display sw "x"]',
  "groups pr",
];

let tenant: Tenant;

beforeAll(async () => {
  tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  await tenant.post("/Groups", group("Staff", [body.id]));
});

async function ask(filter: string, endpoint = "/Users"): Promise<string> {
  const query = new URLSearchParams({ filter, sortBy: "emails", count: "1" });
  if (endpoint !== "/Users") query.delete("sortBy");
  const { status, body } = await tenant.get(`${endpoint}?${query.toString()}`);
  return status === 200
    ? "answered"
    : `${status} ${body.scimType} ${body.detail.split(" See ")[0]}`;
}

function repeat(term: string, times: number, kind = "or"): string {
  return Array.from({ length: times }, () => term).join(` ${kind} `);
}

describe("terms", () => {
  it.each(TERMS)(`${maxFilterTerms} times %s`, async (term) => {
    expect(await ask(repeat(term, maxFilterTerms))).toBe("answered");
    expect(await ask(repeat(term, maxFilterTerms, "and"))).toBe("answered");
    expect(await ask(`not (${repeat(term, maxFilterTerms)})`)).toBe("answered");
  });

  it.each(TERMS)("as many of %s as are bound one by one", async (term) => {
    for (const times of [12, 13, 16, 24]) {
      expect(await ask(repeat(term, times))).toBe("answered");
    }
  });

  it(`refuses ${maxFilterTerms + 1}`, async () => {
    expect(await ask(repeat("title pr", maxFilterTerms + 1))).toBe(
      `400 invalidFilter The filter has more than ${maxFilterTerms} terms.`,
    );
  });

  it(`takes ${maxFilterTerms} in one value path`, async () => {
    expect(await ask(`emails[${repeat('value sw "x"', maxFilterTerms)}]`)).toBe("answered");
    expect(await ask(`groups[${repeat('display ne "x"', maxFilterTerms)}]`)).toBe("answered");
  });

  it(`takes ${maxFilterTerms} members to look up`, async () => {
    expect(await ask(repeat('members.value eq "x"', maxFilterTerms), "/Groups")).toBe("answered");
    expect(await ask(repeat('members eq "x"', maxFilterTerms), "/Groups")).toBe("answered");
  });
});

describe("walks over members and groups", () => {
  it.each([...WALKS])("%s", async (walk) => {
    expect(await ask(repeat(walk, 16))).toBe("answered");
    expect(await ask(repeat(walk, 20))).toMatch(
      /^400 invalidFilter The filter asks too much of one query/,
    );
  });

  it.each(['members.display ne "x"', 'members[value eq "x"]', 'members.value sw "x"'])(
    "%s",
    async (walk) => {
      expect(await ask(repeat(walk, 16), "/Groups")).toBe("answered");
      expect(await ask(repeat(walk, 20), "/Groups")).toMatch(
        /^400 invalidFilter The filter asks too much/,
      );
    },
  );

  it.each(WALKS)("%s beside as many others as there may be", async (walk) => {
    let answered = 0;
    for (const term of TERMS) {
      for (const walks of [4, 14]) {
        const others = Math.min(maxFilterTerms - walks, 96 - 6 * walks);
        const outcome = await ask(`${repeat(walk, walks)} or ${repeat(term, others)}`);
        // What one statement can't hold is refused; nothing fails.
        if (outcome === "answered") answered += 1;
        else expect(outcome).toMatch(/^400 invalidFilter The filter asks too much/);
      }
    }
    expect(answered).toBeGreaterThan(20);
  });
});

describe("a query of every resource type", () => {
  it("is answered, or refused", async () => {
    let answered = 0;
    for (const term of [
      'id sw "x"',
      'displayName sw "x"',
      'meta.location sw "x"',
      'externalId ne "x"',
    ]) {
      for (const times of [6, 7, 12, 24, 48]) {
        expect(await ask(repeat(term, times), "")).toBe("answered");
        answered += 1;
      }
      expect(await ask(repeat(term, maxFilterTerms), "")).toMatch(
        /^400 invalidFilter The filter asks too much/,
      );
    }
    expect(answered).toBe(20);
  });
});

describe("depth", () => {
  const leaves = [...TERMS, 'groups.display ne "x"', "emails[type pr]", 'groups[display sw "x"]'];

  /** `leaf` under levels of parentheses, each with terms of its own, until the terms run out. */
  function nest(leaf: string, levels: number, open: (level: number) => string): string {
    let filter = leaf;
    let terms = 3;
    for (let level = 0; level < levels; level += 1) {
      const opening = terms + 2 <= maxFilterTerms ? open(level) : "not (";
      terms += 2;
      filter = `${opening}${filter})`;
    }
    return filter;
  }

  const pair = "title pr and nickName pr";
  const shapes: readonly (readonly [string, (level: number) => string])[] = [
    ["not", () => "not ("],
    ["parentheses", () => "("],
    ["not with and", () => `not (${pair} and `],
    [
      "and, or in turn",
      (level) => (level % 2 === 0 ? `(${pair} and ` : "(title pr or nickName pr or "),
    ],
    ["one and", () => `(${pair} and `],
  ];

  it.each(shapes)(`%s, ${maxFilterDepth} levels`, async (_name, open) => {
    for (const leaf of leaves) {
      const levels = leaf.includes("[") ? maxFilterDepth - 1 : maxFilterDepth;
      expect(await ask(nest(leaf, levels, open)), leaf).toBe("answered");
    }
  });

  it.each(shapes)("%s inside a value path", async (_name, open) => {
    const inner = (level: number): string =>
      open(level).replaceAll("title", "type").replaceAll("nickName", "display");
    for (const [attribute, leaf] of [
      ["emails", 'value sw "x"'],
      ["groups", 'display sw "x"'],
      [MANAGER, 'value sw "x"'],
    ] as const) {
      const filter = nest(
        leaf,
        maxFilterDepth - 1,
        attribute === MANAGER ? () => `not (${leaf} and ` : inner,
      );
      expect(await ask(`${attribute}[${filter}]`), attribute).toBe("answered");
    }
  });

  it(`refuses ${maxFilterDepth + 1} levels`, async () => {
    const refused = `400 invalidFilter The filter is nested deeper than ${maxFilterDepth} levels.`;
    expect(await ask(nest("title pr", maxFilterDepth + 1, () => "("))).toBe(refused);
    expect(await ask(nest("title pr", maxFilterDepth + 1, () => "not ("))).toBe(refused);
    expect(await ask(`emails[${nest("type pr", maxFilterDepth, () => "(")}]`)).toBe(refused);
  });
});

describe("operands", () => {
  it.each([60, 2_000, 14_000])("%i characters", async (length) => {
    for (const character of ["x", "%", "é", "\u{1F600}", "\uFDFA"]) {
      const text = character.repeat(length / character.length);
      for (const operator of ["eq", "ne", "co", "sw", "ew", "gt"]) {
        expect(await ask(`userName ${operator} "${text}"`)).toBe("answered");
        expect(await ask(`title ${operator} "${text}"`)).toBe("answered");
      }
    }
  });
});
