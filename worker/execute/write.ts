/** Executes steps: read what they need, decide each in its order, write them in one atomic batch; again where another writer was. */
import { changesFor } from "../plan/changes.ts";
import type { DecideContext } from "../plan/decide.ts";
import { planNeeds, rowsByNeed } from "../plan/needs.ts";
import type { NeedRows, NeedsContext, Typed } from "../plan/needs.ts";
import { decideBatch, startProgress, typeSteps, waitingCommands } from "../plan/steps.ts";
import type { Progress, RequestedStep, Step } from "../plan/steps.ts";
import type { Outcome } from "../scim/command.ts";
import { uuidv7 } from "../scim/ids.ts";
import { GuardFailed, UniqueViolation, noCost } from "./store.ts";
import type { Cost, OpenStore, Store } from "./store.ts";

/** Commands of one tenant that are taken together: one of a client's, several that wait, or a Bulk request's. */
export interface WriteRequest {
  readonly steps: readonly RequestedStep[];
  /** After so many errors the rest isn't carried out (RFC 7644 section 3.7.3). */
  readonly failOnErrors: number | undefined;
}

export interface WriteReply {
  /** One for each step; undefined: not carried out. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Of all that was written together with it. */
  readonly cost: Cost;
  /** How many batches were refused because another writer was there. */
  readonly conflicts: number;
}

/** A tenant's writer, near or far. */
export interface Writer {
  execute(request: WriteRequest): Promise<WriteReply>;
}

export interface WriteContext {
  readonly openStore: OpenStore;
  readonly types: readonly Typed["type"][];
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
}

const MOST_CONFLICTS = 5;

/** Faults come back as data; what is thrown is unexpected. */
export async function executeWrite(
  request: WriteRequest,
  context: WriteContext,
): Promise<WriteReply> {
  const steps = typeSteps(request.steps, context.types);
  const cost = noCost();
  const batch = { steps, store: context.openStore(cost), context };
  let progress = startProgress(steps, request.failOnErrors);
  let conflicts = 0;
  while (progress.waiting.length > 0 && conflicts < MOST_CONFLICTS) {
    const next = await writeBatch(progress, { ...batch, isRefused: conflicts > 0 }).catch(
      (error: unknown) => {
        // What earlier batches wrote is told; the rest may be asked for again.
        if (progress.outcomes.every((outcome) => outcome === undefined)) throw error;
        console.error(JSON.stringify({ level: "error", error: String(error) }));
        return undefined;
      },
    );
    if (next === undefined) conflicts += 1;
    else progress = next;
  }
  for (const index of progress.waiting) {
    progress.outcomes[index] = { ok: false, fault: { kind: "unavailable", retryAfter: 1 } };
  }
  return { outcomes: progress.outcomes, cost, conflicts };
}

/**
 * Requests of one change each that waited together, as steps of one: a loser gets its fault without failing the others. What met
 * other writers too often is carried out by itself.
 */
export async function executeTogether(
  requests: readonly WriteRequest[],
  context: WriteContext,
): Promise<WriteReply[]> {
  const [first] = requests;
  if (first === undefined) return [];
  if (requests.length === 1) return [await executeWrite(first, context)];
  const steps = requests.flatMap((request) => request.steps);
  const joint = await executeWrite({ steps, failOnErrors: undefined }, context);
  const replies: WriteReply[] = [];
  for (const [index, request] of requests.entries()) {
    const outcome = joint.outcomes[index];
    const isUnavailable = outcome?.ok === false && outcome.fault.kind === "unavailable";
    replies.push(
      isUnavailable ? await executeWrite(request, context) : { ...joint, outcomes: [outcome] },
    );
  }
  return replies;
}

interface BatchContext {
  readonly steps: readonly Step[];
  readonly store: Store;
  readonly context: WriteContext;
  /** Whether a batch before it was refused, be it for a token that fell. */
  readonly isRefused: boolean;
}

/** The progress after one batch; undefined where it met another writer's: what was read is stale, and nothing was written. */
async function writeBatch(
  before: Progress,
  { steps, store, context, isRefused }: BatchContext,
): Promise<Progress | undefined> {
  const decideContext: DecideContext = {
    now: context.now().toISOString(),
    newId: (after) => uuidv7(context.now().getTime(), context.random(8), after),
  };
  const { types } = context;
  const needs = { types, now: decideContext.now, isRefused };
  const rows = await readNeeds(waitingCommands(steps, before), store, needs);
  const { progress, done, snapshot } = decideBatch(steps, before, rows, decideContext);
  if (done.length === 0) return progress;
  try {
    await store.batch(changesFor(done, snapshot, types, decideContext));
    return progress;
  } catch (error) {
    if (error instanceof GuardFailed || error instanceof UniqueViolation) return undefined;
    throw error;
  }
}

async function readNeeds(
  commands: readonly Typed[],
  store: Store,
  context: NeedsContext,
): Promise<NeedRows> {
  const needs = planNeeds(commands, context);
  if (needs.length === 0) return {};
  return rowsByNeed(needs, await store.batch(needs.map(({ statement }) => statement)));
}
