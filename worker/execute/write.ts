/**
 * Executes steps: read what they need, decide each in its order, write them in one atomic batch; again where another writer was.
 *
 * A batch that failed in passing (a deadline, a lost connection) may have been committed, or may still be. It is neither answered nor
 * sent again before that is found out:
 * - Each change has a write id, which ends the id of its row of activity. The next read asks for those rows in the same transaction as for
 *   the writer's sequence. What is found was committed, as a whole, and is answered as it was decided then, refusals included; where
 *   another object decided it, from the resource as it is now.
 * - What isn't found may still come late. But both the late batch and the one that is sent next demand a sequence that the tenant had before
 *   them: read, or, where nothing is to be found out, left by the batch before. Where the late batch's sequence has passed, it can't be
 *   committed any more. Where it hasn't, the next batch demands the same one, and only one of the two gets it: if the next, the late one's
 *   guard fails; if the late one, the next one's guard fails, and the read after that finds the rows.
 * - What is decided without a batch (a refusal, a change of nothing) rests on the sequence that was read. Where the late batch is this run's
 *   and still demands it, the same is decided as before, which was a batch. Where the late batch is another run's, it may have held other
 *   requests too, and have decided otherwise: then the sequence is moved on before anybody is answered (`planFence`).
 * So no write is applied twice, and none is told to have failed that is there. Where the bounds are reached first, the answer is 503 and
 * says that the outcome is unknown.
 */
import { planApplied, planFence, settleApplied } from "../plan/applied.ts";
import { changesFor } from "../plan/changes.ts";
import type { DecideContext } from "../plan/decide.ts";
import { areDecidedBy, planNeeds, rowsByNeed } from "../plan/needs.ts";
import type { NeedRows, Typed } from "../plan/needs.ts";
import { decideBatch, startProgress, typeSteps, waitingCommands } from "../plan/steps.ts";
import type { Progress, RequestedStep, Step } from "../plan/steps.ts";
import type { Outcome } from "../scim/command.ts";
import type { Fault } from "../scim/fault.ts";
import { uuidv7 } from "../scim/ids.ts";
import { errorText, log } from "../scim/log.ts";
import { GuardFailed, StoreUnavailable, UniqueViolation, noCost } from "./store.ts";
import type { Cost, OpenStore, Row, Store } from "./store.ts";
import type { WriterMemory } from "./writer-memory.ts";

/** Commands of one tenant that are taken together: one of a client's, several that wait, or a Bulk request's. */
export interface WriteRequest {
  readonly steps: readonly RequestedStep[];
  /** After so many errors the rest isn't carried out (RFC 7644 section 3.7.3). */
  readonly failOnErrors: number | undefined;
  readonly requestId: string;
  /** Id of the token that asks: its operations are counted. */
  readonly tokenId: string;
  /** It was handed to a writer before, at this time (milliseconds since 1970) or later, and may have been carried out. */
  readonly since?: number;
}

export interface WriteReply {
  /** One for each step; undefined: not carried out. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Of all that was written together with it. */
  readonly cost: Cost;
  /** How many batches were refused: another writer was there, or a name was taken that was presumed to be free. */
  readonly conflicts: number;
  /** Whether something of it had been committed before, by another run: this one's guard didn't see it. */
  readonly isFound: boolean;
}

export interface WriteContext {
  readonly openStore: OpenStore;
  readonly types: readonly Typed["type"][];
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Of one who writes for a single tenant, one batch after the other. */
  readonly memory?: WriterMemory;
}

const MOST_CONFLICTS = 5;
const MOST_FAILURES = 3;
/** Nothing is tried again after this long: the client is about to give up, and others wait. */
const MOST_TIME_MS = 20_000;
const FIRST_PAUSE_MS = 50;

/** Faults come back as data, also what nobody expected. */
export async function executeWrite(
  request: WriteRequest,
  context: WriteContext,
): Promise<WriteReply> {
  return (await carryOut(request, context, 2)).reply;
}

/**
 * Requests of one change each that waited together, as steps of one: a loser gets its fault without failing the others. What met
 * other writers too often, or something that nobody expected, is carried out by itself.
 */
