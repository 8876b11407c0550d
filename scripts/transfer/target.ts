/** Which tenant of which Rollcall, and its management API with the patience that a long walk needs. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { adminApi, unexpected } from "../local/admin-api.ts";
import type { Answer, CallAdmin } from "../local/admin-api.ts";
import { Refusal, readStatePath } from "../local/settings.ts";
import { readObject, stateFiles } from "../local/state.ts";

export const WRONG_USE = 2;

export interface Target {
  readonly tenant: string;
  readonly call: CallAdmin;
}

export interface Arguments {
  readonly target: Target;
  /** A value of one of the options of this command. */
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
}

export type Options = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

const SHARED = {
  tenant: { type: "string" },
  base: { type: "string" },
  token: { type: "string" },
} as const;

export const SHARED_USAGE = `  --base URL --token T   a deployment: its address and an operator's access token; without them the
                         Rollcall that npm start or npm run serve started, by $ROLLCALL_STATE/local.json
`;

/** Runs a command: what it refuses is shown as it is, and `usage` where it was called wrongly. */
export async function runCommand(
  usage: string,
  options: Options,
  run: (given: Arguments) => Promise<void>,
): Promise<void> {
  try {
    const values = readValues(usage, options);
    if (values["help"] === true) process.stdout.write(usage);
    else await run(await readArguments(usage, values));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function readValues(usage: string, options: Options): Values {
  try {
    const { values } = parseArgs({ options: { ...SHARED, help: { type: "boolean" }, ...options } });
    const named: Record<string, string | boolean | undefined> = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === "string" || typeof value === "boolean") named[name] = value;
    }
    return named;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${reason}\n\n${usage}`, WRONG_USE);
  }
}

async function readArguments(usage: string, values: Values): Promise<Arguments> {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const tenant = text("tenant");
  if (tenant === undefined) throw new Refusal(`--tenant is missing.\n\n${usage}`, WRONG_USE);
  const call = patient(await openApi(text("base"), text("token")));
  return { target: { tenant, call }, text, flag: (name) => values[name] === true };
}

async function openApi(base: string | undefined, token: string | undefined): Promise<CallAdmin> {
  if (base === undefined && token === undefined) {
    const { local } = stateFiles(readStatePath(process.env));
    const { adminBaseUrl, adminToken } = (await readObject(local)) ?? {};
    if (typeof adminBaseUrl === "string" && typeof adminToken === "string") {
      return adminApi(adminBaseUrl, adminToken);
    }
    const hint = "run npm start first, or give --base and --token.";
    throw new Refusal(`${local} names no management API: ${hint}`, WRONG_USE);
  }
  const url = URL.parse(base ?? "");
  if (token === undefined || token === "" || url === null || !/^https?:$/.test(url.protocol)) {
    throw new Refusal("--base takes an http(s) URL and belongs together with --token.", WRONG_USE);
  }
  return adminApi(`${url.origin}/core/iam/v1`, token);
}

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 250;

/** Every call of these commands may be made twice: it is tried again where there was no answer, or one that says so. */
function patient(call: CallAdmin): CallAdmin {
  return async (wanted) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await call(wanted).catch((error: unknown) => {
        if (attempt < ATTEMPTS) return undefined;
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        throw new Refusal(`${wanted.method} ${wanted.path}: no answer (${String(cause)}).`);
      });
      const isBusy = answer === undefined || [429, 502, 503, 504].includes(answer.status);
      if (answer !== undefined && (!isBusy || attempt >= ATTEMPTS)) return answer;
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  };
}

/** The body of a 200. @throws Refusal that tells what was answered instead */
export function bodyOf(call: string, answer: Answer): Answer["body"] {
  if (answer.status === 200) return answer.body;
  const { detail } = answer.body;
  if (typeof detail !== "string") throw unexpected(call, answer);
  throw new Refusal(`${call} is refused: ${detail}.`);
}

/** The path of a tenant's endpoint. */
export function pathTo({ tenant }: Target, endpoint: string): string {
  return `/tenants/${encodeURIComponent(tenant)}${endpoint}`;
}
