/** Reads a tenant and compares: its versions with the ledger after each kill, all of it with what was meant at the end. */
import { readElements } from "../simulate/attributes.ts";
import type { Client } from "../simulate/client.ts";
import { compare, type Difference } from "../simulate/compare.ts";
import type { Intended } from "../simulate/intended.ts";
import type { Progress } from "../simulate/phases.ts";
import { readBack } from "../simulate/read-back.ts";
import { isObject } from "../local/state.ts";
import { judgeVersions, versionOf } from "./ledger.ts";
import type { SoakTenant } from "./tenant.ts";

const COUNT = 200;

/** While nobody writes to it. */
export async function lookAt(tenant: SoakTenant): Promise<void> {
  const found = await readVersions(tenant.observer);
  const { looks, lost, ledger } = tenant;
  if (found === undefined) {
    lost.push("the tenant can't be read");
    return;
  }
  looks.count += 1;
  looks.resources += ledger.entries.size;
  lost.push(...judgeVersions(ledger, found));
}

/** Everything against what all companies came to; undefined where it can't be read. */
export async function compareWhole(
  tenant: SoakTenant,
  progress: Progress,
): Promise<readonly Difference[] | undefined> {
  const intended = mergeIntended(tenant.intended);
  const read = await readBack(tenant.observer, intended, progress);
  const versions = await readVersions(tenant.observer);
  if (read === undefined || versions === undefined) return undefined;
  const owned = read.found.users.length + read.found.groups.length;
  const strangers: readonly Difference[] =
    versions.size === owned
      ? []
      : [
          {
            of: tenant.id,
            attribute: "resources of any company",
            wanted: String(owned),
            found: String(versions.size),
          },
        ];
  return [...read.faults, ...compare(intended, read.found), ...strangers];
}

/** Whatever has an externalId is taken for one of these companies', so that a stranger is found. */
export function mergeIntended(companies: readonly Intended[]): Intended {
  return {
    prefix: "",
    names: new Map(companies.flatMap(({ names }) => [...names])),
    users: companies.flatMap(({ users }) => users),
    groups: companies.flatMap(({ groups }) => groups),
    deleted: companies.flatMap(({ deleted }) => deleted),
  };
}

/** Path of each resource to its version; a list that ends before its total is taken as it is, as what is missing is missed by the ledger. */
async function readVersions(client: Client): Promise<ReadonlyMap<string, number> | undefined> {
  const versions = new Map<string, number>();
  for (const endpoint of ["/Users", "/Groups"]) {
    for (let startIndex = 1, total = 1; startIndex <= total;) {
      const answer = await client.send({
        kind: "read versions",
        method: "GET",
        path: `${endpoint}?attributes=meta.version&startIndex=${startIndex}&count=${COUNT}`,
        expect: [200],
      });
      if (answer === undefined) return undefined;
      const resources = readElements(answer.body, "Resources");
      for (const { id, meta } of resources) {
        versions.set(`${endpoint}/${String(id)}`, versionOf(isObject(meta) ? meta["version"] : ""));
      }
      startIndex += Math.max(1, resources.length);
      total = Number(answer.body["totalResults"]);
    }
  }
  return versions;
}
