/** Executes a command: read what it needs, decide, write it in one atomic batch; again where another writer was there. */
import { changesFor } from "../plan/changes.ts";
import { decide } from "../plan/decide.ts";
import type { DecideContext } from "../plan/decide.ts";
import { NEEDS, planNeeds } from "../plan/needs.ts";
import type { WriteCommand } from "../plan/needs.ts";
import { readState } from "../plan/state.ts";
import type { NeedRows, State } from "../plan/state.ts";
import type { Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import { uuidv7 } from "../scim/ids.ts";
import { GuardFailed, UniqueViolation, noCost } from "./store.ts";
import type { Cost, OpenStore, Store } from "./store.ts";

export interface WriteReply {
  readonly outcome: Outcome;
  readonly cost: Cost;
  /** How often the batch was tried; more than once only where another writer was there. */
  readonly attempts: number;
}

/** A tenant's writer, near or far. */
export interface Writer {
  execute(command: WriteCommand): Promise<WriteReply>;
}

export interface WriteContext {
  readonly openStore: OpenStore;
  readonly types: DecideContext["types"];
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
}

const MOST_ATTEMPTS = 5;

/** Faults come back as data; what is thrown is unexpected. */
export async function executeWrite(
  command: WriteCommand,
  context: WriteContext,
): Promise<WriteReply> {
  const cost = noCost();
  const store = context.openStore(cost);
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts += 1) {
    const outcome = await attempt(command, store, context);
    if (outcome !== undefined) return { outcome, cost, attempts };
  }
  const fault = { kind: "unavailable", retryAfter: 1 } as const;
  return { outcome: { ok: false, fault }, cost, attempts: MOST_ATTEMPTS };
}

/** Undefined where the batch met another writer's: what was read is stale. */
async function attempt(
  command: WriteCommand,
  store: Store,
  context: WriteContext,
): Promise<Outcome | undefined> {
  const type = context.types.find(({ name }) => name === command.type);
  if (type === undefined) throw new Error(`No resource type ${command.type}`);
  const decideContext: DecideContext = {
    type,
    types: context.types,
    now: context.now().toISOString(),
    newId: (after) => uuidv7(context.now().getTime(), context.random(8), after),
  };
  const state = await readNeeds(command, type, store, context.types);
  try {
    const { outcome, edit } = decide(command, state, decideContext);
    if (edit !== undefined) await store.batch(changesFor(command, state, decideContext, edit));
    return outcome;
  } catch (error) {
    if (error instanceof ScimError) return { ok: false, fault: error.fault };
    if (error instanceof GuardFailed || error instanceof UniqueViolation) return undefined;
    throw error;
  }
}

async function readNeeds(
  command: WriteCommand,
  type: DecideContext["type"],
  store: Store,
  types: DecideContext["types"],
): Promise<State> {
  const needs = planNeeds(command, type, types);
  const names = NEEDS.filter((name) => needs[name] !== undefined);
  const results = await store.batch(names.flatMap((name) => needs[name] ?? []));
  const rows: NeedRows = Object.fromEntries(names.map((name, index) => [name, results[index]]));
  return readState(command, type, rows);
}
