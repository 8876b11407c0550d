/** A store that fails as databases do, by a plan: what is lost on the way there, on the way back, or comes late. */
import { GuardFailed } from "../../worker/execute/store.ts";
import type { OpenStore, Row, Store } from "../../worker/execute/store.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { makeRandom } from "./random.ts";

export type FaultKind =
  /** It never got there. */
  | "before"
  /** It was carried out, and nobody heard of it. */
  | "after"
  /** Given up, and carried out some calls later. */
  | "late"
  /** Given up, and never carried out. */
  | "never"
  /** Carried out, while others are. */
  | "slow"
  /** As if another writer had been there. */
  | "guard"
  /** An error that nobody expected; nothing is carried out. */
  | "unexpected";

export interface InjectedFault {
  readonly kind: FaultKind;
  /** After how many further calls what comes late is carried out. */
  readonly calls?: number;
}

/** What befalls a call; undefined: nothing. */
export type FaultPlan = (statements: readonly Statement[]) => InjectedFault | undefined;

/** D1's own words. */
const MESSAGES = {
  before: "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
  after: "Network connection lost.",
  late: "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
  never: "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
  unexpected: 'Failed query: INSERT ... params: "secret@x.test", rcs_demo_0123',
} as const;

interface Held {
  calls: number;
  readonly carryOut: () => Promise<unknown>;
}

export class FaultyDatabase {
  readonly #open: OpenStore;
  readonly #held: Held[] = [];
  /** May be changed at any time. */
  plan: FaultPlan;
  /** How often each kind befell a call. */
  readonly injected: Partial<Record<FaultKind, number>> = {};

  constructor(open: OpenStore, plan: FaultPlan = () => undefined) {
    this.#open = open;
    this.plan = plan;
  }

  readonly open: OpenStore = (cost) => {
    const store = this.#open(cost);
    return {
      query: async (one) =>
        (await this.#call([one], async () => [await store.query(one)]))[0] ?? [],
      batch: (all) => this.#call(all, () => store.batch(all)),
    };
  };

  /** Carries out all that is to come late. */
  async settle(): Promise<void> {
    for (const { carryOut } of this.#held.splice(0)) await carryOut().catch(() => undefined);
  }

  async #call(
    statements: readonly Statement[],
    carryOut: () => ReturnType<Store["batch"]>,
  ): Promise<readonly (readonly Row[])[]> {
    for (const held of this.#held) held.calls -= 1;
    const due = this.#held.filter(({ calls }) => calls <= 0);
    for (const held of due) {
      this.#held.splice(this.#held.indexOf(held), 1);
      // What comes late is refused by its guard where another write came before.
      await held.carryOut().catch(() => undefined);
    }
    const { kind, calls = 1 } = this.plan(statements) ?? {};
    if (kind === undefined) return carryOut();
    this.injected[kind] = (this.injected[kind] ?? 0) + 1;
    if (kind === "guard") throw new GuardFailed();
    if (kind === "after") await carryOut();
    if (kind === "late") this.#held.push({ calls, carryOut });
    if (kind !== "slow") throw new Error(MESSAGES[kind]);
    await scheduler.wait(3);
    return carryOut();
  }
}

export function isWrite(statements: readonly Statement[]): boolean {
  return statements.some(({ sql }) => sql.startsWith("INSERT INTO writers"));
}

const WRITE_FAULTS: readonly FaultKind[] = ["before", "after", "late", "never", "slow", "guard"];
const READ_FAULTS: readonly FaultKind[] = ["before", "never", "slow"];

export interface Odds {
  /** One of so many reads fails. */
  readonly reads: number;
  /** One of so many write batches fails. */
  readonly writes: number;
  /** Whether calls fail so often that a writer gives up, and the client has to come again. */
  readonly givesUp: boolean;
}

/** Calls that go well after two that failed, where no writer is to give up. */
const PEACE = 4;

/** Notes of what was refused go through, for tests read them. */
export function seededPlan(seed: number, { reads, writes, givesUp }: Odds): FaultPlan {
  const random = makeRandom(seed);
  let [failed, peace] = [0, 0];
  return (statements) => {
    const isWriting = isWrite(statements);
    if (!isWriting && !statements.every(({ sql }) => /^\s*(SELECT|WITH)/.test(sql)))
      return undefined;
    peace -= 1;
    if (peace > 0 || random(isWriting ? writes : reads) > 0) return undefined;
    const kinds = isWriting ? WRITE_FAULTS : READ_FAULTS;
    const kind = kinds[random(kinds.length)];
    failed += 1;
    if (!givesUp && failed % 2 === 0) peace = PEACE;
    return kind && { kind, calls: 1 + random(4) };
  };
}

/** These faults for the next write batches, in their order. */
export function nextWrites(faults: readonly (InjectedFault | undefined)[]): FaultPlan {
  const left = [...faults];
  return (statements) => (isWrite(statements) ? left.shift() : undefined);
}
