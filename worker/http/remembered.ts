/** What an isolate remembers for a while, and not more of it than it has room for. */

const MOST_REMEMBERED = 10_000;

export class Remembered<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();

  /** Undefined where nothing is remembered at this time (milliseconds since 1970). */
  get(key: string, now: number): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > now ? entry.value : undefined;
  }

  /** Until then, in milliseconds since 1970; what was remembered first is forgotten first. */
  set(key: string, value: Value, until: number): void {
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MOST_REMEMBERED && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, { value, until });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