export async function executeTogether(
  requests: readonly WriteRequest[],
  context: WriteContext,
): Promise<WriteReply[]> {
  const [first] = requests;
  if (first === undefined) return [];
  if (requests.length === 1) return [await executeWrite(first, context)];
  const steps = requests.flatMap((request) => request.steps);
  const handed = requests.flatMap(({ since }) => since ?? []);
  const since = handed.length > 0 ? { since: Math.min(...handed) } : {};
  const { requestId } = first;
  const joint = { steps, failOnErrors: undefined, requestId, ...since };
  const { reply, left, isDown, since: unsure } = await carryOut(joint, context, 1);
  const replies: WriteReply[] = [];
  for (const [index, request] of requests.entries()) {
    const isAlone = left.includes(index) && !isDown;
    replies.push(
      isAlone
        ? await executeWrite(
            { ...request, ...(unsure !== undefined && { since: unsure }) },
            context,
          )
        : { ...reply, outcomes: [reply.outcomes[index]] },
    );
  }
  return replies;
}

/** When the request arrived at the Worker, or before: no row of its activity is older. */
export function sinceOf({ since, steps }: Pick<WriteRequest, "since" | "steps">): number {
  const times = steps.flatMap(({ command }) => (command ? Date.parse(command.claim.at) : []));
  return since ?? (times.length > 0 ? Math.min(...times) : 0);
}

/** Of one token, or of several that are taken together. */
type Steps = Omit<WriteRequest, "tokenId">;

interface CarriedOut {
  readonly reply: WriteReply;
  /** Indices of the steps that were given up. */
  readonly left: readonly number[];
  /** They were given up because the database could not be had. */
  readonly isDown: boolean;
  readonly since: number | undefined;
}

/** What becomes of the steps while they are carried out. */
interface Run {
  readonly store: Store;
  readonly context: WriteContext;
  steps: readonly Step[];
  progress: Progress;
  /** Batches whose outcome isn't known. */
  readonly attempts: Attempt[];
  /** Indices of steps that another object committed. */
  readonly applied: Set<number>;
  /** Set where a batch may have been committed, or may still be. */
  since: number | undefined;
  /** Whether another run may have sent a batch with these steps. */
  readonly isHanded: boolean;
  /** Whether a batch was refused: it may have been for a token that fell. */
  isRefused: boolean;
}

/** A batch that was sent, and what it comes to if it was committed. */
interface Attempt {
  /** ISO 8601 in UTC; its rows of activity have it, and no other attempt's. */
  readonly at: string;
  readonly progress: Progress;
}

/** `mostUnexpected`: after so many errors that nobody expected it is given up. */
async function carryOut(
  request: Steps,
  context: WriteContext,
  mostUnexpected: number,
): Promise<CarriedOut> {
  const cost = noCost();
  const steps = typeSteps(request.steps, context.types);
  const run: Run = {
    store: context.openStore(cost),
    context,
    steps,
    progress: startProgress(steps, request.failOnErrors),
    attempts: [],
    applied: new Set(),
    since: request.since,
    isHanded: request.since !== undefined,
    isRefused: false,
  };
  const end = context.now().getTime() + MOST_TIME_MS;
  const failures = { passing: 0, unexpected: 0 };
  let conflicts = 0;
  while (run.progress.waiting.length > 0 && conflicts < MOST_CONFLICTS) {
    if (failures.passing >= MOST_FAILURES || failures.unexpected >= mostUnexpected) break;
    if (context.now().getTime() > end) break;
    try {
      if (await writeBatch(run)) continue;
      conflicts += 1;
      run.isRefused = true;
    } catch (error) {
      const isPassing = error instanceof StoreUnavailable;
      failures[isPassing ? "passing" : "unexpected"] += 1;
      run.since = sinceOf(request);
      logFailure(error, request);
      if (isPassing) await context.pause(FIRST_PAUSE_MS * 4 ** failures.passing);
    }
  }
  const isUnexpected = failures.unexpected >= mostUnexpected;
  const left = [...run.progress.waiting];
  const isUnknown = run.attempts.length > 0 || run.isHanded;
  const fault = faultOf(request, isUnexpected, isUnknown);
  for (const index of left) run.progress.outcomes[index] = { ok: false, fault };
  const outcomes = run.progress.outcomes.map((outcome, index) =>
    outcome?.ok === true && run.applied.has(index) ? { ...outcome, changed: true } : outcome,
  );
  const isDown = failures.passing > 0 && !isUnexpected;
  const isFound = run.applied.size > 0;
  return { reply: { outcomes, cost, conflicts, isFound }, left, isDown, since: run.since };
}

