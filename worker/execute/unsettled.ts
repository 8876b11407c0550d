/** Changes that were answered with 503 because their outcome could not be found out: the same one sent again is the same write. */
import type { RequestedStep } from "../plan/steps.ts";
import type { WriteReply, WriteRequest } from "./write.ts";
import { sinceOf } from "./write.ts";

/** How long a client is expected to come again. */
const KEPT_MS = 600_000;
const MOST_KEPT = 100;
/** Larger changes aren't kept: the object's memory is bounded. */
const LARGEST = 65_536;

interface Kept {
  readonly writeId: string;
  readonly since: number;
  readonly until: number;
  /** The resource that it changes; undefined where it creates one. */
  readonly id: string | undefined;
}

/**
 * A create sent again would make a second resource, or meet its own name; a PATCH with If-Match would meet its own version. So what
 * comes again is looked for before it is carried out, as long as nothing else changed the same resource. This lives as long as the object
 * does; a successor doesn't know, and then a client that looks before it creates, as identity providers do, finds what is there.
 */
export class UnsettledWrites {
  readonly #kept = new Map<string, Kept>();

  /** Takes note of what a request left open, and of what settles others. */
  learn(request: WriteRequest, { outcomes }: WriteReply, now: number): void {
    const [since, until] = [sinceOf(request), now + KEPT_MS];
    for (const [index, step] of request.steps.entries()) {
      const outcome = outcomes[index];
      if (outcome?.ok === true && outcome.changed) this.#forget(step);
      if (outcome?.ok !== false || outcome.fault.kind !== "unavailable") continue;
      const key = keyOf(step);
      // Of equal creates the first is the one that may have been carried out.
      const isOpen = outcome.fault.isUnknown === true && key !== undefined && !this.#kept.has(key);
      if (!isOpen || step.command === undefined) continue;
      this.#makeRoom(now);
      const { writeId, change } = step.command;
      this.#kept.set(key, { writeId, since, until, id: "id" in change ? change.id : undefined });
    }
  }

  /** The request, each of its changes as the write that it was before. */
  recognise(request: WriteRequest, now: number): WriteRequest {
    if (this.#kept.size === 0) return request;
    let { since } = request;
    const steps = request.steps.map((step) => {
      const key = keyOf(step) ?? "";
      const kept = this.#kept.get(key);
      this.#kept.delete(key);
      if (kept === undefined || kept.until < now || step.command === undefined) return step;
      since = Math.min(since ?? kept.since, kept.since);
      return { ...step, command: { ...step.command, writeId: kept.writeId } };
    });
    return since === undefined ? request : { ...request, steps, since };
  }

  #forget({ command }: RequestedStep): void {
    if (command === undefined || command.change.kind === "create") return;
    for (const [key, { id }] of this.#kept) if (id === command.change.id) this.#kept.delete(key);
  }

  /** The oldest goes first. */
  #makeRoom(now: number): void {
    for (const [key, { until }] of this.#kept) {
      if (until >= now && this.#kept.size < MOST_KEPT) return;
      this.#kept.delete(key);
    }
  }
}

/** Equal for equal changes by one token; undefined where it refers to other steps, or is too large. */
function keyOf({ command, references }: RequestedStep): string | undefined {
  if (command === undefined || references.length > 0) return undefined;
  const { tokenId, type, change, preconditions } = command;
  const key = JSON.stringify([tokenId, type, change, preconditions]);
  return key.length > LARGEST ? undefined : key;
}
