/** One HTTP request. Not `fetch`, which adds a User-Agent of its own where the IdP sends none. */
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
  readonly etag?: string | undefined;
}

export interface Wire {
  /** Rejects where no whole response came. */
  readonly exchange: (request: WireRequest) => Promise<WireResponse>;
  readonly close: () => void;
}

const TIMEOUT_MS = 30_000;

/** Keeps up to `connections` connections open. */
export function openWire(connections: number): Wire {
  const plain = new HttpAgent({ keepAlive: true, maxSockets: connections });
  const secure = new HttpsAgent({ keepAlive: true, maxSockets: connections });
  return {
    exchange: (request) =>
      request.url.startsWith("https:")
        ? exchange(request, requestHttps, secure)
        : exchange(request, requestHttp, plain),
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(
  wanted: WireRequest,
  open: typeof requestHttps | typeof requestHttp,
  agent: HttpsAgent | HttpAgent,
): Promise<WireResponse> {
  const bytes = wanted.body === undefined ? undefined : Buffer.from(wanted.body);
  const length = bytes === undefined ? {} : { "Content-Length": String(bytes.byteLength) };
  return new Promise((resolve, reject) => {
    const request = open(wanted.url, {
      method: wanted.method,
      headers: { ...wanted.headers, ...length },
      agent,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    request.on("error", (error) => reject(explainTimeout(error)));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => reject(explainTimeout(error)));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers["retry-after"],
          text: Buffer.concat(chunks).toString("utf8"),
          etag: response.headers.etag,
        }),
      );
    });
    request.end(bytes);
  });
}

function explainTimeout(error: Error): Error {
  return error.name === "AbortError" ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : error;
}
