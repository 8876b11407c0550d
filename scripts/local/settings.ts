/** What a person may set for the local emulation: `PORT`, `ROLLCALL_STATE`, `STORE`, `COST_HEADER`. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
export const ADMIN_ISSUER = "rollcall:local";
export const ADMIN_AUDIENCE = "rollcall";
/** Of the token in the one-click link to the console: good for nothing else. */
export const LINK_AUDIENCE = "rollcall-console-link";

export interface Settings {
  readonly port: number;
  readonly origin: string;
  /** Absolute path of the state folder. */
  readonly state: string;
  readonly costHeader: boolean;
}

/** An end that a person can act upon: shown as it is, without a stack. */
export class Refusal extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Reads the settings; a relative `ROLLCALL_STATE` is relative to the project, wherever npm was called. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const store = env["STORE"] ?? "d1";
  if (store === "libsql") {
    throw new Refusal("STORE=libsql is not available yet; leave STORE out, or set STORE=d1.", 2);
  }
  if (store !== "d1") throw new Refusal(`STORE is "${store}"; it must be d1.`, 2);
  const port = readPort(env["PORT"] ?? "");
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    state: readStatePath(env),
    costHeader: env["COST_HEADER"] === "1",
  };
}

export function readStatePath(env: Readonly<Record<string, string | undefined>>): string {
  const path = env["ROLLCALL_STATE"] ?? "";
  return resolve(PROJECT, path === "" ? ".rollcall" : path);
}

function readPort(text: string): number {
  if (text === "") return 8787;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Refusal(`PORT is "${text}"; it must be a number from 1 to 65535.`, 2);
  }
  return port;
}
