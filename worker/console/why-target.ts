/** What a method and a path below the base ask for (RFC 7644 table 2), as the SCIM endpoints route them. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { BulkTarget } from "../parse/bulk.ts";
import { ScimError } from "../scim/fault.ts";

export type Target =
  | { readonly kind: "list" | "search"; readonly targets: readonly ResourceType[] }
  | { readonly kind: "bulk" }
  | { readonly kind: "change"; readonly target: BulkTarget }
  | { readonly kind: "read"; readonly what: string };

const DISCOVERY: ReadonlySet<string> = new Set([
  "ServiceProviderConfig",
  "Schemas",
  "ResourceTypes",
]);

/**
 * `path` may be a whole URL: what stands before the endpoint is left out.
 * @throws notFound, methodNotAllowed, notImplemented
 */
export function targetOf(method: string, path: string, types: readonly ResourceType[]): Target {
  const below = path.replace(/^.*\/scim(\/v2)?(?=\/|$)/, "").replace(/\/$/, "");
  const [first = "", second, ...more] = below.replace(/^\//, "").split("/");
  const known = methodsOf(first, second, types);
  if (known === undefined || more.length > 0) {
    throw new ScimError({ kind: "notFound", detail: `There is no endpoint ${below}.` });
  }
  const target = Object.hasOwn(known, method) ? known[method] : undefined;
  if (target !== undefined) return target;
  throw new ScimError({ kind: "methodNotAllowed", allow: Object.keys(known) });
}

type Methods = Readonly<Record<string, Target>>;

/** Undefined where there is no such endpoint. */
function methodsOf(
  first: string,
  second: string | undefined,
  types: readonly ResourceType[],
): Methods | undefined {
  if (DISCOVERY.has(first)) return { GET: { kind: "read", what: "how this server works" } };
  if (first === "Me") {
    const detail = "A provisioning token is no user.";
    throw new ScimError({ kind: "notImplemented", detail });
  }
  const type = types.find(({ endpoint }) => endpoint === `/${first}`);
  if (type !== undefined) return second === undefined ? wholeType(type) : withinType(type, second);
  if (second !== undefined) return undefined;
  if (first === "") return { GET: { kind: "list", targets: types } };
  if (first === ".search") return { POST: { kind: "search", targets: types } };
  return first === "Bulk" ? { POST: { kind: "bulk" } } : undefined;
}

function wholeType(type: ResourceType): Methods {
  const target = { method: "POST", type, id: undefined } as const;
  return { GET: { kind: "list", targets: [type] }, POST: { kind: "change", target } };
}

function withinType(type: ResourceType, id: string): Methods {
  if (id === ".search") return { POST: { kind: "search", targets: [type] } };
  const change = (method: BulkTarget["method"]): Target => ({
    kind: "change",
    target: { method, type, id: decoded(id) },
  });
  return {
    GET: { kind: "read", what: `the ${type.name} ${id}` },
    PUT: change("PUT"),
    PATCH: change("PATCH"),
    DELETE: change("DELETE"),
  };
}

/** As Hono reads parameters: what isn't percent-encoded text stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
