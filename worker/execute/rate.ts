/** How many operations a token may ask for, counted in the memory of its tenant's writer. */
import { memberNeeds } from "../plan/members.ts";
import type { RequestedStep } from "../plan/steps.ts";
import type { WriteCommand } from "../plan/needs.ts";

/** The time in which a token may ask for as many operations as its limit says. */
const WINDOW_MS = 10_000;
/** Tokens that are kept track of; who hasn't asked for longest is forgotten first. */
const MOST_TOKENS = 1000;

interface Level {
  /** Operations that are left; below 0 where a large request took more than there was. */
  readonly left: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * A bucket for each token that holds `limit` operations and fills in 10 s. A request is taken while there is something left, however large
 * it is, and what it took too much is waited for by the next: else a change of more members than the limit could never be made.
 */
export class OperationRate {
  readonly #limit: number;
  readonly #levels = new Map<string, Level>();

  /** 0: no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the operations; seconds to wait where there are none left, else undefined. */
  take(token: string, operations: number, now: number): number | undefined {
    if (this.#limit <= 0) return undefined;
    const rate = this.#limit / WINDOW_MS;
    const { left, at } = this.#levels.get(token) ?? { left: this.#limit, at: now };
    const filled = Math.min(this.#limit, left + Math.max(0, now - at) * rate);
    this.#levels.delete(token);
    if (this.#levels.size >= MOST_TOKENS) {
      for (const oldest of this.#levels.keys()) {
        this.#levels.delete(oldest);
        break;
      }
    }
    const isRefused = filled < 1;
    this.#levels.set(token, { left: isRefused ? filled : filled - operations, at: now });
    return isRefused ? Math.max(1, Math.ceil((1 - filled) / rate / 1000)) : undefined;
  }
}

/** A Bulk request counts its operations, and each change the members that it names; at least 1. */
export function countOperations(steps: readonly RequestedStep[]): number {
  return steps.reduce((sum, { command }) => sum + (command ? weightOf(command) : 1), 0);
}

function weightOf({ change }: WriteCommand): number {
  switch (change.kind) {
    case "create":
    case "replace":
      return Math.max(1, change.resource.members.length);
    case "patch":
      return Math.max(1, memberNeeds(change.operations).ids.length);
    case "delete":
      return 1;
  }
}
