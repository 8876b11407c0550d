/** Failed authentication per address: who tries many credentials is held off before the database is asked. */
import { sha256Of } from "../auth/digest.ts";
import type { Fault } from "../scim/fault.ts";

/** Cloudflare's rate limiting binding, by what is asked of it: each call counts one, and says whether the key is within its limit. */
interface Limiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** Who shows what. */
export interface ShowingClient {
  readonly address: string;
  /** SHA-256 of what was shown. */
  readonly shown: string;
}

/** Seconds: the period of the limit in wrangler.toml. */
const PERIOD = 60;
/** Seconds for which a credential that was valid passes beside those that are not. */
const TRUSTED = 3600;
const MOST_REMEMBERED = 10_000;

/**
 * Identity providers send from addresses that all their customers share, and one of those may go on with a token that was deleted: so each
 * credential counts once in a minute, however often it is shown. What reaches the limit is guessing. Who guesses from such an address
 * doesn't lock out the others: what was valid within the hour is looked up all the same, and may be found to be deleted.
 */
export class AuthFailures {
  readonly #limiter: Limiter;
  /** When each is forgotten, milliseconds since 1970, by what was shown. A token that isn't valid never becomes it. */
  readonly #failed = new Map<string, number>();
  /** The same by address, for those over the limit. */
  readonly #held = new Map<string, number>();
  /** The same by what was shown, for what was valid. */
  readonly #trusted = new Map<string, number>();

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /** The fault of an address that is over the limit, unless what it shows was valid within the hour. */
  hold(client: ShowingClient | undefined, now: number): Fault | undefined {
    if (client === undefined || (this.#trusted.get(client.shown) ?? 0) > now) return undefined;
    const until = this.#held.get(client.address) ?? 0;
    return until > now ? tooMany(until, now) : undefined;
  }

  /** What is shown is valid now. */
  trust(client: ShowingClient | undefined, now: number): void {
    if (client !== undefined) remember(this.#trusted, client.shown, now + TRUSTED * 1000);
  }

  /** Before a token is looked up: the same, or the fault of one that failed just now. */
  judge(client: ShowingClient | undefined, now: number): Fault | undefined {
    const isDead = client !== undefined && (this.#failed.get(keyOf(client)) ?? 0) > now;
    return this.hold(client, now) ?? (isDead ? { kind: "unauthenticated" } : undefined);
  }

  /** Counts a failure; the fault of an address that is over the limit with it. */
  async note(client: ShowingClient | undefined, now: number): Promise<Fault | undefined> {
    if (client === undefined) return undefined;
    this.#trusted.delete(client.shown);
    const until = now + PERIOD * 1000;
    if ((this.#failed.get(keyOf(client)) ?? 0) > now) return undefined;
    remember(this.#failed, keyOf(client), until);
    const { success } = await this.#limiter.limit({ key: client.address });
    if (success) return undefined;
    remember(this.#held, client.address, until);
    return tooMany(until, now);
  }
}

/** Nobody on the internet has such an address: it is this machine's own, where somebody tries things. */
const LOOPBACK = /^127\.|^::1$|^::ffff:127\./;

/** Of a request that shows something, the header by default, where the platform says from where. */
export async function clientOf(
  { headers }: Request,
  shown: string | null = headers.get("authorization"),
): Promise<ShowingClient | undefined> {
  const address = headers.get("cf-connecting-ip");
  if (address === null || shown === null || LOOPBACK.test(address)) return undefined;
  return { address, shown: await sha256Of(shown) };
}

function keyOf({ address, shown }: ShowingClient): string {
  return `${address} ${shown}`;
}

function tooMany(until: number, now: number): Fault {
  return { kind: "tooManyRequests", retryAfter: Math.max(1, Math.ceil((until - now) / 1000)) };
}

/** Who was remembered first is forgotten first. */
export function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.delete(key);
  const [oldest] = known.keys();
  if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
  known.set(key, value);
}
