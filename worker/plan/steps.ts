/** Commands side by side, such as the operations of a Bulk request: their order, and the ids by which they refer to each other. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import type { Done } from "./changes.ts";
import { decide } from "./decide.ts";
import type { DecideContext } from "./decide.ts";
import type { KnownState } from "./known-state.ts";
import { rowsAttribute } from "./members.ts";
import { idOf, membersOf } from "./needs.ts";
import type { NeedRows, Typed, WriteCommand } from "./needs.ts";
import { mapReferences } from "./references.ts";
import { Snapshot } from "./snapshot.ts";

/** How a reference to the resource of another operation is written (RFC 7644 section 3.7.2). */
export const BULK_ID = "bulkId:";

export interface RequestedStep {
  /** Undefined where the operation couldn't be read: then there is a fault. */
  readonly command: WriteCommand | undefined;
  readonly fault: Fault | undefined;
  readonly bulkId: string | undefined;
  /** The bulkIds that it refers to, in its path or its data. */
  readonly references: readonly string[];
}

/** A step with its resource type. */
export interface Step extends RequestedStep {
  readonly typed: Typed | undefined;
}

export function typeSteps(steps: readonly RequestedStep[], types: readonly ResourceType[]): Step[] {
  return steps.map((step) => {
    const { command } = step;
    const type = types.find(({ name }) => name === command?.type);
    return { ...step, typed: command && type && { command, type } };
  });
}

/** What has become of the steps so far; it outlives a batch, since one list of steps may take several. */
export interface Progress {
  /** By the index of the step; undefined: not carried out (yet). */
  readonly outcomes: (Outcome | undefined)[];
  /** The ids of created resources, by the index of their step; given out before they are needed. */
  readonly ids: Map<number, string>;
  /** Steps of which it is known beforehand that they fail. */
  readonly failed: ReadonlyMap<number, Fault>;
  /** The index of the step that has the bulkId. */
  readonly byBulkId: ReadonlyMap<string, number>;
  /** Indices that are still to be carried out, in order. */
  readonly waiting: number[];
  /** How many more errors the client accepts. */
  errorsLeft: number;
}

export function startProgress(steps: readonly Step[], failOnErrors: number | undefined): Progress {
  const byBulkId = new Map<string, number>();
  for (const [index, { bulkId }] of steps.entries()) {
    if (bulkId !== undefined && !byBulkId.has(bulkId)) byBulkId.set(bulkId, index);
  }
  return {
    outcomes: steps.map(() => undefined),
    ids: new Map(),
    failed: new Map(),
    byBulkId,
    waiting: orderSteps(steps, byBulkId),
    errorsLeft: failOnErrors ?? Number.POSITIVE_INFINITY,
  };
}

/** What is referred to comes first; in a circle, what was written first. */
function orderSteps(steps: readonly Step[], byBulkId: ReadonlyMap<string, number>): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    for (const reference of steps[index]?.references ?? []) {
      const target = byBulkId.get(reference);
      if (target !== undefined) visit(target);
    }
    order.push(index);
  };
  for (const index of steps.keys()) visit(index);
  return order;
}

/** The steps that are still to be carried out, with the ids that are known. */
export function waitingCommands(steps: readonly Step[], progress: Progress): Typed[] {
  return progress.waiting.flatMap((index) => {
    const step = steps[index];
    return step?.typed === undefined ? [] : [withIds(step.typed, index, step, progress)];
  });
}

/** What one batch comes to. */
export interface Batch {
  readonly progress: Progress;
  readonly done: readonly Done[];
  readonly snapshot: Snapshot;
}

/**
 * Decides a batch on what was read. In a circle a step may refer to one that comes after it: where that one fails, the batch is
 * decided again with this known, so that nobody refers to who isn't there.
 */
export function decideBatch(
  steps: readonly Step[],
  before: Progress,
  { rows, known }: { readonly rows: NeedRows; readonly known?: KnownState | undefined },
  context: DecideContext,
): Batch {
  const failed = new Map(before.failed);
  for (;;) {
    const progress = { ...copyOf(before), failed };
    const snapshot = new Snapshot(rows, known);
    const done = carryOut(steps, progress, snapshot, context);
    const broken = findBroken(steps, before, progress);
    if (broken.size === 0) return { progress, done, snapshot };
    for (const [index, fault] of broken) failed.set(index, fault);
  }
}

function copyOf(progress: Progress): Progress {
  const { outcomes, ids, waiting } = progress;
  return { ...progress, outcomes: [...outcomes], ids: new Map(ids), waiting: [...waiting] };
}

/**
 * Steps that steps of this batch refer to, and that aren't there when the batch is written: they failed, or aren't carried out in this
 * batch, and a circle that doesn't fit into one isn't solved (RFC 7644 section 3.7.1 allows 409 for it).
 */
