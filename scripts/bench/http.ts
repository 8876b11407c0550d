/** The HTTP bench: tenants of every size in one database, Rollcall and the floor side by side, one run. */
import { availableParallelism } from "node:os";
import { openClient } from "./client.ts";
import type { Client } from "./client.ts";
import { NOISES, measureNeighbours } from "./neighbour.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Subject } from "./measure.ts";
import { complexFilter, floorOperations, groupOperations, userOperations } from "./operations.ts";
import type { Options } from "./options.ts";
import type { Results } from "./results.ts";
import { measureRounds } from "./rounds.ts";
import { FLOOD_CLIENTS, compareThroughput, syncTenant } from "./scenarios.ts";
import type { Seat } from "./scenarios.ts";
import { seedTenant } from "./seed.ts";
import type { SeededTenant, Seeding } from "./seed.ts";
import { withFloor, withRollcall } from "./server.ts";
import type { Server } from "./server.ts";

/** Users of the tenants of throughput and neighbours. */
const SOME_USERS = 1000;
/** Connections of a client: for a flood, and one more for who waits beside it. */
const SOCKETS = FLOOD_CLIENTS + 1;
/** The limit of production, which `npm run serve` has not by itself. */
const OPERATION_LIMIT = 2000;

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
  const results: Results[] = [];
  await withFloor(signal, (floor) =>
    withRollcall(
      { signal, operationLimit: 0, seed: (store) => seed({ store, signal }, options, tell) },
      async (server, seeded) => {
        results.push(await measure({ floor, server, seeded, options, tell }));
      },
    ),
  );
  const [result] = results;
  if (result === undefined) throw new Error("nothing was measured");
  const limited = await measureLimited(options, signal, tell);
  return { ...result, neighbours: [...limited, ...result.neighbours] };
}

/** A server of its own: what was measured before had no limit. */
async function measureLimited(
  { beside }: Options,
  signal: AbortSignal,
  tell: Tell,
): Promise<readonly Neighbour[]> {
  const neighbours: Neighbour[] = [];
  const sizes = { users: SOME_USERS, groups: [] };
  const seedBoth = async (store: Seeding["store"]) => ({
    quiet: await seedTenant({ store, signal }, "quiet", sizes),
    noisy: await seedTenant({ store, signal }, "noisy", sizes),
  });
  const options = { signal, operationLimit: OPERATION_LIMIT, seed: seedBoth };
  await withRollcall(options, async (server, tenants) => {
    tell("a quiet tenant beside a noisy one that has a limit");
    const [quiet, noisy] = [takeSeat(server, tenants.quiet), takeSeat(server, tenants.noisy)];
    try {
      const noises = [NOISES.patient, NOISES.insistent];
      neighbours.push(...(await measureNeighbours({ quiet, noisy }, noises, beside)));
    } finally {
      quiet.client.close();
      noisy.client.close();
    }
  });
  return neighbours;
}

function takeSeat({ origin }: Server, tenant: SeededTenant): Seat {
  const connection = { base: `${origin}/${tenant.id}/api/scim/v2`, token: tenant.token };
  return { tenant, connection, client: openClient(connection, SOCKETS) };
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
  const seat = (tenant: SeededTenant): Seat => {
    const taken = takeSeat(server, tenant);
    clients.push(taken.client);
    return taken;
  };
  const { cpu } = server;
  const { rounds, requests } = options;
  const { groups, empty, one, many } = seeded;
  try {
    const subjects: Subject[] = [floorSubject(floor, clients)];
    for (const [index, tenant] of seeded.users.entries()) {
      const { client } = seat(tenant);
      const operations = await userOperations(client, tenant);
      // A scan: the other sizes have no target.
      if (index === 0) operations.push(complexFilter(tenant));
      subjects.push({ size: tenant.users.length, client, cpu, operations });
    }
    const { client } = seat(groups);
    for (const size of options.groups) {
      subjects.push({ size, client, cpu, operations: groupOperations(groups, size) });
    }
    const onRound = (round: number): void => {
      if (round === 1 || round % 10 === 0) tell(`round ${round} of ${rounds}`);
    };
    tell("warming up");
    const measured = await measureRounds(subjects, { rounds, requests, onRound });
    tell("initial sync");
    const sync = await syncTenant(seat(empty).client, cpu, options.sync);
    tell("writes of one client and of many");
    const seats = { one: seat(one), many: seat(many) };
    const throughput = await compareThroughput({ ...seats, cpu }, options.beside * 4);
    tell("a quiet tenant beside a noisy one");
    const noises = [NOISES.unlimited, NOISES.own];
    const both = { quiet: seats.one, noisy: seats.many };
    const neighbours = await measureNeighbours(both, noises, options.beside);
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
      neighbours,
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
