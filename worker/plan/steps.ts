/** Commands side by side, such as the operations of a Bulk request: their order, and the ids by which they refer to each other. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { Change, Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import { isList, isObject } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import type { PatchOperation } from "../parse/patch.ts";
import type { Done } from "./changes.ts";
import { decide } from "./decide.ts";
import type { DecideContext } from "./decide.ts";
import { idOf, membersOf } from "./needs.ts";
import type { Typed, WriteCommand } from "./needs.ts";
import type { Snapshot } from "./snapshot.ts";

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
  /** Indices that are still to be carried out, in order. */
  readonly waiting: number[];
  /** How many more errors the client accepts. */
  errorsLeft: number;
}

export function startProgress(steps: readonly Step[], failOnErrors: number | undefined): Progress {
  return {
    outcomes: steps.map(() => undefined),
    ids: new Map(),
    waiting: orderSteps(steps),
    errorsLeft: failOnErrors ?? Number.POSITIVE_INFINITY,
  };
}

/** What is referred to comes first; in a circle, what was written first. */
export function orderSteps(steps: readonly Step[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    for (const reference of steps[index]?.references ?? []) {
      const target = steps.findIndex(({ bulkId }) => bulkId === reference);
      if (target >= 0) visit(target);
    }
    order.push(index);
  };
  for (const index of steps.keys()) visit(index);
  return order;
}

/** The steps that are still to be carried out, with the ids that are known. */
export function waitingCommands(steps: readonly Step[], progress: Progress): Typed[] {
  return progress.waiting.flatMap((index) => {
    const typed = steps[index]?.typed;
    return typed === undefined ? [] : [withIds(typed, index, steps, progress)];
  });
}

/**
 * Carries the waiting steps out on a snapshot, until all are done, the client has had enough errors, or what was read no longer
 * tells enough to decide: then the rest waits for the next batch.
 */
export function carryOut(
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
    const typed = step?.typed && withIds(step.typed, index, steps, progress);
    if (typed !== undefined && done.length > 0 && isStale(typed, snapshot)) break;
    progress.waiting.shift();
    if (step === undefined) continue;
    const outcome = attempt(step, typed, { steps, progress, snapshot, context, done });
    progress.outcomes[index] = outcome;
    if (!outcome.ok) progress.errorsLeft -= 1;
  }
  if (progress.errorsLeft <= 0) progress.waiting.length = 0;
  return done;
}

interface Run {
  readonly steps: readonly Step[];
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
    checkReferences(step, run);
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

function checkReferences({ references }: Step, { steps, progress }: Run): void {
  for (const reference of references) {
    const target = steps.findIndex(({ bulkId }) => bulkId === reference);
    if (target < 0 || !progress.ids.has(target)) {
      const detail = `${BULK_ID}${reference}: no operation of this request creates a resource with this bulkId.`;
      throw new ScimError({ kind: "invalidValue", detail });
    }
    if (progress.outcomes[target]?.ok === false) {
      const detail = `${BULK_ID}${reference}: the operation that it refers to failed.`;
      throw new ScimError({ kind: "conflict", detail });
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
function withIds(
  { command, type }: Typed,
  index: number,
  steps: readonly Step[],
  progress: Progress,
): Typed {
  const idFor = (text: string): string => {
    if (!text.startsWith(BULK_ID)) return text;
    const target = steps.findIndex(({ bulkId }) => bulkId === text.slice(BULK_ID.length));
    return progress.ids.get(target) ?? text;
  };
  const refers = (steps[index]?.references.length ?? 0) > 0;
  const id = progress.ids.get(index);
  const change = refers ? changeWithIds(command.change, idFor) : command.change;
  const named = change.kind === "create" && id !== undefined ? { ...change, id } : change;
  return { type, command: { ...command, change: named } };
}

function changeWithIds(
  change: Change<PatchOperation>,
  idFor: (text: string) => string,
): Change<PatchOperation> {
  switch (change.kind) {
    case "create":
    case "replace": {
      const { document, members } = change.resource;
      const replaced = replaceTexts(document, idFor);
      const resource = {
        document: isObject(replaced) ? replaced : document,
        members: members.map(idFor),
      };
      return change.kind === "create"
        ? { ...change, resource }
        : { ...change, resource, id: idFor(change.id) };
    }
    case "patch": {
      const operations = change.operations.map((operation) => ({
        ...operation,
        value: operation.value === undefined ? undefined : replaceTexts(operation.value, idFor),
      }));
      return { ...change, operations, id: idFor(change.id) };
    }
    case "delete":
      return { ...change, id: idFor(change.id) };
  }
}

function replaceTexts(value: Json, idFor: (text: string) => string): Json {
  if (typeof value === "string") return idFor(value);
  if (isList(value)) return value.map((one) => replaceTexts(one, idFor));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, replaceTexts(one, idFor)]),
  );
}
