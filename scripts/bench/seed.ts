/** Fills tenants before the Worker starts, through the writer that it runs: documents, index rows, positions, totals and activity are its own. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { planNewProvider } from "../../worker/admin/provider-statements.ts";
import { planNewTenant } from "../../worker/admin/tenant-statements.ts";
import { planNewToken } from "../../worker/admin/token-statements.ts";
import { displayPrefixOf, hashToken, makeToken } from "../../worker/auth/bearer.ts";
import type { Store } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import type { WriteCommand } from "../../worker/plan/needs.ts";
import { makeWriteId } from "../../worker/scim/ids.ts";
import type { Claim } from "../../worker/scim/principal.ts";
import { typeNamed } from "./types.ts";
import { groupBody, patchBody, userBody } from "./people.ts";

const PROVIDER = "bench";
/** Creates, or members of one group, that are written in one batch. */
const BATCH = 1000;

export interface SeededTenant {
  readonly id: string;
  readonly token: string;
  /** Ids of the users `user-0`, `user-1` ... */
  readonly users: readonly string[];
  /** Ids of the groups, by the number of their members: the first so many users. */
  readonly groups: ReadonlyMap<number, string>;
}

export interface Seeding {
  readonly store: Store;
  /** Ends it between two batches. */
  readonly signal: AbortSignal;
}

interface Writing extends Seeding {
  readonly claim: Claim;
}

export async function seedTenant(
  { store, signal }: Seeding,
  id: string,
  sizes: { readonly users: number; readonly groups: readonly number[] },
): Promise<SeededTenant> {
  const token = makeToken(id, randomBytes(32));
  const at = new Date().toISOString();
  const provider = {
    scheme: PROVIDER,
    displayName: "Bench",
    enabled: true,
    profile: "generic" as const,
    properties: "{}",
  };
  await store.batch([
    ...planNewTenant({ id, displayName: id, created: at }),
    planNewProvider(id, provider, at),
    planNewToken(id, {
      id: crypto.randomUUID(),
      hash: await hashToken(token),
      displayPrefix: displayPrefixOf(token),
      provider: PROVIDER,
      providerDisplayName: undefined,
      scope: "provision",
      created: at,
      createdBy: "bench",
      expiresAt: null,
    }),
  ]);
  const writing = {
    store,
    signal,
    claim: { tenant: id, credential: { kind: "token", hash: await hashToken(token) }, at },
  } as const;
  const users = await createUsers(writing, sizes.users);
  const groups = new Map<number, string>();
  for (const size of sizes.groups)
    groups.set(size, await createGroup(writing, users.slice(0, size)));
  return { id, token, users, groups };
}

async function createUsers(writing: Writing, count: number): Promise<string[]> {
  const type = typeNamed("User");
  const ids: string[] = [];
  while (ids.length < count) {
    const names = Array.from(
      { length: Math.min(BATCH, count - ids.length) },
      (_, index) => ids.length + index,
    );
    const changes = names.map((index) => ({
      kind: "create" as const,
      resource: parseResource(type, userBody(`user-${index}`, index), new Leniency()),
    }));
    ids.push(...(await write(writing, "User", changes)));
  }
  return ids;
}

async function createGroup(writing: Writing, members: readonly string[]): Promise<string> {
  const type = typeNamed("Group");
  const resource = parseResource(type, groupBody(`group-of-${members.length}`), new Leniency());
  const [id = ""] = await write(writing, "Group", [{ kind: "create", resource }]);
  for (let from = 0; from < members.length; from += BATCH) {
    const value = members.slice(from, from + BATCH).map((member) => ({ value: member }));
    const body = patchBody({ op: "add", path: "members", value });
    const operations = parsePatch(body, { type, id, leniency: new Leniency() });
    await write(writing, "Group", [{ kind: "patch", id, operations }]);
  }
  return id;
}

/** The ids of what was written, in order. @throws where one was refused */
async function write(
  { store, signal, claim }: Writing,
  type: string,
  changes: readonly WriteCommand["change"][],
): Promise<string[]> {
  // A store in this process never waits, and signals are heard between two turns of the event loop only.
  await nextTurn();
  signal.throwIfAborted();
  const steps = changes.map((change) => ({
    command: {
      claim,
      writeId: makeWriteId(randomBytes(8)),
      tokenId: "bench",
      provider: PROVIDER,
      profile: "generic" as const,
      type,
      change,
      preconditions: { ifMatch: undefined, ifNoneMatch: undefined },
      wanted: { members: false, memberships: false, names: false },
      quirks: [],
      request: "seed",
    },
    fault: undefined,
    bulkId: undefined,
    references: [],
  }));
  const context = {
    openStore: () => store,
    types: RESOURCE_TYPES,
    now: () => new Date(),
    random: randomBytes,
    pause: (milliseconds: number) => sleep(milliseconds),
  };
  const { outcomes } = await executeWrite(
    { steps, failOnErrors: 1, requestId: "seed", tokenId: "bench" },
    context,
  );
  return outcomes.map((outcome) => {
    if (outcome?.ok !== true) throw new Error(`not seeded: ${JSON.stringify(outcome)}`);
    return outcome.resource?.id ?? "";
  });
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
