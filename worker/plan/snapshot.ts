/** What a batch of changes was decided on, and what became of it: the rows of their needs, with each decided edit applied. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { ResourceId } from "../scim/ids.ts";
import { isList, readJson, readObject } from "../scim/json.ts";
import type { Member, StoredResource } from "../scim/resource.ts";
import { decodeResources, number, text, totalsIn } from "./decode.ts";
import type { Edit } from "./decide.ts";
import type { KnownState, WriterState } from "./known-state.ts";
import { attributesOf, displayNameOf, indexRows } from "./rows.ts";
import { rowsAttribute } from "./members.ts";
import type { NeedRows } from "./needs.ts";
import { Runs } from "./runs.ts";
import type { Row } from "./statement.ts";

/** A tenant without a writer's row has no sequence that could be right: the guard refuses. */
const NO_WRITER: WriterState = Object.freeze({ sequence: -1, totals: {}, lastId: "" });

export class Snapshot {
  /** By `keyOf` their credentials; undefined: not read, since nothing says that one of them fell. */
  readonly tokens: ReadonlyMap<string, Row> | undefined;
  readonly writer: WriterState;
  readonly totals: Record<string, number>;
  lastId: string;
  readonly resources = new Map<string, StoredResource>();
  /** The resources that an edit touched, as they were before the first. */
  readonly initial = new Map<string, StoredResource | undefined>();
  /** Resources by the ids that changes name, and as members. */
  readonly known = new Map<string, Member>();
  /** Members that are known to be there, by the resource that holds them: all of them, or those that changes name. */
  readonly members = new Map<string, Map<string, Member>>();
  /** Memberships that an edit touched: whether they were there before the first. */
  readonly touched = new Map<string, Map<string, boolean>>();
  readonly ancestors = new Map<string, Set<string>>();
  readonly holding = new Map<string, Set<string>>();
  /** Groups that have a new version though their resource wasn't read. */
  readonly bumped = new Set<string>();
  readonly runs: Runs;
  /** Whether a group joined or left another: what was read of ancestors is no longer true. */
  isNested = false;
  /** Whether a group changed: what was read of memberships may be old. */
  hasGroupEdits = false;
  readonly #unique = new Map<string, Set<string>>();
  /** Whether a name that was to be unique was taken. */
  isTaken = false;
  readonly #wereNamesFree: boolean;

  /** `known`: in the place of the rows, or beside them where the sequence says that it still holds. */
  constructor(rows: NeedRows, known?: KnownState) {
    this.tokens = rows.tokens && new Map(rows.tokens.map((row) => [text(row["credential"]), row]));
    this.writer = rows.writer ? readWriter(rows.writer[0]) : (known?.writer ?? NO_WRITER);
    const still = known?.writer.sequence === this.writer.sequence ? known : undefined;
    this.#wereNamesFree = rows.unique !== undefined || still?.areNamesFree === true;
    this.totals = { ...this.writer.totals };
    this.lastId = this.writer.lastId;
    this.#readCurrent(rows.current ?? []);
    for (const row of rows.mentioned ?? []) this.#readMentioned(row);
    for (const row of rows.unique ?? []) {
      const key = uniqueKey(text(row["type"]), text(row["attribute"]), text(row["value"]));
      setOf(this.#unique, key).add(text(row["resource_id"]));
    }
    this.runs = new Runs([...(still?.runs ?? []), ...(rows.runs ?? [])]);
    for (const row of rows.ancestors ?? [])
      setOf(this.ancestors, text(row["root"])).add(text(row["id"]));
    for (const row of rows.held ?? []) this.#readMember(row);
    for (const row of rows.holding ?? []) {
      setOf(this.holding, text(row["member_id"])).add(text(row["group_id"]));
      this.#readMember(row);
    }
  }

  #readCurrent(rows: readonly Row[]): void {
    const all = { members: true, memberships: true, names: true };
    for (const resource of decodeResources(rows, all).resources) {
      this.resources.set(resource.id, resource);
      for (const member of resource.members ?? [])
        mapOf(this.members, resource.id).set(member.id, member);
    }
  }

