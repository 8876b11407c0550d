/** The command line of `npm run simulate`. */
import { parseArgs } from "node:util";
import { Refusal, readStatePath } from "../local/settings.ts";
import { readObject, stateFiles } from "../local/state.ts";
import { IDENTITY_PROVIDERS } from "./identity-providers.ts";
import type { IdentityProvider } from "./identity-provider.ts";

export interface Options {
  readonly idp: IdentityProvider;
  readonly dialect: string;
  readonly users: number;
  readonly groups: number;
  readonly seed: string;
  readonly concurrency: number;
  readonly rate: number | undefined;
  /** Profile of a connection of the local Rollcall, to use in place of its demo's. */
  readonly connection: string | undefined;
  /** File for the summary. */
  readonly json: string | undefined;
  /** Undefined: the local Rollcall. */
  readonly target: Target | undefined;
}

export interface Target {
  /** Without a slash at the end. */
  readonly base: string;
  readonly token: string;
}

const USAGE = `npm run simulate -- --idp NAME --users N --groups M
  --base URL --token T   any SCIM server; without them the Rollcall that npm start started
  --connection PROFILE   the local Rollcall again, by a connection of this profile, such as okta or strict
  --dialect NAME         how requests are written; --app does the same. The first is the default:
${Object.values(IDENTITY_PROVIDERS)
  .map(({ name, dialects }) => `                         ${name}: ${dialects.join(", ")}`)
  .join("\n")}
  --seed WORD            another company; the same seed and sizes mean the same company (default 1)
  --concurrency C        requests at the same time (default 8)
  --rate R               requests per second at most (default: no limit)
  --json FILE            writes the summary
The same command may be repeated, also after a crash: it leads to the same end.
IdPs: ${Object.keys(IDENTITY_PROVIDERS).join(", ")}
`;

export const WRONG_USE = 2;

export function parseOptions(args: readonly string[]): Options | "help" {
  const values = readArguments(args);
  if (values.help === true) return "help";
  const idp = readIdp(values.idp);
  const rate = values.rate === undefined ? undefined : Number(values.rate);
  if (rate !== undefined && !(rate > 0 && Number.isFinite(rate))) {
    throw new Refusal(`--rate is "${values.rate}"; it must be a number above 0.`, WRONG_USE);
  }
  const target = readTarget(values.base, values.token);
  if (target !== undefined && values.connection !== undefined) {
    throw new Refusal("--connection is for the local Rollcall, without --base.", WRONG_USE);
  }
  return {
    idp,
    dialect: readDialect(idp, values.dialect ?? values.app),
    users: readCount("users", values.users, { from: 1, to: 200_000 }),
    groups: readCount("groups", values.groups, { from: 0, to: 20_000 }),
    seed: readSeed(values.seed ?? "1"),
    concurrency: readCount("concurrency", values.concurrency ?? "8", { from: 1, to: 256 }),
    rate,
    connection: values.connection,
    json: values.json,
    target,
  };
}

export function usage(): string {
  return USAGE;
}

/** The addresses and the token that `npm start` left behind. */
export async function readLocalTarget(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const { local } = stateFiles(readStatePath(env));
  const { scimBaseUrl, scimToken } = (await readObject(local)) ?? {};
  if (typeof scimBaseUrl !== "string" || typeof scimToken !== "string") {
    throw new Refusal(
      `${local} names no SCIM server: run npm start first, or give --base and --token.`,
      WRONG_USE,
    );
  }
  return { base: trimSlashes(scimBaseUrl), token: scimToken };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        idp: { type: "string" },
        users: { type: "string" },
        groups: { type: "string" },
        base: { type: "string" },
        token: { type: "string" },
        connection: { type: "string" },
        dialect: { type: "string" },
        app: { type: "string" },
        seed: { type: "string" },
        concurrency: { type: "string" },
        rate: { type: "string" },
        json: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${reason}\n\n${USAGE}`, WRONG_USE);
  }
}

function readIdp(name: string | undefined): IdentityProvider {
  const known = Object.keys(IDENTITY_PROVIDERS).join(", ");
  if (name === undefined) throw new Refusal(`--idp is missing. Known: ${known}`, WRONG_USE);
  const idp = Object.hasOwn(IDENTITY_PROVIDERS, name) ? IDENTITY_PROVIDERS[name] : undefined;
  if (idp === undefined) throw new Refusal(`--idp ${name} is unknown. Known: ${known}`, WRONG_USE);
  return idp;
}

function readDialect(idp: IdentityProvider, name: string | undefined): string {
  if (name === undefined) return idp.dialects[0];
  if (idp.dialects.includes(name)) return name;
  throw new Refusal(
    `--dialect ${name} is unknown. ${idp.name} has: ${idp.dialects.join(", ")}`,
    WRONG_USE,
  );
}

function readCount(
  name: string,
  value: string | undefined,
  range: { readonly from: number; readonly to: number },
): number {
  if (value === undefined) throw new Refusal(`--${name} is missing.\n\n${USAGE}`, WRONG_USE);
  const count = Number(value);
  if (/^\d+$/.test(value) && count >= range.from && count <= range.to) return count;
  throw new Refusal(
    `--${name} is "${value}"; it must be a whole number from ${range.from} to ${range.to}.`,
    WRONG_USE,
  );
}

/** It becomes part of user names and of a domain. */
function readSeed(seed: string): string {
  if (/^[a-z0-9]{1,20}$/.test(seed)) return seed;
  throw new Refusal(`--seed is "${seed}"; it must be 1 to 20 of a-z and 0-9.`, WRONG_USE);
}

function readTarget(base: string | undefined, token: string | undefined): Target | undefined {
  if (base === undefined && token === undefined) return undefined;
  if (base === undefined || token === undefined || token === "") {
    throw new Refusal("--base and --token belong together.", WRONG_USE);
  }
  const url = URL.parse(base);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.search !== "") {
    throw new Refusal(`--base is "${base}"; it must be an http(s) URL without a query.`, WRONG_USE);
  }
  return { base: trimSlashes(base), token };
}

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, "");
}
