/** PATCH of what is required or immutable, at every level: no served schema has all of it, so this one is the test's. */
import { describe, expect, it } from "vitest";
import { attribute } from "../../schema/attribute.ts";
import type { ResourceType, Schema } from "../../schema/attribute.ts";
import { BEHAVIOURS } from "../../schema/profiles.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { patchDocument } from "../../worker/plan/patch.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { freeze } from "../support/goldens.ts";
import { ID, faultOf, typeNamed } from "../support/patch-run.ts";

const URN = "urn:example:params:scim:schemas:extension:car:2.0:User";
const CAR: Schema = {
  id: URN,
  name: "Car",
  description: "",
  attributes: [
    attribute("plate", "", { required: true }),
    attribute("color", ""),
    attribute("frame", "", { mutability: "immutable" }),
    attribute("engine", "", {
      subAttributes: [
        attribute("value", "", { required: true }),
        attribute("number", "", { mutability: "immutable" }),
        attribute("fuel", ""),
      ],
    }),
    attribute("keys", "", {
      multiValued: true,
      subAttributes: [
        attribute("value", "", { required: true }),
        attribute("cut", "", { mutability: "immutable" }),
        attribute("type", ""),
      ],
    }),
  ],
};

const ENGINE = { value: "V8", number: "1", fuel: "gas" };
const KEYS = [{ value: "a", cut: "x", type: "main" }, { value: "b" }];
const WHOLE = { plate: "P", color: "red", frame: "F", engine: ENGINE, keys: KEYS };

function typeWith(required: boolean): ResourceType {
  return { ...typeNamed("User"), extensions: [{ schema: CAR, required }] };
}

/** The extension after the operations; null where it is gone. */
function patch(before: JsonObject | null, operations: Json, required = false): Json {
  const type = typeWith(required);
  const body = { schemas: [MESSAGES.patchOp], Operations: operations };
  const document = freeze({ userName: "ann", ...(before !== null && { [URN]: before }) });
  const parsed = parsePatch(body, { type, id: ID, leniency: new Leniency() });
  return patchDocument(type, document, parsed, BEHAVIOURS.generic)[URN] ?? null;
}

function at(op: string, path: string, value?: Json): Json {
  return { op, path: `${URN}:${path}`, ...(value !== undefined && { value }) };
}

describe("is refused", () => {
  it.each<[string, JsonObject | null, Json, string, string]>([
    ["a required attribute removed", WHOLE, [at("remove", "plate")], "mutability", "plate"],
    [
      "the only attribute, required",
      { plate: "P" },
      [at("remove", "plate")],
      "mutability",
      "plate",
    ],
    [
      "a required attribute by null",
      WHOLE,
      [at("replace", "plate", null)],
      "invalidValue",
      "plate",
    ],
    ["an extension begun without it", null, [at("add", "color", "red")], "invalidValue", "plate"],
    ["an immutable one replaced", WHOLE, [at("replace", "frame", "G")], "mutability", "frame"],
    ["an immutable one removed", WHOLE, [at("remove", "frame")], "mutability", "frame"],
    [
      "an immutable one that goes with its extension",
      WHOLE,
      [{ op: "remove", path: URN }],
      "mutability",
      "frame",
    ],
    [
      "an immutable part replaced",
      WHOLE,
      [at("replace", "engine.number", "2")],
      "mutability",
      "engine.number",
    ],
    [
      "an immutable part replaced with its attribute",
      WHOLE,
      [at("replace", "engine", { number: "2" })],
      "mutability",
      "engine.number",
    ],
    ["an immutable part removed", WHOLE, [at("remove", "engine.number")], "mutability", "number"],
    [
      "a required part removed",
      WHOLE,
      [at("remove", "engine.value")],
      "mutability",
      "engine.value",
    ],
    [
      "a required part by null",
      WHOLE,
      [at("replace", "engine.value", null)],
      "invalidValue",
      "engine.value",
    ],
    [
      "a complex attribute without it",
      { plate: "P" },
      [at("add", "engine", { fuel: "gas" })],
      "invalidValue",
      "engine.value",
    ],
    [
      "a required part of a value removed",
      WHOLE,
      [at("remove", 'keys[type eq "main"].value')],
      "mutability",
      "keys.value",
    ],
    [
      "a required part of a value by null",
      WHOLE,
      [at("replace", 'keys[type eq "main"].value', null)],
      "invalidValue",
      "keys.value",
    ],
    [
      "a new value without a required part",
      WHOLE,
      [at("add", 'keys[type eq "spare"].cut', "y")],
      "invalidValue",
      "keys.value",
    ],
    [
      "an immutable part of a value replaced",
      WHOLE,
      [at("replace", 'keys[value eq "a"].cut', "y")],
      "mutability",
      "cut",
    ],
    [
      "an immutable part of a value removed",
      WHOLE,
      [at("remove", 'keys[value eq "a"].cut')],
      "mutability",
      "cut",
    ],
  ])("%s", (_name, before, operations, kind, detail) => {
    const fault = faultOf(() => patch(before, operations));
    expect(fault?.kind).toBe(kind);
    expect(JSON.stringify(fault)).toContain(detail);
  });

  it("the removal of an extension that the type requires", () => {
    const remove = [{ op: "remove", path: URN }];
    expect(patch({ plate: "P" }, remove)).toBeNull();
    const fault = faultOf(() => patch({ plate: "P" }, remove, true));
    expect(fault).toStrictEqual({ kind: "invalidValue", detail: `${URN} is required.` });
  });
});

