/** Bodies in and out: JSON of the SCIM media type (RFC 7644 section 8.1). */
import { PROVIDER } from "../../schema/provider.ts";
import { ScimError, refuse } from "../scim/fault.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { isList, isObject, readJson, repeatedName } from "../scim/json.ts";
import type { ScimContext } from "./context.ts";

const SCIM_JSON = "application/scim+json";

/**
 * It is read once: who asks again gets the same, or the same fault.
 * @throws unsupportedMediaType, unsupportedEncoding, payloadTooLarge, invalidSyntax
 */
export function readBody(c: ScimContext): Promise<Json> {
  const reading = c.get("reading") ?? readOnce(c);
  c.set("reading", reading);
  return reading;
}

async function readOnce(c: ScimContext): Promise<Json> {
  const type = c.req.header("content-type");
  const [media = ""] = (type ?? SCIM_JSON).split(";");
  if (![SCIM_JSON, "application/json"].includes(media.trim().toLowerCase())) {
    throw new ScimError({ kind: "unsupportedMediaType", received: media.trim() || "nothing" });
  }
  const body = parseBody(await readBytes(c.req.raw));
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

/** RFC 9110 section 8.4.1: deflate is the zlib format, x-gzip an old name. */
const ENCODINGS: Readonly<Record<string, "gzip" | "deflate">> = Object.freeze({
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
});

/** The body without its encoding; as it is sent and as it is meant it ends at the same size, so no bomb goes off. */
async function readBytes({ headers, body }: Request): Promise<Uint8Array> {
  const encoding = (headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  const format = Object.hasOwn(ENCODINGS, encoding) ? ENCODINGS[encoding] : undefined;
  if (format === undefined && encoding !== "identity") {
    throw new ScimError({ kind: "unsupportedEncoding", received: encoding });
  }
  if (body === null) return new Uint8Array();
  const sent = await readWhole(body);
  if (format === undefined) return sent;
  const source = new Blob([sent]).stream();
  return readWhole(source.pipeThrough(new DecompressionStream(format)), format);
}

/** Ends where the body is larger than advertised, also where no length was announced. */
async function readWhole(stream: ReadableStream<Uint8Array>, format?: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      if (format === undefined) throw error;
      return refuse("invalidSyntax", `The body is not what its encoding, ${format}, says.`);
    });
    if (done) return joined(chunks, size);
    size += value.byteLength;
    if (size > PROVIDER.maxPayloadSize) {
      const detail = `The body is larger than ${PROVIDER.maxPayloadSize} bytes.`;
      // Not awaited: whoever sends the rest may take their time.
      reader.cancel().catch(() => undefined);
      throw new ScimError({ kind: "payloadTooLarge", detail });
    }
    chunks.push(value);
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function parseJson(bytes: ArrayBuffer | Uint8Array): Json {
  let text: string;
  let body: Json;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    body = readJson(text);
  } catch {
    return refuse("invalidSyntax", "The body is not JSON in UTF-8.");
  }
  const twice = repeatedName(text);
  if (twice === undefined) return body;
  return refuse("invalidSyntax", `The body has the name ${twice} twice in one object.`);
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
