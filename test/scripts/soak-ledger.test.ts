/** What the ledger of a soak makes of a server that came back after a kill. */
import { expect, test } from "vitest";
import {
  judgeVersions,
  recordAnswer,
  recordCut,
  startLedger,
  type Ledger,
} from "../../scripts/soak/ledger.ts";

const ADA = "/Users/ada";
const TEAM = "/Groups/team";

function told(ledger: Ledger, method: string, path: string, status: number, version = 1): void {
  const id = path.slice(path.lastIndexOf("/") + 1);
  const text = status === 204 ? "" : JSON.stringify({ schemas: [], id });
  const asked = { method, path: method === "POST" ? path.slice(0, path.lastIndexOf("/")) : path };
  recordAnswer(ledger, asked, { status, text, etag: `W/"${version}"` });
}

function withAda(version = 1): Ledger {
  const ledger = startLedger();
  told(ledger, "POST", ADA, 201);
  if (version > 1) told(ledger, "PATCH", ADA, 200, version);
  return ledger;
}

test("what was acknowledged and is there is right", () => {
  const ledger = withAda(3);
  expect(judgeVersions(ledger, new Map([[ADA, 3]]))).toEqual([]);
  expect(ledger).toMatchObject({ acknowledged: 2, unknown: 0, faults: 0 });
});

test("an acknowledged creation, change or deletion that is lost", () => {
  expect(judgeVersions(withAda(), new Map())).toEqual([
    `${ADA}: version 1 was acknowledged; it is gone`,
  ]);
  expect(judgeVersions(withAda(3), new Map([[ADA, 2]]))).toEqual([
    `${ADA}: version 3 was acknowledged, 2 is there`,
  ]);
  const left = withAda();
  told(left, "DELETE", ADA, 204);
  expect(judgeVersions(left, new Map([[ADA, 1]]))).toEqual([
    `${ADA}: the acknowledged deletion is lost`,
  ]);
});

test("answers that come out of order: the newest version counts", () => {
  const ledger = withAda(3);
  told(ledger, "PATCH", ADA, 200, 2);
  expect(judgeVersions(ledger, new Map([[ADA, 2]]))).toHaveLength(1);
});

test("a write without an outcome may have been carried out, once", () => {
  const done = withAda();
  recordCut(done, { method: "PATCH", path: ADA });
  expect(judgeVersions(done, new Map([[ADA, 2]]))).toEqual([]);
  const undone = withAda();
  recordCut(undone, { method: "PATCH", path: ADA });
  expect(judgeVersions(undone, new Map([[ADA, 1]]))).toEqual([]);
  const twice = withAda();
  recordCut(twice, { method: "PATCH", path: ADA });
  expect(judgeVersions(twice, new Map([[ADA, 3]]))).toEqual([
    `${ADA}: version 3 is there, 1 was acknowledged and 1 had no outcome`,
  ]);
});

test("what a look has found is known from then on", () => {
  const ledger = withAda();
  recordCut(ledger, { method: "PATCH", path: ADA });
  judgeVersions(ledger, new Map([[ADA, 2]]));
  expect(judgeVersions(ledger, new Map([[ADA, 1]]))).toHaveLength(1);
  expect(judgeVersions(ledger, new Map([[ADA, 3]]))).toHaveLength(1);
});

test("a deletion without an outcome is either, and then it is that", () => {
  const gone = withAda();
  recordCut(gone, { method: "DELETE", path: ADA });
  expect(judgeVersions(gone, new Map())).toEqual([]);
  expect(judgeVersions(gone, new Map([[ADA, 1]]))).toHaveLength(1);
  const kept = withAda();
  recordCut(kept, { method: "DELETE", path: ADA });
  expect(judgeVersions(kept, new Map([[ADA, 1]]))).toEqual([]);
  expect(judgeVersions(kept, new Map())).toHaveLength(1);
});

test("no more strangers than creations without an outcome", () => {
  const ledger = startLedger();
  recordCut(ledger, { method: "POST", path: "/Users" });
  recordCut(ledger, { method: "GET", path: "/Users" });
  const one = new Map([[ADA, 1]]);
  expect(judgeVersions(ledger, one)).toEqual([]);
  expect(judgeVersions(ledger, one)).toEqual([]);
  expect(judgeVersions(ledger, new Map([...one, ["/Users/bob", 1]]))).toEqual([
    "/Users: 1 resources whose creation was not acknowledged, 0 without an outcome",
  ]);
});

test("a group's version also rises when a member is deleted, and never falls", () => {
  const ledger = startLedger();
  told(ledger, "POST", TEAM, 201);
  told(ledger, "PATCH", TEAM, 204, 2);
  expect(judgeVersions(ledger, new Map([[TEAM, 5]]))).toEqual([]);
  expect(judgeVersions(ledger, new Map([[TEAM, 4]]))).toHaveLength(1);
});

test("a refusal wrote nothing, 503 has no outcome, any other 5xx is a fault", () => {
  const ledger = withAda();
  for (const status of [404, 409, 429]) told(ledger, "PATCH", ADA, status, 9);
  told(ledger, "GET", ADA, 200, 9);
  expect(judgeVersions(ledger, new Map([[ADA, 1]]))).toEqual([]);
  told(ledger, "PATCH", ADA, 503);
  told(ledger, "PATCH", ADA, 500);
  expect(ledger).toMatchObject({ acknowledged: 1, unknown: 2, faults: 1 });
  expect(ledger.broken).toEqual([expect.stringMatching(/^PATCH \/Users\/ada: 500 /)]);
  expect(Object.fromEntries(ledger.statuses)).toEqual({
    200: 1,
    201: 1,
    404: 1,
    409: 1,
    429: 1,
    500: 1,
    503: 1,
  });
});
