/** Reads all users and groups of a server, page by page, and keeps those of one company. */
import { readElements } from "./attributes.ts";
import type { Client } from "./client.ts";
import type { Difference, Found } from "./compare.ts";
import { findOwner, type Intended } from "./intended.ts";
import { checkList } from "./matching.ts";
import type { Progress } from "./phases.ts";

type Resource = Readonly<Record<string, unknown>>;

interface ReadBack {
  readonly found: Found;
  /** What is wrong with the lists themselves. */
  readonly faults: readonly Difference[];
}

const COUNT = 100;
/** Against a server that always promises more. */
const MOST_PAGES = 100_000;

/** Undefined where a page couldn't be read: half a list can't be compared. */
export async function readBack(
  client: Client,
  intended: Intended,
  progress: Progress,
): Promise<ReadBack | undefined> {
  const faults: Difference[] = [];
  const lists: Resource[][] = [];
  for (const path of ["/Users", "/Groups"]) {
    const list = await readList(client, path, { intended, progress, faults });
    if (list === undefined) return undefined;
    lists.push(list);
  }
  const [users = [], listed = []] = lists;
  const groups: Resource[] = [];
  for (const group of listed) groups.push(await readMembers(client, group));
  return { found: { users, groups }, faults };
}

async function readList(
  client: Client,
  path: string,
  options: {
    readonly intended: Intended;
    readonly progress: Progress;
    readonly faults: Difference[];
  },
): Promise<Resource[] | undefined> {
  const { intended, progress, faults } = options;
  const kept: Resource[] = [];
  const ids = new Set<unknown>();
  let startIndex = 1;
  let total = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.send({
      kind: `list ${path.slice(1).toLowerCase()}`,
      method: "GET",
      path: `${path}?startIndex=${startIndex}&count=${COUNT}`,
      expect: [200],
      check: checkList,
    });
    if (answer === undefined) return undefined;
    total = Number(answer.body["totalResults"]);
    if (page === 0) {
      progress.grow(Math.max(1, Math.ceil(total / COUNT)));
      progress.enter(`read ${path.slice(1).toLowerCase()} back`, Math.ceil(total / COUNT));
    }
    progress.advance();
    const resources = readElements(answer.body, "Resources");
    for (const resource of resources) {
      if (ids.has(resource["id"])) faults.push(listedTwice(path, resource));
      ids.add(resource["id"]);
      if (findOwner(intended, resource) !== undefined) kept.push(resource);
    }
    startIndex += resources.length;
    if (startIndex > total || resources.length === 0) return kept;
  }
  faults.push({ of: path, attribute: "pages", wanted: `${total} resources`, found: "no end" });
  return kept;
}

/** Some servers leave members out of a list; a group without any is read alone to be sure. */
async function readMembers(client: Client, group: Resource): Promise<Resource> {
  if (readElements(group, "members").length > 0) return group;
  const answer = await client.send({
    kind: "read group",
    method: "GET",
    path: `/Groups/${encodeURIComponent(String(group["id"]))}`,
    expect: [200],
  });
  return answer?.body ?? group;
}

function listedTwice(path: string, resource: Resource): Difference {
  return {
    of: path,
    attribute: `listed ${String(resource["id"])}`,
    wanted: "once",
    found: "twice",
  };
}
