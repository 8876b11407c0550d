/**
 * The company that is provisioned: everybody and every group, before and after the changes that a run plays. It depends on
 * the IdP's name, the seed and the two sizes only, so that a repeated run means the same company.
 */
import type { Attributes } from "./attributes.ts";
import { sampleBelow, startRandom } from "./random.ts";
import { makeAttributes, type Change } from "./person.ts";
import { GROUP_NAMES } from "./words.ts";

export interface DirectorySize {
  readonly idp: string;
  readonly seed: string;
  readonly users: number;
  readonly groups: number;
}

export interface DirectoryUser {
  readonly index: number;
  readonly externalId: string;
  readonly before: Attributes;
  readonly after: Attributes;
  /** "restored": disabled for a while, active at the end. */
  readonly course: "steady" | "disabled" | "restored" | "deleted";
  /** Index of the manager; never somebody who is deleted, since what a reference to nobody means is the server's choice. */
  readonly managerBefore: number | undefined;
  readonly managerAfter: number | undefined;
}

export interface DirectoryGroup {
  readonly index: number;
  readonly externalId: string;
  readonly nameBefore: string;
  readonly nameAfter: string;
  readonly deleted: boolean;
  /** Indexes of all users who ever join, and of those among them who leave again. */
  readonly joined: readonly number[];
  readonly left: readonly number[];
}

export interface Directory {
  /** How each externalId of this company begins, and of no other company's. */
  readonly prefix: string;
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly DirectoryGroup[];
}

/** Every course comes once in this many users, so that a company of 20 shows them all. */
const CYCLE = 20;
const TEAM = 8;

export function makeDirectory(size: DirectorySize): Directory {
  const key = `${size.idp}-${size.seed}-${size.users}x${size.groups}`;
  const users = Array.from({ length: size.users }, (_, index) => makeUser(key, index));
  const groups = Array.from({ length: size.groups }, (_, index) =>
    makeGroup(key, index, size.users),
  );
  return { prefix: `${key}-`, users, groups };
}

function makeUser(key: string, index: number): DirectoryUser {
  const place = index % CYCLE;
  const externalId = `${key}-u${index}`;
  return {
    index,
    externalId,
    before: makeAttributes(key, index, { externalId, change: "none" }),
    after: makeAttributes(key, index, { externalId, change: changeAt(place) }),
    course: courseAt(place),
    managerBefore: findManager(index),
    managerAfter: managerAfter(index, place),
  };
}

function courseAt(place: number): DirectoryUser["course"] {
  if (place === 3) return "deleted";
  if (place === 7 || place === 15) return "disabled";
  return place === 11 ? "restored" : "steady";
}

function changeAt(place: number): Change {
  if (place === 5) return "married";
  if (place === 9 || place === 15) return "moved";
  return place % 4 === 1 ? "promoted" : "none";
}

/** The head of the team, or the next one above who stays. */
function findManager(index: number): number | undefined {
  if (index === 0) return undefined;
  const head = Math.floor((index - 1) / TEAM);
  return courseAt(head % CYCLE) === "deleted" ? findManager(head) : head;
}

function managerAfter(index: number, place: number): number | undefined {
  const manager = findManager(index);
  if (place === 2 || manager === undefined) return undefined;
  return place === 14 ? (findManager(manager) ?? manager) : manager;
}

function makeGroup(key: string, index: number, users: number): DirectoryGroup {
  const random = startRandom(key, "group", index);
  // The first group holds everybody, later ones fewer and fewer, and every tenth nobody.
  const size = index % 10 === 9 ? 0 : Math.ceil(users / (index + 1));
  const joined = sampleBelow(random, users, size);
  const name = `${random.pick(GROUP_NAMES)} ${index} ${key}`;
  return {
    index,
    externalId: `${key}-g${index}`,
    nameBefore: name,
    nameAfter: index % 4 === 1 ? `${name} (renamed)` : name,
    deleted: index % 8 === 6,
    joined,
    left: joined.filter((member) => (member + index) % 7 === 2),
  };
}
