/** What an IdP is to the simulation: how it introduces itself, what it sends in which order, and what it means by it. */
import type { Client } from "./client.ts";
import type { Directory } from "./directory.ts";
import type { Intended } from "./intended.ts";
import type { Phase } from "./phases.ts";

export interface IdentityProvider {
  readonly name: string;
  /** Sent with every request, Content-Type with those that have a body. A User-Agent goes out only if it is here. */
  readonly headers: Readonly<Record<string, string>>;
  /** The ways in which this IdP writes a request; the first is the default. */
  readonly dialects: readonly [string, ...string[]];
  /** The whole run. It must come to the same end on a server that has seen it before, wholly or in part. */
  readonly plan: (directory: Directory, client: Client, dialect: string) => readonly Phase[];
  /** What the whole run means to reach; a dialect may be unable to say some of it. */
  readonly intend: (directory: Directory, dialect: string) => Intended;
}
