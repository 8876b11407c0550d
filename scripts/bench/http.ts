/** The HTTP bench: tenants of every size in one database, Rollcall and the floor side by side, one run. */
import { availableParallelism } from "node:os";
import { openClient } from "./client.ts";
import type { Client } from "./client.ts";
import type { Subject } from "./measure.ts";
import { complexFilter, floorOperations, groupOperations, userOperations } from "./operations.ts";
import type { Options } from "./options.ts";
import type { Results } from "./results.ts";
import { measureRounds } from "./rounds.ts";
import { FLOOD_CLIENTS, compareThroughput, measureNeighbour, syncTenant } from "./scenarios.ts";
import type { Seat } from "./scenarios.ts";
import { seedTenant } from "./seed.ts";
import type { SeededTenant, Seeding } from "./seed.ts";
import { withFloor, withRollcall } from "./server.ts";
import type { Server } from "./server.ts";

/** Users of the tenants of throughput and neighbours. */
const SOME_USERS = 1000;
/** Connections of a client: for a flood, and one more for who waits beside it. */
const SOCKETS = FLOOD_CLIENTS + 1;

interface Seeded {
  readonly users: readonly SeededTenant[];
  readonly groups: SeededTenant;
  readonly empty: SeededTenant;
  readonly one: SeededTenant;
  readonly many: SeededTenant;
}

type Tell = (line: string) => void;

export async function benchHttp(
  options: Options,
  signal: AbortSignal,
  tell: Tell,
): Promise<Results> {
  let results: Results | undefined;
  await withFloor(signal, (floor) =>
    withRollcall(
      signal,
      (store) => seed({ store, signal }, options, tell),
      async (server, seeded) => {
        results = await measure({ floor, server, seeded, options, tell });
      },
    ),
  );
  if (results === undefined) throw new Error("nothing was measured");
  return results;
}

/** Each size is a tenant of its own; the groups share one, so that nothing but their size differs. */
async function seed(seeding: Seeding, options: Options, tell: Tell): Promise<Seeded> {
  const users: SeededTenant[] = [];
  for (const size of options.users) {
    tell(`seeding ${size} users`);
    users.push(await seedTenant(seeding, `users-${size}`, { users: size, groups: [] }));
  }
  const most = Math.max(...options.groups);
  tell(`seeding groups of ${options.groups.join(", ")}`);
  const groups = { users: most + options.requests, groups: options.groups };
  const some = { users: SOME_USERS, groups: [] };
  return {
    users,
    groups: await seedTenant(seeding, "groups", groups),
    empty: await seedTenant(seeding, "empty", { users: 0, groups: [] }),
    one: await seedTenant(seeding, "one", some),
    many: await seedTenant(seeding, "many", some),
  };
}

interface Measuring {
  readonly floor: Server;
  readonly server: Server;
  readonly seeded: Seeded;
  readonly options: Options;
  readonly tell: Tell;
}

async function measure({ floor, server, seeded, options, tell }: Measuring): Promise<Results> {
  const clients: Client[] = [];
  const clientOf = ({ id, token }: Pick<SeededTenant, "id" | "token">, sockets: number): Client => {
    const client = openClient({ base: `${server.origin}/${id}/api/scim/v2`, token }, sockets);
    clients.push(client);
    return client;
  };
  const seat = (tenant: SeededTenant): Seat => ({ tenant, client: clientOf(tenant, SOCKETS) });
  const { cpu } = server;
  const { rounds, requests } = options;
  const { groups, empty, one, many } = seeded;
  try {
    const subjects: Subject[] = [floorSubject(floor, clients)];
    for (const [index, tenant] of seeded.users.entries()) {
      const client = clientOf(tenant, SOCKETS);
      const operations = await userOperations(client, tenant);
      // A scan: the other sizes have no target.
      if (index === 0) operations.push(complexFilter(tenant));
      subjects.push({ size: tenant.users.length, client, cpu, operations });
    }
    const client = clientOf(groups, 1);
    for (const size of options.groups) {
      subjects.push({ size, client, cpu, operations: groupOperations(groups, size) });
    }
    const onRound = (round: number): void => {
      tell(round === 0 ? "warming up" : `round ${round} of ${rounds}`);
    };
    const measured = await measureRounds(subjects, { rounds, requests, onRound });
    tell("initial sync");
    const sync = await syncTenant(clientOf(empty, SOCKETS), cpu, options.sync);
    tell("writes of one client and of many");
    const seats = { one: seat(one), many: seat(many) };
    const throughput = await compareThroughput({ ...seats, cpu }, requests * 4);
    tell("a quiet tenant beside a noisy one");
    const neighbour = await measureNeighbour({ quiet: seats.one, noisy: seats.many }, requests);
    return {
      cores: availableParallelism(),
      runtime: `Node ${process.versions.node}`,
      users: options.users,
      groups: options.groups,
      rounds,
      requests,
      measured,
      sync,
      throughput,
      neighbour,
    };
  } finally {
    for (const client of clients) client.close();
  }
}

function floorSubject({ origin, cpu }: Server, clients: Client[]): Subject {
  const client = openClient({ base: origin, token: "none" }, 1);
  clients.push(client);
  return { size: 0, client, cpu, operations: floorOperations() };
}
