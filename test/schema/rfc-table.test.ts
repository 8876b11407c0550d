/** What GET /Schemas answers, against the table of RFC 7643 section 8.7.1; every deviation is listed with its reason. */
import { describe, expect, it } from "vitest";
import { jsonEqual } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { makeTenant } from "../support/tenant.ts";
import deviations from "./deviations.json" with { type: "json" };
import { CHARACTERISTICS, flatten, textOf } from "./flatten.ts";
import type { Table } from "./flatten.ts";
import rfc from "./rfc7643-8.7.1.json" with { type: "json" };

interface Deviation {
  readonly schema: string;
  readonly attribute: string;
  /** A characteristic, or `present`. */
  readonly characteristic: string;
  readonly rfc: Json;
  readonly served: Json;
}

const LISTED = deviations.map(({ reason: _reason, ...rest }): Deviation => rest);

describe("the schemas of RFC 7643 section 8.7.1", () => {
  it("are served as the RFC has them, but for the listed deviations", async () => {
    const served = await servedTables();
    const found = Object.entries(rfc.schemas).flatMap(([schema, attributes]) => {
      const ours = served.get(schema);
      expect(ours, schema).toBeDefined();
      return ours === undefined ? [] : deviationsOf(schema, flatten(attributes), ours);
    });
    expect(print(found)).toEqual(print(LISTED));
  });

  it("has looked: 80 attributes and sub-attributes, each deviation with a reason", () => {
    const counted = Object.values(rfc.schemas).map((attributes) => flatten(attributes).size);
    expect(counted).toEqual([66, 5, 9]);
    for (const { reason } of deviations) expect(reason.length).toBeGreaterThan(20);
  });
});

async function servedTables(): Promise<ReadonlyMap<string, Table>> {
  const tenant = await makeTenant();
  const { body } = await tenant.get("/Schemas");
  const schemas = body.Resources as JsonObject[];
  return new Map(
    schemas.map((schema) => [
      textOf(schema, "id"),
      flatten(schema["attributes"] as readonly JsonObject[]),
    ]),
  );
}

function deviationsOf(schema: string, table: Table, served: Table): Deviation[] {
  const paths = new Set([...table.keys(), ...served.keys()]);
  return [...paths].flatMap((attribute): Deviation[] => {
    const [theirs, ours] = [table.get(attribute), served.get(attribute)];
    if (theirs === undefined || ours === undefined) {
      const [isTheirs, isOurs] = [theirs !== undefined, ours !== undefined];
      return [{ schema, attribute, characteristic: "present", rfc: isTheirs, served: isOurs }];
    }
    return CHARACTERISTICS.flatMap((characteristic) => {
      const [is, should] = [ours[characteristic] ?? null, theirs[characteristic] ?? null];
      return jsonEqual(is, should)
        ? []
        : [{ schema, attribute, characteristic, rfc: should, served: is }];
    });
  });
}

function print(found: readonly Deviation[]): string[] {
  return found
    .map(
      (one) =>
        `${one.schema} ${one.attribute} ${one.characteristic}: RFC ${JSON.stringify(one.rfc)}, served ${JSON.stringify(one.served)}`,
    )
    .toSorted();
}
