/** The tenants of a soak, each with a connection of another profile and the client of that IdP. */
import { textOf, unexpected, type CallAdmin } from "../local/admin-api.ts";
import { makeClient, Stop, type Client } from "../simulate/client.ts";
import { makeDirectory } from "../simulate/directory.ts";
import { openWire, type Wire } from "../simulate/exchange.ts";
import { IDENTITY_PROVIDERS } from "../simulate/identity-providers.ts";
import type { IdentityProvider } from "../simulate/identity-provider.ts";
import type { Intended } from "../simulate/intended.ts";
import { sleep } from "../simulate/pace.ts";
import { runPhases, type Progress } from "../simulate/phases.ts";
import { startTally, type Tally } from "../simulate/tally.ts";
import { startLedger, type Ledger } from "./ledger.ts";
import type { SoakOptions } from "./options.ts";
import { watchWire, type Gate } from "./wire.ts";

export interface SoakTenant {
  readonly id: string;
  readonly idp: IdentityProvider;
  /** Part of the name of each of its companies. */
  readonly seed: string;
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** Of the IdP: through the gate. */
  readonly client: Client;
  /** Of whoever looks: past the gate, and in no ledger. */
  readonly observer: Client;
  /** What each company that was provisioned comes to. */
  readonly intended: Intended[];
  /** What was wrong after a kill or at the end. */
  readonly lost: string[];
  /** Looks at the whole tenant, and resources that were compared with the ledger in them. */
  readonly looks: { count: number; resources: number };
  /** Why its IdP gave up. */
  stopped: string | undefined;
  readonly close: () => void;
}

/** Requests of one IdP at the same time. */
const CONCURRENCY = 4;
const QUIET: Progress = { grow() {}, enter() {}, advance() {}, stop() {} };

/** The tenant with this number, made through the management API. */
export async function openTenant(
  call: CallAdmin,
  origin: string,
  index: number,
  { gate, options }: { readonly gate: Gate; readonly options: SoakOptions },
): Promise<SoakTenant> {
  const idps = Object.values(IDENTITY_PROVIDERS);
  const idp = idps[index % idps.length];
  if (idp === undefined) throw new Error("there is no IdP to simulate");
  const id = `soak-${index + 1}-${idp.name}`;
  const token = await makeConnection(call, id, idp.name);
  const target = { base: `${origin}/${id}/api/scim/v2`, token, headers: idp.headers };
  const [ledger, tally] = [startLedger(), startTally()];
  const wire = watchWire(openWire(CONCURRENCY), { gate, ledger, base: target.base });
  const watching: Wire = openWire(2);
  return {
    id,
    idp,
    seed: `${options.seed}t${index + 1}`,
    ledger,
    tally,
    client: makeClient({ ...target, rate: options.rate, wire, tally, sleep }),
    observer: makeClient({
      ...target,
      rate: undefined,
      wire: watching,
      tally: startTally(),
      sleep,
    }),
    intended: [],
    lost: [],
    looks: { count: 0, resources: 0 },
    stopped: undefined,
    close: () => {
      wire.close();
      watching.close();
    },
  };
}

/** One company after the other, each in the next of the IdP's dialects; the one under way at the end is provisioned wholly. */
export async function driveTenant(
  tenant: SoakTenant,
  { users, groups }: Pick<SoakOptions, "users" | "groups">,
  isOver: () => boolean,
): Promise<void> {
  const { idp, client } = tenant;
  try {
    for (let round = 0; !isOver(); round += 1) {
      const dialect = idp.dialects[round % idp.dialects.length] ?? idp.dialects[0];
      const seed = `${tenant.seed}c${round + 1}`;
      const directory = makeDirectory({ idp: idp.name, seed, users, groups });
      await runPhases(idp.plan(directory, client, dialect), CONCURRENCY, QUIET);
      tenant.intended.push(idp.intend(directory, dialect));
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    tenant.stopped = error.message;
  }
}

/** @returns the SCIM token */
async function makeConnection(call: CallAdmin, tenant: string, profile: string): Promise<string> {
  const made = await call({
    method: "POST",
    path: "/tenants",
    body: { id: tenant, displayName: tenant },
  });
  if (made.status !== 201) throw unexpected("POST /tenants", made);
  const provider = await call({
    method: "POST",
    path: "/sso/providers",
    tenant,
    body: { scheme: profile, profile, displayName: profile },
  });
  if (provider.status !== 201) throw unexpected("POST /sso/providers", provider);
  const body = { provider: profile, providerDisplayName: "Made by npm run soak" };
  return textOf("POST /scim", await call({ method: "POST", path: "/scim", tenant, body }), "token");
}
