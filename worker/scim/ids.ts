/** Branded identifiers and versions. A `TenantId` is proof that a token of the tenant was checked. */

declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Minted only from a token row (`auth/authenticate`) or by an operator's access token (`auth/jwt`). */
export type TenantId = Brand<string, "TenantId">;
/** The id of a stored resource: a UUIDv7. */
export type ResourceId = Brand<string, "ResourceId">;

export const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isTenantIdText(text: string): boolean {
  return TENANT_ID.test(text);
}

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A UUIDv7 that is greater than `after` (RFC 9562 sections 5.7 and 6.2, method 1: the 12 bits after the milliseconds count
 * within one), so that the order of ids is the order of creation, whatever the clock does.
 * `random` holds at least 8 bytes; `after` is '' or an earlier id.
 */
export function uuidv7(now: number, random: Uint8Array, after: string): ResourceId {
  let milliseconds = now;
  let counter = ((random[0] ?? 0) & 0x07) * 256 + (random[1] ?? 0);
  if (after !== "") {
    const hex = after.replaceAll("-", "");
    const lastMilliseconds = Number.parseInt(hex.slice(0, 12), 16);
    if (lastMilliseconds >= milliseconds) {
      milliseconds = lastMilliseconds;
      counter = Number.parseInt(hex.slice(13, 16), 16) + 1;
      if (counter > 0xfff) {
        milliseconds += 1;
        counter = 0;
      }
    }
  }
  const tail = Array.from(random.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .padEnd(16, "0");
  const variant = ((Number.parseInt(tail.charAt(0), 16) & 0x3) | 0x8).toString(16);
  const time = milliseconds.toString(16).padStart(12, "0");
  const count = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}` as ResourceId;
}

/** What every UUIDv7 from this time on is not less than, and every one before it is: its first 48 bits are milliseconds. */
export function firstIdAt(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** The last 60 bits of a UUID, as it is written. */
const WRITE_ID_AT = 20;

/** What a write is known by, whoever carries it out: 60 random bits. `random` holds at least 8 bytes. */
export function makeWriteId(random: Uint8Array): string {
  return uuidv7(0, random, "").slice(WRITE_ID_AT);
}

/** The id with a write's id in the place of its random bits; its order among ids stays as it is. */
export function endWith(id: ResourceId, writeId: string): ResourceId {
  return `${id.slice(0, WRITE_ID_AT)}${writeId}` as ResourceId;
}

/** The entity tag of a version: weak, since the representation depends on the projection (RFC 7644 section 3.14). */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** Does one of these entity tags, or `*`, stand for the version? Weakly compared, since every version is weak (RFC 9110 section 8.8.3.2). */
export function matchesTag(tags: readonly string[], etag: string): boolean {
  const bare = (tag: string): string => tag.replace(/^W\//i, "");
  return tags.some((tag) => tag === "*" || bare(tag) === bare(etag));
}
