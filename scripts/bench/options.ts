/** The command line of `npm run bench`. */
import { parseArgs } from "node:util";
import { Refusal } from "../local/settings.ts";

export interface Options {
  readonly parts: readonly Part[];
  /** Users of one tenant each; ascending. */
  readonly users: readonly number[];
  /** Members of one group each; ascending. */
  readonly groups: readonly number[];
  /** Rounds that count; some more go before them. */
  readonly rounds: number;
  /** Requests in a batch, the time of which is taken. */
  readonly requests: number;
  /** Requests of each kind beside a noisy tenant. */
  readonly beside: number;
  readonly sync: SyncSize;
  /** Writes the results into `docs/`. */
  readonly write: boolean;
}

export type Part = "core" | "http";

export interface SyncSize {
  readonly users: number;
  readonly groups: number;
  /** Members of each group. */
  readonly members: number;
}

const FULL = {
  rounds: 50,
  requests: 25,
  beside: 300,
  sync: { users: 5000, groups: 50, members: 200 },
};
const QUICK = {
  rounds: 10,
  requests: 25,
  beside: 100,
  sync: { users: 500, groups: 5, members: 200 },
};

const USAGE = `npm run bench -- [options]
  --only core|http       one part: the pure core, or HTTP over npm run serve
  --users N,N,N          users of the tenants (default 1000,10000,100000; quick: 1000,10000)
  --groups N,N,N         members of the groups (default 10,1000,50000; quick: 10,1000)
  --rounds N             rounds, of which the median counts (default ${FULL.rounds}; quick: ${QUICK.rounds})
  --requests N           requests in a batch (default ${FULL.requests}; quick: ${QUICK.requests})
  --quick                small sizes and few rounds, to see that all of it works
  --write                writes docs/performance.json, .svg and the tables of .md`;

/** @throws Refusal where an option isn't one, or its value makes no sense */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const { rounds, requests, beside, sync } = values.quick ? QUICK : FULL;
  return {
    parts: readParts(values.only),
    users: readSizes("users", values.users ?? (values.quick ? "1000,10000" : "1000,10000,100000")),
    groups: readSizes("groups", values.groups ?? (values.quick ? "10,1000" : "10,1000,50000")),
    rounds: readSize("rounds", values.rounds ?? String(rounds)),
    requests: readSize("requests", values.requests ?? String(requests)),
    beside,
    sync,
    write: values.write,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        users: { type: "string" },
        groups: { type: "string" },
        rounds: { type: "string" },
        requests: { type: "string" },
        quick: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, 2);
  }
}

function readParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return ["core", "http"];
  if (only === "core" || only === "http") return [only];
  throw new Refusal(`--only is "${only}"; it must be core or http.\n${USAGE}`, 2);
}

/** Numbers with commas between, each once, ascending. */
function readSizes(name: string, text: string): readonly number[] {
  const sizes = text.split(",").map((part) => readSize(name, part.trim()));
  return [...new Set(sizes)].toSorted((a, b) => a - b);
}

function readSize(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Refusal(`--${name} has "${text}"; it takes whole numbers from 1 on.\n${USAGE}`, 2);
}