function faultOf({ requestId }: Steps, isUnexpected: boolean, isUnknown: boolean): Fault {
  if (isUnexpected) return { kind: "internal", requestId };
  return { kind: "unavailable", retryAfter: 2, ...(isUnknown && { isUnknown }) };
}

function logFailure(error: unknown, { steps, requestId }: Steps): void {
  const { claim, provider } = steps.find(({ command }) => command !== undefined)?.command ?? {};
  const reason = errorText(error instanceof StoreUnavailable ? (error.cause ?? error) : error);
  log({ event: "write.failed", tenant: claim?.tenant, provider, requestId, error: reason });
}

/** One batch, decided and written; false where it was refused: what it was decided on is stale, or a name is taken, and nothing was written. */
async function writeBatch(run: Run): Promise<boolean> {
  const { context, store } = run;
  const last = Date.parse(run.attempts.at(-1)?.at ?? "");
  const now = new Date(Math.max(context.now().getTime(), Number.isNaN(last) ? 0 : last + 1));
  const decideContext: DecideContext = {
    now: now.toISOString(),
    newId: (after) => uuidv7(context.now().getTime(), context.random(8), after),
  };
  const taken = context.memory?.take(now);
  // What became of a request that was handed over before isn't known.
  const known = run.since === undefined ? taken : undefined;
  const waiting = waitingCommands(run.steps, run.progress);
  const isEnough = known !== undefined && areDecidedBy(known, waiting);
  const { rows, found } = isEnough ? NOTHING_NEEDED : await readNeeds(run, waiting, now);
  if (found.length > 0) {
    settle(run, found);
    return true;
  }
  const read = { rows, known };
  const { progress, done, snapshot } = decideBatch(run.steps, run.progress, read, decideContext);
  if (done.length > 0) {
    try {
      await store.batch(changesFor(done, snapshot, context.types, decideContext));
    } catch (error) {
      if (error instanceof GuardFailed || error instanceof UniqueViolation) return false;
      run.attempts.push({ at: decideContext.now, progress });
      throw error;
    }
  } else if (isFenceNeeded(run, progress) && !(await fence(run, snapshot.writer.sequence))) {
    return false;
  }
  run.progress = progress;
  if (run.since === undefined) context.memory?.keep(snapshot.stateAfter(done.length));
  return true;
}

/** Whether something was decided that another run may have decided otherwise. */
function isFenceNeeded({ isHanded, applied, progress }: Run, after: Progress): boolean {
  const decided = progress.waiting.filter((index) => !after.waiting.includes(index));
  return isHanded && decided.some((index) => !applied.has(index));
}

/** False where another writer was there since the sequence was read. */
async function fence({ steps, store }: Run, sequence: number): Promise<boolean> {
  const tenant = steps.find(({ command }) => command !== undefined)?.command?.claim.tenant;
  // A tenant without a writer's row has none that could be demanded.
  if (tenant === undefined || sequence < 0) return true;
  return (await store.query(planFence(tenant, sequence))).length === 1;
}

/** What was found to be committed: by this run, as it was decided; or by another object. */
function settle(run: Run, found: readonly Row[]): void {
  const own = run.attempts.find(({ at }) => found.every((row) => row["at"] === at));
  if (own !== undefined) {
    run.progress = own.progress;
    return;
  }
  const { steps, progress, applied } = settleApplied(run.steps, run.progress, found);
  for (const index of applied) run.applied.add(index);
  Object.assign(run, { steps, progress });
}

interface Needed {
  readonly rows: NeedRows;
  /** Of commands that were committed before. */
  readonly found: readonly Row[];
}

const NOTHING_NEEDED: Needed = Object.freeze({ rows: {}, found: [] });

/** In one transaction: what is decided on, and whether it was decided before. */
async function readNeeds(run: Run, waiting: readonly Typed[], now: Date): Promise<Needed> {
  const { since, store, context, isRefused } = run;
  const needs = planNeeds(waiting, { types: context.types, now: now.toISOString(), isRefused });
  if (needs.length === 0) return NOTHING_NEEDED;
  const commands = waiting.map(({ command }) => command);
  const looked = since === undefined ? [] : [planApplied(commands, since)];
  const results = await store.batch([...needs.map(({ statement }) => statement), ...looked]);
  return { rows: rowsByNeed(needs, results), found: results[needs.length] ?? [] };
}
