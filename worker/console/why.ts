/** How a request would be read, without running it: the functions of the real path, up to where the store would be asked. */
import { HonoRequest } from "hono/request";
import type { ResourceType } from "../../schema/attribute.ts";
import type { Profile } from "../../schema/provider.ts";
import { refuseForgiven } from "../http/access.ts";
import { parseBody } from "../http/media.ts";
import { readListParameters } from "../http/query.ts";
import { parseBulk } from "../parse/bulk.ts";
import type { BulkOperation, BulkTarget } from "../parse/bulk.ts";
import { parseChange } from "../parse/change.ts";
import { printFilter } from "../parse/filter.ts";
import { parseListQuery } from "../parse/list-query.ts";
import type { ListParameters } from "../parse/list-query.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { Leniency } from "../parse/quirks.ts";
import type { Forgiven } from "../parse/quirks.ts";
import { parseSearchRequest } from "../parse/search-request.ts";
import { accessPathOf } from "../plan/access-path.ts";
import type { AccessPath } from "../plan/access-path.ts";
import { balance } from "../plan/balance.ts";
import { planList } from "../plan/list.ts";
import { resolveFilter } from "../plan/resolve.ts";
import type { Statement } from "../plan/statement.ts";
import type { Change } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import { readJson } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import { ignoredIn } from "./ignored.ts";
import type { Ignored } from "./ignored.ts";
import { targetOf } from "./why-target.ts";

/** A request as somebody found it in a log. */
export interface Question {
  readonly method: string;
  /** Below the base, such as /Users/{id}, or a whole URL; with its query string. */
  readonly path: string;
  /** '' where there is none. */
  readonly body: string;
}

export interface WhyContext {
  readonly tenant: string;
  readonly profile: Profile;
  readonly types: readonly ResourceType[];
  readonly base: string;
}

export interface Reading {
  /** In the order in which they fired. */
  readonly forgiven: readonly Forgiven[];
  readonly meaning: Meaning;
}

export type Meaning =
  | { readonly kind: "fault"; readonly fault: Fault; readonly position?: string }
  | {
      readonly kind: "change";
      readonly type: ResourceType;
      readonly change: Change<PatchOperation>;
      readonly ignored: readonly Ignored[];
    }
  | {
      readonly kind: "list";
      readonly filters: readonly ReadFilter[];
      readonly statement: Statement;
    }
  | { readonly kind: "bulk"; readonly operations: readonly ReadOperation[] }
  /** A read that has nothing to interpret. */
  | { readonly kind: "read"; readonly what: string };

/** What a filter means for one resource type. */
export interface ReadFilter {
  readonly type: string;
  /** Undefined: every resource of the type. */
  readonly canonical: string | undefined;
  readonly path: AccessPath | undefined;
}

export interface ReadOperation {
  readonly name: string;
  readonly reading: Reading;
}

/** Never throws what is the request's fault: it is what was asked for. */
export function readQuestion(question: Question, context: WhyContext): Reading {
  const { target, search } = splitTarget(question, context);
  if (target.kind === "fault") return { forgiven: [], meaning: target };
  // Of a read it is known later who asks, so that it is read with every leniency; see `scim`.
  const isRead = target.kind === "list" || target.kind === "search";
  const leniency = isRead ? new Leniency() : new Leniency(context.profile);
  return readWith(leniency, context, () => {
    switch (target.kind) {
      case "read":
        return target;
      case "list":
        return readList(target.targets, listParametersOf(search), leniency, context);
      case "search": {
        const parameters = parseSearchRequest(bodyOf(question), leniency);
        return readList(target.targets, parameters, leniency, context);
      }
      case "bulk":
        return readBulk(bodyOf(question), leniency, context);
      case "change": {
        const body = target.target.method === "DELETE" ? null : bodyOf(question);
        return readChange(target.target, body, leniency);
      }
    }
  });
}

function splitTarget({ method, path }: Question, { types }: WhyContext) {
  const [before = "", ...query] = path.trim().split("?");
  try {
    return { target: targetOf(method, before, types), search: query.join("?") };
  } catch (error) {
    return { target: faultOf(error), search: "" };
  }
}

/** What was forgiven before a fault stays: it is part of the story. */
function readWith(leniency: Leniency, { profile }: WhyContext, read: () => Meaning): Reading {
  const { forgiven } = leniency;
  try {
    const meaning = read();
    refuseForgiven(profile, leniency);
    return { forgiven, meaning };
  } catch (error) {
    return { forgiven, meaning: faultOf(error) };
  }
}

function faultOf(error: unknown): Extract<Meaning, { kind: "fault" }> {
  if (error instanceof MalformedBody) {
    return { kind: "fault", fault: error.fault, position: error.position };
  }
  if (error instanceof ScimError) return { kind: "fault", fault: error.fault };
  throw error;
}

/** The fault says that it is no JSON; whoever looks for the reason wants to know where. */
class MalformedBody extends ScimError {
  readonly position: string;

  constructor(fault: Fault, position: string) {
    super(fault);
    this.position = position;
  }
}

function bodyOf({ body }: Question): Json {
  try {
    return parseBody(new TextEncoder().encode(body));
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    try {
      readJson(body);
    } catch (syntax) {
      throw new MalformedBody(error.fault, syntax instanceof Error ? syntax.message : "");
    }
    throw error;
  }
}

function listParametersOf(search: string): ListParameters {
  return readListParameters(new HonoRequest(new Request(`https://request.invalid/?${search}`)));
}

function readList(
  targets: readonly ResourceType[],
  parameters: ListParameters,
  leniency: Leniency,
  { tenant, types, base }: WhyContext,
): Meaning {
  const query = parseListQuery(targets, parameters, leniency);
  const claim = { kind: "managed", tenant } as const;
  const statement = planList({ claim, types, base, query, position: undefined });
  const filters = query.targets.map(({ type, filter }) => ({
    type: type.name,
    canonical: filter && printFilter(filter),
    path: filter && accessPathOf(balance(resolveFilter(filter, type))),
  }));
  return { kind: "list", filters, statement };
}

function readChange(target: BulkTarget, body: Json, leniency: Leniency): Meaning {
  const { type } = target;
  const change = parseChange(target, body, leniency);
  const isWhole = change.kind === "create" || change.kind === "replace";
  return { kind: "change", type, change, ignored: isWhole ? ignoredIn(body, type) : [] };
}

function readBulk(body: Json, leniency: Leniency, context: WhyContext): Meaning {
  const { operations } = parseBulk(context.types, body, leniency);
  return {
    kind: "bulk",
    operations: operations.map((operation, index) => ({
      name: `Operations[${index}]: ${nameOf(operation)}`,
      reading: readOperation(operation, context),
    })),
  };
}

function nameOf({ method, target }: BulkOperation): string {
  const id = target?.id === undefined ? "" : `/${target.id}`;
  return target === undefined ? method : `${method} ${target.type.endpoint}${id}`;
}

function readOperation({ target, data, fault }: BulkOperation, context: WhyContext): Reading {
  const leniency = new Leniency(context.profile);
  return readWith(leniency, context, () => {
    if (fault !== undefined) throw new ScimError(fault);
    if (target === undefined) throw new Error("An operation has neither target nor fault");
    return readChange(target, data, leniency);
  });
}
