/** Bodies in and out: JSON of the SCIM media type (RFC 7644 section 8.1). */
import { bodyLimit } from "hono/body-limit";
import { PROVIDER } from "../../schema/provider.ts";
import { ScimError, refuse } from "../scim/fault.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { isList, isObject, readJson } from "../scim/json.ts";
import type { ScimContext } from "./context.ts";

const SCIM_JSON = "application/scim+json";

/** Ends requests whose body is larger than advertised, also where no length was announced. */
export const limitBody = bodyLimit({
  maxSize: PROVIDER.maxPayloadSize,
  onError: () => {
    const detail = `The body is larger than ${PROVIDER.maxPayloadSize} bytes.`;
    throw new ScimError({ kind: "payloadTooLarge", detail });
  },
});

/** @throws unsupportedMediaType, invalidSyntax */
export async function readBody(c: ScimContext): Promise<Json> {
  const type = c.req.header("content-type");
  const [media = ""] = (type ?? SCIM_JSON).split(";");
  if (![SCIM_JSON, "application/json"].includes(media.trim().toLowerCase())) {
    throw new ScimError({ kind: "unsupportedMediaType", received: media.trim() || "nothing" });
  }
  const body = parseBody(await c.req.arrayBuffer());
  c.set("body", body);
  return body;
}

/** @throws invalidSyntax where the bytes aren't JSON, or nest too deep */
export function parseBody(bytes: ArrayBuffer | Uint8Array): Json {
  const body = parseJson(bytes);
  if (depthOf(body) > PROVIDER.maxBodyDepth) {
    refuse("invalidSyntax", `The body is nested deeper than ${PROVIDER.maxBodyDepth} levels.`);
  }
  return body;
}

function parseJson(bytes: ArrayBuffer | Uint8Array): Json {
  try {
    return readJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return refuse("invalidSyntax", "The body is not JSON in UTF-8.");
  }
}

/** Counted level by level, not by recursion: the body may be as deep as it is long. */
function depthOf(body: Json): number {
  let level: Json[] = [body];
  for (let depth = 0; depth <= PROVIDER.maxBodyDepth; depth += 1) {
    level = level.flatMap((value): Json[] =>
      isObject(value) ? Object.values(value) : isList(value) ? [...value] : [],
    );
    if (level.length === 0) return depth;
  }
  return PROVIDER.maxBodyDepth + 1;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response of the SCIM media type, its body a value or ready as text; without a body where there is none. */
export function scimResponse(
  body: JsonObject | string | undefined,
  { status, headers }: Answer,
): Response {
  const all = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", ...headers };
  if (body === undefined) return new Response(null, { status, headers: all });
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "Content-Type": SCIM_JSON, ...all },
  });
}
