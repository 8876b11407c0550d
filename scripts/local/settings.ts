/** What a person may set for the local emulation: `PORT`, `ROLLCALL_STATE`, `STORE` and where it is, `SHARDS`, `COST_HEADER`. */
import { createHash } from "node:crypto";
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
  readonly store: StoreSettings;
  /** Name of a shard -> name of a D1 binding, or URL of a libSQL database. */
  readonly shards: Readonly<Record<string, string>>;
}

/** The main database. */
export type StoreSettings =
  | { readonly kind: "d1" }
  /** sqld, started with the Worker. */
  | { readonly kind: "sqld" }
  | { readonly kind: "libsql"; readonly url: string; readonly authToken: string | undefined };

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
  const port = readPort(env["PORT"] ?? "");
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    state: readStatePath(env),
    costHeader: env["COST_HEADER"] === "1",
    store: readStore(env),
    shards: readShards(env["SHARDS"] ?? "{}"),
  };
}

/** Whether the Worker needs libSQL, and so its second entry point. */
export function needsLibsql({ store, shards }: Settings): boolean {
  return store.kind !== "d1" || Object.values(shards).some(isUrl);
}

/** A shard is a D1 binding, or elsewhere. */
export function isUrl(place: string): boolean {
  return place.includes(":");
}

/** A name for the main database: what is remembered of one must not be taken for another's. */
export function databaseName(store: StoreSettings): string {
  switch (store.kind) {
    case "d1":
      return "d1";
    case "sqld":
      return "libsql";
    case "libsql":
      return `libsql-${createHash("sha256").update(store.url).digest("hex").slice(0, 12)}`;
  }
}

function readStore(env: Readonly<Record<string, string | undefined>>): StoreSettings {
  const store = env["STORE"] ?? "d1";
  if (store === "d1") return { kind: "d1" };
  if (store !== "libsql") throw new Refusal(`STORE is "${store}"; it must be d1 or libsql.`, 2);
  const url = env["LIBSQL_URL"] ?? "";
  if (url === "") return { kind: "sqld" };
  return { kind: "libsql", url, authToken: env["LIBSQL_AUTH_TOKEN"] };
}

function readShards(text: string): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const places = Object.entries(value).map(([name, place]: [string, unknown]) => {
        if (typeof place !== "string") throw new TypeError(`${name} has no place`);
        return [name, place] as const;
      });
      return Object.fromEntries(places);
    }
  } catch {
    // Told below.
  }
  throw new Refusal(
    `SHARDS is "${text}"; it must be a JSON object, such as '{"eu": "SHARD_EU"}'.`,
    2,
  );
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
