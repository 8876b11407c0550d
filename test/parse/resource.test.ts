/** The golden bodies of POST and PUT: what is taken, what is ignored, what is refused (RFC 7643 section 2, RFC 7644 section 3.3). */
import { describe, expect, it } from "vitest";
import type { Profile } from "../../schema/provider.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { QUIRKS } from "../../worker/parse/known-quirks.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import type { Resource } from "../../worker/scim/resource.ts";
import { freeze, readGoldens } from "../support/goldens.ts";
import { faultOf, namesOf, refuseForgiven, reparse, typeNamed } from "../support/patch-run.ts";

interface ExpectedFault {
  readonly kind: string;
  /** What the detail says among other things. */
  readonly detail?: string;
}

interface ResourceCase {
  readonly name: string;
  readonly resourceType: "User" | "Group";
  readonly body: Json;
  readonly document?: JsonObject;
  /** Ids; none where the case doesn't say. */
  readonly members?: readonly string[];
  readonly fault?: ExpectedFault;
  /** The names of exactly the quirks that fire. */
  readonly quirks?: readonly string[];
  /** What a strict connection gets for the same body. */
  readonly strict?: ExpectedFault;
}

interface Parsed extends Resource {
  readonly quirks: readonly string[];
}

const FILES = readGoldens<ResourceCase>(
  import.meta.glob(["../golden/resources/*.json"], {
    eager: true,
    query: "?raw",
    import: "default",
  }),
);
const CASES = FILES.flatMap(({ cases }) => cases);

for (const { file, cases } of FILES) {
  describe(file, () => {
    it.each(cases)("$name", (one) => {
      const type = typeNamed(one.resourceType);
      if (one.fault === undefined) {
        const { document, members, quirks } = parse(one, "generic");
        expect(document).toStrictEqual(one.document);
        expect(members).toStrictEqual(one.members ?? []);
        expect(quirks).toStrictEqual((one.quirks ?? []).toSorted());
        expect(reparse(type, document).document).toStrictEqual(document);
        expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
      } else {
        expectFault(one, "generic", one.fault);
      }
      if (one.strict !== undefined) expectFault(one, "strict", one.strict);
    });
  });
}

function parse({ resourceType, body }: ResourceCase, profile: Profile): Parsed {
  const leniency = new Leniency();
  const resource = parseResource(typeNamed(resourceType), freeze(body), leniency);
  refuseForgiven(profile, leniency);
  return { ...resource, quirks: namesOf(leniency) };
}

function expectFault(one: ResourceCase, profile: Profile, expected: ExpectedFault): void {
  const fault = faultOf(() => parse(one, profile));
  expect(fault?.kind).toBe(expected.kind);
  expect(fault !== undefined && "detail" in fault ? fault.detail : "").toContain(
    expected.detail ?? "",
  );
}

it("looked: every golden says what is expected, and there are many of them", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  for (const one of CASES) {
    expect([one.document, one.fault].filter((wish) => wish !== undefined)).toHaveLength(1);
  }
});

it("knows every quirk of a body: each fires somewhere, and each is refused to the strict", () => {
  const elsewhere = new Set([
    "path-as-key",
    "own-id-in-value",
    "remove-by-value-list",
    "extension-without-urn",
    "test-after-value-path",
    "two-primary-values",
  ]);
  const bodies = Object.keys(QUIRKS).filter((name) => !elsewhere.has(name));
  const refused = CASES.flatMap(({ quirks, strict }) =>
    strict === undefined ? [] : (quirks ?? []),
  );
  expect([...new Set(refused)].toSorted()).toStrictEqual(bodies.toSorted());
});

it("leaves the prototypes of all objects alone", () => {
  const body = JSON.parse('{"userName":"a","__proto__":{"isAdmin":true},"name":{"__proto__":{}}}');
  parse({ name: "", resourceType: "User", body }, "generic");
  expect(Reflect.get({}, "isAdmin")).toBeUndefined();
});

it("takes a string as long as is allowed, and not one character more", () => {
  const one = (length: number): ResourceCase => ({
    name: "",
    resourceType: "User",
    body: { schemas: [typeNamed("User").schema.id], userName: "x".repeat(length) },
  });
  expect(parse(one(PROVIDER.maxStringLength), "strict").quirks).toStrictEqual([]);
  expectFault(one(PROVIDER.maxStringLength + 1), "strict", {
    kind: "invalidValue",
    detail: "userName",
  });
});

it("takes as many members as are advertised, and not one more", () => {
  const one = (count: number): ResourceCase => ({
    name: "",
    resourceType: "Group",
    body: {
      displayName: "G",
      members: Array.from({ length: count }, (_, index) => ({ value: `u${index}` })),
    },
  });
  expect(parse(one(PROVIDER.maxRowValues), "generic").members).toHaveLength(PROVIDER.maxRowValues);
  expectFault(one(PROVIDER.maxRowValues + 1), "generic", { kind: "tooMany", detail: "members" });
});

it("doesn't follow a body into its depths", () => {
  let deep: Json = "x";
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  const body = { userName: "ann", unknown: deep, name: { unknown: deep, givenName: "Ann" } };
  const leniency = new Leniency();
  const { document } = parseResource(typeNamed("User"), body, leniency);
  expect(document).toStrictEqual({ userName: "ann", name: { givenName: "Ann" } });
  expect(faultOf(() => parseResource(typeNamed("User"), { userName: deep }, leniency))?.kind).toBe(
    "invalidValue",
  );
});
