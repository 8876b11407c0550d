/** A SCIM client as an IdP has one: bounded retries, a rate, and every request counted. */
import { parseObject } from "../local/state.ts";
import type { Wire, WireResponse } from "./exchange.ts";
import { retryDelay, startPace, type Sleep } from "./pace.ts";
import { countFailure, kindTally, type Tally } from "./tally.ts";

export interface Call {
  /** The row of the table that this request counts in, such as "create user". */
  readonly kind: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, with the query, percent-encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly expect: readonly number[];
  /** Also right when an earlier attempt got no answer and may have been carried out, such as 409 for a creation. */
  readonly expectRepeated?: readonly number[];
  /** Looks before a request is repeated that may have been carried out, where a repetition would do it twice: what is there is the answer. */
  readonly findDone?: () => Promise<Answer | undefined>;
  /** What is wrong with the body of an expected answer, if anything. */
  readonly check?: (body: Answer["body"]) => string | undefined;
}

export interface Answer {
  readonly status: number;
  /** Empty where the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Client {
  /** Undefined where the answer isn't an expected one; it is then counted as an error. */
  readonly send: (call: Call) => Promise<Answer | undefined>;
}

export interface ClientOptions {
  readonly base: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rate: number | undefined;
  readonly wire: Wire;
  readonly tally: Tally;
  readonly sleep: Sleep;
}

/** The end of a run that goes no further: the server is gone or refuses the token. */
export class Stop extends Error {}

type Outcome =
  | { readonly kind: "answered"; readonly response: WireResponse }
  | { readonly kind: "failed"; readonly reason: string };

const RETRIES = 3;
/** So many requests in a row without a usable answer, each retried, mean that the server is gone. */
const GIVEN_UP_IN_A_ROW = 4;

export function makeClient(options: ClientOptions): Client {
  const { tally } = options;
  const pace = startPace(options.rate);
  const health: { givenUp: number; stop: Stop | undefined } = { givenUp: 0, stop: undefined };

  const endWhenStopped = (): void => {
    if (health.stop !== undefined) throw health.stop;
  };

  const attempt = async (call: Call): Promise<Outcome> => {
    await pace();
    const counted = kindTally(tally, call.kind);
    counted.requests += 1;
    const start = performance.now();
    try {
      const response = await options.wire.exchange({
        method: call.method,
        url: options.base + call.path,
        headers: headersOf(options, call),
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
      });
      counted.times.push(performance.now() - start);
      return { kind: "answered", response };
    } catch (error) {
      return { kind: "failed", reason: reasonOf(error) };
    }
  };

  const fail = (call: Call, outcome: Outcome): undefined => {
    const { kind, method, path } = call;
    const status = outcome.kind === "failed" ? "no answer" : String(outcome.response.status);
    const detail = outcome.kind === "failed" ? outcome.reason : detailOf(outcome.response.text);
    countFailure(tally, { kind, method, path, status, detail });
    if (status === "401") {
      health.stop ??= new Stop(`The server refuses the token (401 ${detail}).`);
    }
    if (!isTransient(outcome)) return undefined;
    health.givenUp += 1;
    if (health.givenUp >= GIVEN_UP_IN_A_ROW) {
      health.stop ??= new Stop(
        `${options.base} is gone: ${GIVEN_UP_IN_A_ROW} requests in a row failed in ${RETRIES + 1} attempts each (${status}: ${detail}).`,
      );
    }
    return undefined;
  };

  const send = async (call: Call): Promise<Answer | undefined> => {
    let maybeDone = false;
    for (let number = 1; ; number += 1) {
      endWhenStopped();
      const outcome = await attempt(call);
      if (!isTransient(outcome) || number > RETRIES) {
        if (!isTransient(outcome)) health.givenUp = 0;
        const answer = accept(call, outcome, maybeDone) ?? fail(call, outcome);
        endWhenStopped();
        return answer === undefined ? undefined : checkBody(tally, call, answer);
      }
      // A 429 was refused; anything else may have been carried out all the same.
      maybeDone ||= !(outcome.kind === "answered" && outcome.response.status === 429);
      kindTally(tally, call.kind).retries += 1;
      const asked = outcome.kind === "answered" ? outcome.response.retryAfter : undefined;
      await options.sleep(retryDelay(number, asked, Date.now()));
      const done = maybeDone ? await call.findDone?.() : undefined;
      if (done !== undefined) return done;
    }
  };

  return { send };
}

function headersOf(options: ClientOptions, call: Call): Readonly<Record<string, string>> {
  const { "Content-Type": type = "application/scim+json", ...always } = options.headers;
  return {
    ...always,
    Authorization: `Bearer ${options.token}`,
    ...(call.body === undefined ? {} : { "Content-Type": type }),
  };
}

function accept(call: Call, outcome: Outcome, maybeDone: boolean): Answer | undefined {
  if (outcome.kind === "failed") return undefined;
  const { status, text } = outcome.response;
  const expected = [...call.expect, ...(maybeDone ? (call.expectRepeated ?? []) : [])];
  return expected.includes(status) ? { status, body: parseObject(text) ?? {} } : undefined;
}

function checkBody(tally: Tally, call: Call, answer: Answer): Answer | undefined {
  const detail = call.expect.includes(answer.status) ? call.check?.(answer.body) : undefined;
  if (detail === undefined) return answer;
  const { kind, method, path } = call;
  countFailure(tally, { kind, method, path, status: String(answer.status), detail });
  return undefined;
}

function isTransient(outcome: Outcome): boolean {
  if (outcome.kind === "failed") return true;
  const { status } = outcome.response;
  return status === 429 || (status >= 500 && status !== 501);
}

/** `detail` of a SCIM error (RFC 7644 3.12), otherwise the start of the text. */
function detailOf(text: string): string {
  const detail = parseObject(text)?.["detail"];
  return typeof detail === "string" ? detail : text.slice(0, 160).replaceAll(/\s+/g, " ");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses has its reason in `errors` only.
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first] = causes;
  if (error.message !== "") return error.message;
  return first instanceof Error ? first.message : error.name;
}