describe("is allowed", () => {
  it.each<[string, JsonObject | null, Json, Json]>([
    [
      "the removal of an optional extension with what it requires",
      { plate: "P", color: "red", engine: { value: "V8" } },
      [{ op: "remove", path: URN }],
      null,
    ],
    [
      "an extension begun with what it requires, in any order",
      null,
      [{ op: "add", path: URN, value: { color: "red", plate: "P" } }],
      { color: "red", plate: "P" },
    ],
    [
      "a complex attribute with what it requires, in any order",
      { plate: "P" },
      [at("add", "engine", { fuel: "gas", value: "V6" })],
      { plate: "P", engine: { fuel: "gas", value: "V6" } },
    ],
    [
      "an immutable attribute that had no value (section 3.5.2)",
      { plate: "P" },
      [at("add", "frame", "F")],
      { plate: "P", frame: "F" },
    ],
    [
      "an immutable part that had no value",
      { plate: "P", engine: { value: "V8" } },
      [at("add", "engine.number", "1")],
      { plate: "P", engine: { value: "V8", number: "1" } },
    ],
    ["an immutable attribute as it is", WHOLE, [at("replace", "frame", "F")], WHOLE],
    ["an immutable part as it is", WHOLE, [at("replace", "engine", { number: "1" })], WHOLE],
    [
      "an immutable part of a value as it is",
      WHOLE,
      [at("add", 'keys[value eq "a"].cut', "x")],
      WHOLE,
    ],
    [
      "an immutable part of a value that had none",
      WHOLE,
      [at("add", 'keys[value eq "b"].cut', "z")],
      { ...WHOLE, keys: [KEYS[0] ?? null, { value: "b", cut: "z" }] },
    ],
    [
      "an immutable part that goes with its attribute",
      { plate: "P", engine: ENGINE },
      [at("remove", "engine")],
      { plate: "P" },
    ],
    [
      "a value that goes whole",
      WHOLE,
      [at("remove", 'keys[value eq "a"]')],
      { ...WHOLE, keys: [{ value: "b" }] },
    ],
    [
      "a required part where nothing matches",
      WHOLE,
      [at("remove", 'keys[type eq "x"].value')],
      WHOLE,
    ],
  ])("%s", (_name, before, operations, after) => {
    expect(patch(before, operations)).toStrictEqual(after);
  });
});