  #readMentioned(row: Row): void {
    const id = text(row["id"]);
    const target = typeof row["target"] === "string" ? readJson(row["target"]) : null;
    const [type, display] = isList(target) ? target : [];
    const isThere = typeof type === "string";
    const name = typeof display === "string" ? display : null;
    if (isThere) this.known.set(id, { id, type, display: name });
    if (row["held"] !== 1) return;
    mapOf(this.members, text(row["holder"])).set(id, {
      id,
      type: isThere ? type : "",
      display: name,
    });
  }

  #readMember(row: Row): void {
    const id = text(row["member_id"]);
    const known = mapOf(this.members, text(row["group_id"]));
    if (!known.has(id)) known.set(id, { id, type: text(row["member_type"]), display: null });
  }

  /** The resources of a type that hold this value of an attribute. */
  holdersOf(type: string, attribute: string, value: string): ReadonlySet<string> {
    return this.#unique.get(uniqueKey(type, attribute, value)) ?? new Set();
  }

  membersOf(id: string): readonly Member[] {
    const members = [...(this.members.get(id)?.values() ?? [])];
    return members.map((member) => this.known.get(member.id) ?? member);
  }

  /** The state that a batch of so many edits leaves, once it is written; undefined where nothing is known of it. */
  stateAfter(edits: number): KnownState | undefined {
    const { sequence } = this.writer;
    if (sequence < 0) return undefined;
    return {
      writer: { sequence: sequence + edits, totals: this.totals, lastId: this.lastId },
      runs: this.runs.lastRows(),
      areNamesFree: this.#wereNamesFree && !this.isTaken,
    };
  }

  /** Takes an id that is greater than all that were given out. */
  takeId(newId: (after: string) => ResourceId): ResourceId {
    const id = newId(this.lastId);
    this.lastId = id;
    return id;
  }

  /** What is decided next sees this edit. */
  apply(edit: Edit, type: ResourceType, now: string): void {
    const id = (edit.after ?? edit.before)?.id ?? "";
    if (!this.initial.has(id)) this.initial.set(id, edit.before);
    if (rowsAttribute(type) !== undefined) {
      this.hasGroupEdits = true;
      if (edit.after === undefined) this.isNested = true;
    }
    if (edit.after === undefined) this.#remove(id, type, now);
    else this.#put(edit.after, type);
    this.#applyIndex(edit, type, id);
    if (edit.before === undefined) this.#count(type, id, 1);
    for (const member of edit.members.removed) {
      if (this.members.get(id)?.get(member)?.type === type.name) this.isNested = true;
      this.#leave(id, member);
    }
    for (const member of edit.members.added) this.#join(id, member, type);
  }

  #put(resource: StoredResource, type: ResourceType): void {
    const { id } = resource;
    this.resources.set(id, resource);
    this.known.set(id, { id, type: type.name, display: displayNameOf(type, resource.document) });
  }

  #remove(id: string, type: ResourceType, now: string): void {
    this.resources.delete(id);
    this.known.delete(id);
    this.#count(type, id, -1);
    for (const group of this.holding.get(id) ?? []) {
      this.#leave(group, id);
      const holder = this.resources.get(group);
      if (holder === undefined) this.bumped.add(group);
      else this.#bump(holder, now);
    }
  }

  #bump(holder: StoredResource, now: string): void {
    if (!this.initial.has(holder.id)) this.initial.set(holder.id, holder);
    this.resources.set(holder.id, { ...holder, version: holder.version + 1, lastModified: now });
  }

  #applyIndex({ before, after }: Edit, type: ResourceType, id: string): void {
    const keysOf = (resource: StoredResource | undefined): string[] =>
      resource === undefined
        ? []
        : indexRows(type, id, attributesOf(resource.document)).map(({ attribute, value }) =>
            uniqueKey(type.name, attribute, value),
          );
    for (const key of keysOf(before)) this.#unique.get(key)?.delete(id);
    for (const key of keysOf(after)) setOf(this.#unique, key).add(id);
  }

  #join(group: string, id: string, type: ResourceType): void {
    const member = this.known.get(id) ?? { id, type: "", display: null };
    this.#touch(group, id);
    mapOf(this.members, group).set(id, member);
    setOf(this.holding, id).add(group);
    if (member.type === type.name) this.isNested = true;
  }

  #leave(group: string, id: string): void {
    this.#touch(group, id);
    this.members.get(group)?.delete(id);
    this.holding.get(id)?.delete(group);
  }

  #touch(group: string, id: string): void {
    const touched = mapOf(this.touched, group);
    if (!touched.has(id)) touched.set(id, this.members.get(group)?.has(id) ?? false);
  }

  #count(type: ResourceType, id: string, step: 1 | -1): void {
    this.totals[type.name] = (this.totals[type.name] ?? 0) + step;
    if (step === 1) this.runs.add(type.name, id);
    else this.runs.remove(id);
  }
}

function readWriter(row: Row | undefined): WriterState {
  if (row === undefined) return NO_WRITER;
  const totals = totalsIn(readObject(text(row["totals"])));
  return { sequence: number(row["sequence"]), totals, lastId: text(row["last_id"]) };
}

function uniqueKey(type: string, attribute: string, value: string): string {
  return JSON.stringify([type, attribute, value]);
}

function setOf<Key, Value>(sets: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const made = new Set<Value>();
  sets.set(key, made);
  return made;
}

function mapOf<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<Inner, Value>();
  maps.set(key, made);
  return made;
}
