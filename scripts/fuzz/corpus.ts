/** The recorded requests that fuzzing starts from: the exchanges of IdPs and the examples of the RFCs. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../local/settings.ts";
import { readJson } from "../../worker/scim/json.ts";
import { requestsIn } from "./mutate.ts";
import type { Recorded } from "./mutate.ts";

const FOLDERS = ["test/idp", "test/rfc"];

export function readCorpus(): readonly Recorded[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .toSorted()
      .map((name) => join(PROJECT, folder, name)),
  );
  const recorded = files.flatMap((file) => requestsIn(readJson(readFileSync(file, "utf8"))));
  if (recorded.length < 100) throw new Error("saw hardly any recorded request");
  return recorded;
}
