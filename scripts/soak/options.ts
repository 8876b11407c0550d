/** The command line of `npm run soak`. */
import { parseArgs } from "node:util";
import { Refusal } from "../local/settings.ts";

export interface SoakOptions {
  readonly tenants: number;
  readonly minutes: number;
  /** Seconds from one kill to the next. */
  readonly killEvery: number;
  readonly seed: string;
  /** Sizes of each company. */
  readonly users: number;
  readonly groups: number;
  /** Requests per second and tenant, at most. */
  readonly rate: number;
  /** `STORE` of the emulation; undefined: its default. */
  readonly store: string | undefined;
  /** File for the figures. */
  readonly json: string | undefined;
}

export const USAGE = `npm run soak -- --minutes 10
  --tenants N       tenants, each with the traffic of another IdP (default 5)
  --minutes M       how long companies come and kills go on (default 10)
  --kill-every S    seconds from one SIGKILL of the emulation to the next (default 60)
  --users N         people in each company (default 20)
  --groups M        groups in each company (default 10)
  --rate R          requests per second and tenant at most (default 25)
  --store NAME      STORE of npm run serve, such as libsql
  --seed WORD       other companies (default 1)
  --json FILE       writes the figures
`;

const WRONG_USE = 2;

const OPTIONS = {
  tenants: { type: "string", default: "5" },
  minutes: { type: "string", default: "10" },
  "kill-every": { type: "string", default: "60" },
  users: { type: "string", default: "20" },
  groups: { type: "string", default: "10" },
  rate: { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
  store: { type: "string" },
  json: { type: "string" },
  help: { type: "boolean" },
} as const;

export function parseSoakOptions(args: readonly string[]): SoakOptions | "help" {
  const values = readArguments(args);
  if (values.help === true) return "help";
  if (!/^[a-z0-9]{1,8}$/.test(values.seed)) {
    throw new Refusal(`--seed is "${values.seed}"; it must be 1 to 8 of a-z and 0-9.`, WRONG_USE);
  }
  return {
    tenants: readNumber("tenants", values.tenants, { most: 24, whole: true }),
    minutes: readNumber("minutes", values.minutes, { most: 7 * 24 * 60, whole: false }),
    killEvery: readNumber("kill-every", values["kill-every"], { most: 3600, whole: false }),
    users: readNumber("users", values.users, { most: 1000, whole: true }),
    groups: readNumber("groups", values.groups, { most: 200, whole: true }),
    rate: readNumber("rate", values.rate, { most: 10_000, whole: false }),
    seed: values.seed,
    store: values.store,
    json: values.json,
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${reason}\n\n${USAGE}`, WRONG_USE);
  }
}

/** Above 0. */
function readNumber(
  name: string,
  value: string,
  { most, whole }: { readonly most: number; readonly whole: boolean },
): number {
  const number = Number(value);
  if (number > 0 && number <= most && (!whole || Number.isInteger(number))) return number;
  const kind = whole ? "whole number" : "number";
  throw new Refusal(`--${name} is "${value}"; it must be a ${kind} up to ${most}.`, WRONG_USE);
}
