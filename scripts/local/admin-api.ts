/** The management API over HTTP: the few calls that the first start makes (CONTRACT, "Management API"). */
import { isObject } from "./state.ts";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AdminCall {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly tenant?: string;
  readonly body?: unknown;
}

export type CallAdmin = (call: AdminCall) => Promise<Answer>;

/** Calls the management API at this base with this access token. */
export function adminApi(base: string, accessToken: string): CallAdmin {
  return async (call) => {
    const headers = new Headers({ authorization: `Bearer ${accessToken}` });
    if (call.tenant !== undefined) headers.set("x-tenant-id", call.tenant);
    if (call.body !== undefined) headers.set("content-type", "application/json");
    const response = await fetch(`${base}${call.path}`, {
      method: call.method,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    return { status: response.status, body: await readBody(response) };
  };
}

/** The text under this name, or an error that tells what the API answered instead. */
export function textOf(call: string, answer: Answer, name: string): string {
  const value = answer.body[name];
  if (answer.status < 300 && typeof value === "string") return value;
  throw unexpected(call, answer);
}

export function unexpected(call: string, answer: Answer): Error {
  return new Error(`${call} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

async function readBody(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : { value };
  } catch {
    return { text };
  }
}
