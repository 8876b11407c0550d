/** What the bundle check says of a metafile. */
import { describe, expect, it } from "vitest";
import { grown, inputsOf, largest } from "../../scripts/bundle/inputs.ts";

describe("inputsOf", () => {
  it("adds up what an input gave to all outputs", () => {
    const outputs = {
      "index.js": { inputs: { "a.ts": { bytesInOutput: 10 }, "b.ts": { bytesInOutput: 1 } } },
      "other.js": { inputs: { "a.ts": { bytesInOutput: 5 } } },
      "index.js.map": {},
    };
    expect(inputsOf({ outputs })).toEqual({ "a.ts": 15, "b.ts": 1 });
  });

  it.each([{}, { outputs: 1 }, { outputs: { "a.js": { inputs: [] } } }])(
    "sees nothing in %j",
    (metafile) => {
      expect(inputsOf(metafile)).toEqual({});
    },
  );
});

describe("largest", () => {
  it("lists inputs from 1 KiB on, largest first", () => {
    const sizes = largest({ small: 1023, some: 1024, many: 9000 });
    expect(Object.entries(sizes)).toEqual([
      ["many", 9000],
      ["some", 1024],
    ]);
  });
});

describe("grown", () => {
  it("names what grew and what is new, most first", () => {
    const before = { same: 5000, less: 5000, little: 5000, more: 5000 };
    const now = { same: 5000, less: 100, little: 5255, more: 5256, new: 4000, small: 1000 };
    expect(grown(before, now)).toEqual([
      { path: "new", before: undefined, now: 4000 },
      { path: "more", before: 5000, now: 5256 },
    ]);
  });
});
