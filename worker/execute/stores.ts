/** Which database holds a tenant: the only place that knows. */
import { planPlace } from "../plan/place.ts";
import type { Statement } from "../plan/statement.ts";
import type { Cost, OpenStore, Row, Store } from "./store.ts";

export interface Databases {
  /** Holds the row of every tenant, and all of those that are on no shard. */
  readonly main: OpenStore;
  /** The other databases, by name. */
  readonly shards: ReadonlyMap<string, OpenStore>;
}

export interface Stores extends Databases {
  /** All of a tenant but its row in the main database. */
  readonly storeFor: (tenant: string, cost: Cost) => Store;
}

/** Places that are remembered at the most. */
const MOST_PLACES = 10_000;

interface Answer {
  readonly place: Row | undefined;
  readonly results: readonly (readonly Row[])[];
}

/**
 * Remembers where tenants are for as long as it lives. A batch for a tenant asks in the same round trip whether the tenant is
 * here. Where it isn't, the batch did nothing, since every statement looks at the same row; so what was remembered is forgotten,
 * the main database is asked, and the batch is sent once more.
 */
export function makeStores({ main, shards }: Databases): Stores {
  if (shards.size === 0) return { main, shards, storeFor: (_tenant, cost) => main(cost) };
  const places = new Map<string, string>();

  const open = (shard: string, cost: Cost): Store => {
    const opened = shards.get(shard)?.(cost);
    if (opened === undefined) throw new Error(`There is no database for the shard ${shard}`);
    return opened;
  };

  const remember = (tenant: string, shard: string): void => {
    if (places.size >= MOST_PLACES) places.clear();
    places.set(tenant, shard);
  };

  const batch = async (
    tenant: string,
    cost: Cost,
    statements: readonly Statement[],
  ): Promise<Answer["results"]> => {
    const known = places.get(tenant);
    if (known !== undefined) {
      const { place, results } = await ask(open(known, cost), tenant, statements);
      if (place?.["shard"] === null) return results;
      places.delete(tenant);
    }
    const { place, results } = await ask(main(cost), tenant, statements);
    const shard = place?.["shard"];
    if (typeof shard !== "string") return results;
    remember(tenant, shard);
    return (await ask(open(shard, cost), tenant, statements)).results;
  };

  return {
    main,
    shards,
    storeFor: (tenant, cost) => ({
      query: async (statement) => (await batch(tenant, cost, [statement]))[0] ?? [],
      batch: (statements) => batch(tenant, cost, statements),
    }),
  };
}

async function ask(
  store: Store,
  tenant: string,
  statements: readonly Statement[],
): Promise<Answer> {
  const [places, ...results] = await store.batch([planPlace(tenant), ...statements]);
  return { place: places?.[0], results };
}
