/** Folding: how values are compared. SQLite's lower() and NOCASE know ASCII only, so both sides are folded here. */
import type { Attribute } from "../../schema/attribute.ts";

/**
 * A string as strings that are not caseExact compare: compatibility-composed, without case. A sigma is one letter wherever it
 * stands: lower-casing makes another of it at the end of a word, and then a prefix would fold otherwise than what it begins.
 */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("ς", "σ");
}

const DATE_TIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;

/**
 * Is it an xsd:dateTime (RFC 7643 section 2.3.5)? Without an offset it is read as UTC. Years have four digits, in UTC as well:
 * the text of others is not in the order of time.
 */
export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && isDay(text.slice(0, 10)) && /^\d{4}-/.test(foldDateTime(text));
}

/** `Date` reads February 30 as March 2. */
function isDay(date: string): boolean {
  return foldDateTime(`${date}T00:00:00Z`).startsWith(date);
}

function instantOf(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

/** A dateTime as one form of its instant, to the millisecond, whose order as text is the order in time. */
export function foldDateTime(text: string): string {
  const instant = instantOf(text);
  return Number.isNaN(instant) ? text : new Date(instant).toISOString();
}

/** A scalar string of this attribute as it is compared. */
export function foldFor(attribute: Attribute, text: string): string {
  if (attribute.type === "dateTime") return foldDateTime(text);
  return attribute.caseExact ? text : fold(text);
}

/** Order by Unicode code point, as SQLite orders UTF-8; JavaScript's own order is by UTF-16 unit. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return unitRank(a) - unitRank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above U+FFFF, so they rank after every other unit. */
function unitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