function findBroken(
  steps: readonly Step[],
  before: Progress,
  { outcomes, byBulkId }: Progress,
): ReadonlyMap<number, Fault> {
  const broken = new Map<number, Fault>();
  for (const [referrer, { references }] of steps.entries()) {
    if (outcomes[referrer]?.ok !== true || before.outcomes[referrer] !== undefined) continue;
    for (const reference of references) {
      const index = byBulkId.get(reference) ?? -1;
      const outcome = outcomes[index];
      if (outcome?.ok === true) continue;
      const detail = `${BULK_ID}${reference}: the circle of references can't be solved.`;
      broken.set(index, outcome?.ok === false ? outcome.fault : { kind: "conflict", detail });
    }
  }
  return broken;
}

/**
 * Carries the waiting steps out on a snapshot, until all are done, the client has had enough errors, or what was read no longer
 * tells enough to decide: then the rest waits for the next batch.
 */
function carryOut(
  steps: readonly Step[],
  progress: Progress,
  snapshot: Snapshot,
  context: DecideContext,
): Done[] {
  const done: Done[] = [];
  for (const index of progress.waiting) {
    const isCreate = steps[index]?.typed?.command.change.kind === "create";
    if (isCreate && !progress.ids.has(index))
      progress.ids.set(index, snapshot.takeId(context.newId));
  }
  while (progress.waiting.length > 0 && progress.errorsLeft > 0) {
    const [index = 0] = progress.waiting;
    const step = steps[index];
    const typed = step?.typed && withIds(step.typed, index, step, progress);
    if (typed !== undefined && done.length > 0 && isStale(typed, snapshot)) break;
    progress.waiting.shift();
    if (step === undefined) continue;
    const fault = progress.failed.get(index) ?? step.fault;
    const outcome = attempt({ ...step, fault }, typed, { progress, snapshot, context, done });
    progress.outcomes[index] = outcome;
    if (!outcome.ok) progress.errorsLeft -= 1;
  }
  if (progress.errorsLeft <= 0) progress.waiting.length = 0;
  // Another writer may give out ids before the next batch, and new ones have to be greater.
  for (const index of progress.waiting) progress.ids.delete(index);
  return done;
}

interface Run {
  readonly progress: Progress;
  readonly snapshot: Snapshot;
  readonly context: DecideContext;
  readonly done: Done[];
}

function attempt(step: Step, typed: Typed | undefined, run: Run): Outcome {
  try {
    if (step.fault !== undefined || typed === undefined) {
      throw new ScimError(step.fault ?? { kind: "invalidSyntax", detail: "No operation." });
    }
    checkReferences(step, run, rowsAttribute(typed.type) !== undefined);
    const { outcome, edit } = decide(typed, run.snapshot, run.context);
    if (edit !== undefined) {
      run.snapshot.apply(edit, typed.type, run.context.now);
      run.done.push({ ...typed, edit });
    }
    return outcome;
  } catch (error) {
    if (error instanceof ScimError) return { ok: false, fault: error.fault };
    throw error;
  }
}

function checkReferences({ references }: Step, { progress }: Run, isHolder: boolean): void {
  for (const reference of references) {
    const target = progress.byBulkId.get(reference) ?? -1;
    if (progress.outcomes[target]?.ok === false || progress.failed.has(target)) {
      const detail = `${BULK_ID}${reference}: the operation that it refers to failed.`;
      throw new ScimError({ kind: "conflict", detail });
    }
    if (isHolder && progress.ids.has(target) && progress.outcomes[target] === undefined) {
      const detail = `${BULK_ID}${reference}: groups can't hold each other in a circle.`;
      throw new ScimError({ kind: "conflict", detail });
    }
    if (!progress.ids.has(target)) {
      const detail = `${BULK_ID}${reference}: no operation of this request creates a resource with this bulkId.`;
      throw new ScimError({ kind: "invalidValue", detail });
    }
  }
}

/** Is what was read before the edits of this batch too little to decide this command? */
function isStale({ command, type }: Typed, snapshot: Snapshot): boolean {
  const isNested = membersOf(command, type).ids.some(
    (id) => snapshot.known.get(id)?.type === type.name,
  );
  const isShown = command.wanted.memberships && idOf(command) !== undefined;
  return (isNested && snapshot.isNested) || (isShown && snapshot.hasGroupEdits);
}

/** The command with ids in the place of references; those of creates are given out beforehand. */
function withIds({ command, type }: Typed, index: number, step: Step, progress: Progress): Typed {
  const id = progress.ids.get(index);
  const change =
    step.references.length === 0
      ? command.change
      : mapReferences(command.change, type, (text) => idFor(text, progress));
  const named = change.kind === "create" && id !== undefined ? { ...change, id } : change;
  return { type, command: { ...command, change: named } };
}

function idFor(text: string, { byBulkId, ids }: Progress): string {
  if (!text.startsWith(BULK_ID)) return text;
  const target = byBulkId.get(text.slice(BULK_ID.length));
  return (target === undefined ? undefined : ids.get(target)) ?? text;
}
