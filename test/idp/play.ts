/** Plays a scenario against one connection, like the IdP: with the headers it sends, and ids filled in from earlier answers. */
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json } from "../../worker/scim/json.ts";
import { throughDoor } from "../support/door.ts";
import type { Tenant } from "../support/tenant.ts";
import { checkAssertion, valueAt } from "./assertion.ts";
import type { Assertion, HeaderAssertion, Scenario, Step } from "./scenario.ts";

/** The first step that wasn't answered as the IdP wants it. */
export interface Failure {
  /** From 1. */
  readonly step: number;
  readonly status: number;
  readonly scimType: Json | undefined;
  readonly problem: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json | undefined;
}

type Connection = Pick<Tenant, "base" | "token">;
export type Names = Record<string, string>;

/** undefined: all steps went well. */
export async function play(
  scenario: Pick<Scenario, "headers" | "steps">,
  connection: Connection,
  names: Names = makeNames(),
): Promise<Failure | undefined> {
  for (const [index, step] of scenario.steps.entries()) {
    const answers = await playStep(scenario, step, connection, names);
    for (const [repeated, answer] of answers.entries()) {
      const local = { ...names, i: String(repeated + 1) };
      const problem = problemOf(step, answer, local);
      if (problem !== undefined) {
        const { status, body } = answer;
        const failed = `${step.method} ${step.path}: ${problem} ${JSON.stringify(body)}`;
        return { step: index + 1, status, scimType: valueAt(body, "scimType"), problem: failed };
      }
    }
  }
  return undefined;
}

export function makeNames(): Names {
  const rand = crypto.randomUUID().slice(0, 8);
  const [guid, deadGuid] = [crypto.randomUUID(), crypto.randomUUID()];
  return { rand, RAND: rand.toUpperCase(), guid, deadGuid };
}

/** The answers, one for each time that the step is sent; what it saves is in the names. */
async function playStep(
  scenario: Pick<Scenario, "headers">,
  step: Step,
  connection: Connection,
  names: Names,
): Promise<readonly Answer[]> {
  const once = async (i: number): Promise<Answer> => {
    const local = { ...names, i: String(i) };
    const answer = await send(requestOf(scenario, step, connection, local));
    for (const [name, path] of Object.entries(step.save ?? {})) {
      const value = valueAt(answer.body, fillText(path, local));
      if (typeof value === "string") Object.assign(names, { [fillText(name, local)]: value });
    }
    return answer;
  };
  const times = Array.from({ length: step.repeat ?? 1 }, (_, index) => index + 1);
  if (step.parallel === true) return Promise.all(times.map(once));
  const answers: Answer[] = [];
  for (const i of times) answers.push(await once(i));
  return answers;
}

async function send(request: Request): Promise<Answer> {
  const { status, headers, ...response } = await throughDoor(request).then(whole);
  const isJson = headers.get("content-type")?.includes("json") === true;
  return { status, headers, body: isJson ? (JSON.parse(response.text) as Json) : undefined };
}

async function whole(response: Response): Promise<Omit<Answer, "body"> & { text: string }> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function requestOf(
  scenario: Pick<Scenario, "headers">,
  step: Step,
  { base, token }: Connection,
  names: Names,
): Request {
  const { method } = step;
  const body =
    step.rawBody ?? (step.body === undefined ? undefined : JSON.stringify(fill(step.body, names)));
  const headers = new Headers({
    Accept: "application/scim+json",
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/scim+json",
  });
  apply(headers, scenario.headers, names);
  if (body === undefined) headers.delete("Content-Type");
  if (step.auth === "none") headers.delete("Authorization");
  else if (step.auth === "bad") headers.set("Authorization", "Bearer not-a-token");
  else if (step.auth !== undefined) headers.set("Authorization", step.auth);
  apply(headers, step.headers, names);
  const url = `${base}${encodePath(fillText(step.path, names, encodeURIComponent))}`;
  return new Request(url, { method, headers, ...(body !== undefined && { body }) });
}

function apply(headers: Headers, given: Scenario["headers"], names: Names): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, fillText(value, names));
  }
}

/** Only what a URL can't carry, so that a scenario chooses between "+" and "%20" itself. */
function encodePath(path: string): string {
  return path.replaceAll(/[\s"<>\\^`{|}[\]\u0080-\uffff]/g, (one) => encodeURIComponent(one));
}

function problemOf(step: Step, answer: Answer, names: Names): string | undefined {
  const { status, headers = [], assert = [] } = step.expect ?? {};
  if (status !== undefined && !status.includes(answer.status)) {
    return `status ${answer.status}, wanted ${status.join(" or ")}`;
  }
  const wrong = headers.find((header) => !hasHeader(answer, header, names));
  if (wrong !== undefined) {
    return `header ${wrong.name} is ${answer.headers.get(wrong.name)}, wanted ${JSON.stringify(wrong)}`;
  }
  if (answer.status === 204) return undefined;
  return assert
    .map((one) => checkAssertion(fill(one as Json, names) as unknown as Assertion, answer.body))
    .find((problem) => problem !== undefined);
}

function hasHeader(answer: Answer, wanted: HeaderAssertion, names: Names): boolean {
  const value = answer.headers.get(wanted.name);
  if (answer.status === 204 && wanted.name.toLowerCase() === "content-type") return true;
  if (wanted.exists !== undefined) return (value !== null) === wanted.exists;
  if (wanted.equals !== undefined) return value === fillText(wanted.equals, names);
  if (wanted.contains === undefined) throw new Error(`Nothing is wanted of ${wanted.name}`);
  return value?.toLowerCase().includes(fillText(wanted.contains, names).toLowerCase()) === true;
}

/** From the inside out, so that a name may hold the count of a repeated step. */
export function fillText(
  text: string,
  names: Names,
  encode: (value: string) => string = String,
): string {
  const filled = text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`No step saved ${name}`);
    return encode(value);
  });
  return filled === text ? text : fillText(filled, names, encode);
}

function fill(value: Json, names: Names): Json {
  if (typeof value === "string") return fillText(value, names);
  if (isList(value)) return value.map((one) => fill(one, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [fillText(name, names), fill(one, names)]),
  );
}
