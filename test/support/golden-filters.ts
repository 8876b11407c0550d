/** The golden filters as data, and what the code makes of one: canonical text, quirks, SQL and parameters, or the fault. */
import { PROVIDER } from "../../schema/provider.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import type { ResourceType } from "../../schema/attribute.ts";
import { printFilter } from "../../worker/parse/filter.ts";
import { parseFilter } from "../../worker/parse/filter-parser.ts";
import { Leniency, rewriteFilter } from "../../worker/parse/quirks.ts";
import { operandsFor } from "../../worker/plan/operands.ts";
import { resolveFilter } from "../../worker/plan/resolve.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import { whereFilter } from "../../worker/plan/where.ts";
import { ScimError } from "../../worker/scim/fault.ts";

export interface Fault {
  readonly kind: string;
  readonly detail: string;
}

export interface Case {
  readonly name: string;
  readonly resourceType: string;
  readonly filter: string;
  readonly canonical?: string;
  /** The canonical text after the quirks, where they change it. */
  readonly means?: string;
  readonly quirks?: readonly string[];
  readonly sql?: string;
  readonly params?: readonly (string | number | null)[];
  readonly fault?: Fault;
}

export interface Golden {
  readonly shows: string;
  readonly cases: readonly Case[];
}

/** A case of a limit of PROVIDER: the repeated texts stand there as often as the limit says, and `plus` times more. */
export interface LimitCase {
  readonly name: string;
  readonly resourceType: string;
  readonly repeat: {
    readonly limit: "maxFilterTerms" | "maxFilterDepth" | "maxFilterLength";
    readonly plus: number;
    readonly before: string;
    readonly open: string;
    readonly middle: string;
    readonly close: string;
    readonly after: string;
  };
  readonly fault?: Fault;
}

export function typeNamed(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`There is no resource type ${name}`);
  return type;
}

/** The condition of a filter as one statement's text and parameters; blanks are one, since line breaks mean nothing. */
export function conditionOf(
  type: ResourceType,
  filter: ReturnType<typeof parseFilter>,
): {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
} {
  const typed = resolveFilter(filter, type);
  const operands = operandsFor([typed]);
  const scope = { type, types: RESOURCE_TYPES, tenant: sql`'T'`, base: "https://scim.example" };
  const condition = whereFilter(typed, scope, operands);
  const made = statement(sql`${operands.table()} ${condition}`);
  return { sql: made.sql.replaceAll(/\s+/g, " ").trim(), params: made.params };
}

/** The case as the code answers it, with its name, type and text. */
export function answerOf({ name, resourceType, filter: text }: Case): Case {
  const asked = { name, resourceType, filter: text };
  try {
    const type = typeNamed(resourceType);
    const filter = parseFilter(text);
    const leniency = new Leniency();
    const meant = rewriteFilter(filter, type, leniency);
    const quirks = [...new Set(leniency.forgiven.map(({ quirk }) => quirk))];
    const rewritten = quirks.length > 0 && { means: printFilter(meant), quirks };
    return { ...asked, canonical: printFilter(filter), ...rewritten, ...conditionOf(type, meant) };
  } catch (error) {
    if (!(error instanceof ScimError) || !("detail" in error.fault)) throw error;
    const { kind, detail } = error.fault;
    return { ...asked, fault: { kind, detail } };
  }
}

export function textOf({ repeat }: LimitCase): string {
  const { limit, plus, before, open, middle, close, after } = repeat;
  const times = PROVIDER[limit] + plus;
  return before + open.repeat(times) + middle + close.repeat(times) + after;
}

/** A fault's text with the limits of PROVIDER in it. */
export function withLimits(detail: string): string {
  return detail.replaceAll(/\{(\w+)\}/g, (_, limit: string) => String(Object(PROVIDER)[limit]));
}
