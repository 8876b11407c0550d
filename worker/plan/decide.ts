/** Decides a change on a snapshot: the outcome, and the edit that it comes to. Pure, so that it can be decided again. */
import { BEHAVIOURS } from "../../schema/profiles.ts";
import { PROVIDER } from "../../schema/provider.ts";
import type { Outcome, Preconditions } from "../scim/command.ts";
import { COME_AGAIN, ScimError, refuse } from "../scim/fault.ts";
import type { ResourceId } from "../scim/ids.ts";
import { etagOf, matchesTag } from "../scim/ids.ts";
import type { JsonObject } from "../scim/json.ts";
import { jsonEqual } from "../scim/json.ts";
import { judgeToken, standingOf, keyOf } from "../scim/principal.ts";
import type { Member, StoredResource } from "../scim/resource.ts";
import { changeMembers, memberOperations } from "./members.ts";
import type { MemberChange } from "./members.ts";
import { targetTypesOf } from "./locate.ts";
import { isWhole, uniqueOf, uniqueRefs } from "./needs.ts";
import type { Typed } from "./needs.ts";
import { patchDocument } from "./patch.ts";
import { namedReferences } from "./reads.ts";
import { checkAttributes } from "./required.ts";
import { attributesOf, documentOf, indexRows } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";

export interface DecideContext {
  /** ISO 8601 in UTC. */
  readonly now: string;
  /** An id that is greater than the given one. */
  readonly newId: (after: string) => ResourceId;
}

/** A resource before and after a change, either of them undefined where it isn't there. */
export interface Edit {
  readonly before: StoredResource | undefined;
  readonly after: StoredResource | undefined;
  readonly members: MemberChange;
}

export interface Decision {
  readonly outcome: Extract<Outcome, { ok: true }>;
  /** Undefined where nothing changes. */
  readonly edit: Edit | undefined;
}

/** @throws every fault of a write: unauthenticated, forbidden, notFound, preconditionFailed, uniqueness, invalidValue ... */
export function decide(typed: Typed, snapshot: Snapshot, context: DecideContext): Decision {
  const { command, type } = typed;
  const { change } = command;
  checkToken(typed, snapshot);
  const current = change.kind === "create" ? undefined : existing(typed, snapshot, change.id);
  checkPreconditions(command.preconditions, current);
  if (change.kind === "create") return decideCreate(typed, snapshot, context);
  if (current === undefined) return refuse("invalidSyntax", "There is nothing to change.");
  if (change.kind === "delete") {
    return decision({ before: current, after: undefined, members: { added: [], removed: [] } });
  }
  const attributes = attributesOf(current.document);
  const present = snapshot.membersOf(current.id);
  if (change.kind === "patch") {
    const changed = patchDocument(type, attributes, change.operations, BEHAVIOURS[command.profile]);
    const members = changeMembers(present, memberOperations(change.operations));
    return decideEdit(typed, snapshot, { now: context.now, current, changed, members });
  }
  const { document: changed, members: ids } = change.resource;
  checkAttributes(type, attributes, changed);
  const members = replaceMembers(present, ids);
  return decideEdit(typed, snapshot, { now: context.now, current, changed, members });
}

function checkToken({ command }: Typed, { tokens }: Snapshot): void {
  if (tokens === undefined) return;
  const row = tokens.get(keyOf(command.claim.credential));
  const fault = judgeToken(row && standingOf(row), "write");
  if (fault !== undefined) throw new ScimError(fault);
  // It was read by the rules of another profile: whoever read it reads it anew.
  if (row?.["profile"] !== command.profile) throw new ScimError(COME_AGAIN);
}

/** The resource with what the answer shows of it. */
function existing({ command, type }: Typed, snapshot: Snapshot, id: string): StoredResource {
  const resource = snapshot.resources.get(id);
  if (resource === undefined || resource.type !== type.name) {
    throw new ScimError({ kind: "notFound", detail: `There is no ${type.name} ${id}.` });
  }
  const { members: _members, ...rest } = resource;
  return command.wanted.members ? { ...rest, members: snapshot.membersOf(id) } : rest;
}

/** RFC 7644 section 3.14; weak comparison, since every version is weak. */
function checkPreconditions(
  { ifMatch, ifNoneMatch }: Preconditions,
  current: StoredResource | undefined,
): void {
  const version = current === undefined ? null : etagOf(current.version);
  const matches = (tags: readonly string[]): boolean =>
    version !== null && matchesTag(tags, version);
  const isRefused =
    (ifMatch !== undefined && !matches(ifMatch)) ||
    (ifNoneMatch !== undefined && matches(ifNoneMatch));
  if (isRefused) throw new ScimError({ kind: "preconditionFailed", version });
}

function decideCreate(typed: Typed, snapshot: Snapshot, context: DecideContext): Decision {
  const { command, type } = typed;
  const { change } = command;
  if (change.kind !== "create") return refuse("invalidSyntax", "There is nothing to create.");
  const { document, members } = change.resource;
  const id = change.id ?? snapshot.takeId(context.newId);
  checkUnique(typed, snapshot, id, document);
  checkMembers(members, snapshot, id);
  const after = {
    type: type.name,
    id,
    version: 1,
    created: context.now,
    lastModified: context.now,
    document: checkSize(documentOf(type, id, document)),
    ...shown(typed, snapshot, undefined, known(members, snapshot)),
  };
  return decision({ before: undefined, after, members: { added: members, removed: [] } });
}

interface Changed {
  readonly now: string;
  readonly current: StoredResource;
  readonly changed: JsonObject;
  readonly members: MemberChange;
}

function decideEdit(typed: Typed, snapshot: Snapshot, change: Changed): Decision {
  const { type } = typed;
  const { now, current, changed, members } = change;
  checkUnique(typed, snapshot, current.id, changed);
  checkMembers(members.added, snapshot, current.id);
  const isSame = jsonEqual(attributesOf(current.document), changed);
  if (isSame && members.added.length === 0 && members.removed.length === 0) {
    return { outcome: { ok: true, resource: current, changed: false }, edit: undefined };
  }
  const removed = new Set(members.removed);
  const left = isWhole(typed)
    ? snapshot.membersOf(current.id).filter(({ id }) => !removed.has(id))
    : [];
  const after = {
    ...current,
    version: current.version + 1,
    lastModified: now,
    document: checkSize(documentOf(type, current.id, changed)),
    ...shown(typed, snapshot, current, [...left, ...known(members.added, snapshot)]),
  };
  return decision({ before: current, after, members });
}

function decision(edit: Edit): Decision {
  return { outcome: { ok: true, resource: edit.after, changed: true }, edit };
}

function known(ids: readonly string[], snapshot: Snapshot): Member[] {
  return ids.flatMap((id) => snapshot.known.get(id) ?? []);
}

/** What the answer shows beside the document. */
function shown(
  { command: { wanted }, type }: Typed,
  snapshot: Snapshot,
  current: StoredResource | undefined,
  members: readonly Member[],
): Partial<StoredResource> {
  const names: Record<string, string> = { ...current?.names };
  if (wanted.names) {
    const targets = new Set(namedReferences(type).flatMap(targetTypesOf));
    for (const target of snapshot.known.values()) {
      if (target.display !== null && targets.has(target.type)) names[target.id] = target.display;
    }
  }
  return {
    ...(wanted.members && { members }),
    ...(wanted.memberships && { memberships: current?.memberships ?? [] }),
    ...(wanted.names && { names }),
  };
}

function replaceMembers(present: readonly Member[], ids: readonly string[]): MemberChange {
  const [before, after] = [new Set(present.map(({ id }) => id)), new Set(ids)];
  return {
    added: ids.filter((id) => !before.has(id)),
    removed: [...before].filter((id) => !after.has(id)),
  };
}

function checkUnique(
  { command, type }: Typed,
  snapshot: Snapshot,
  id: string,
  document: JsonObject,
): void {
  if (uniqueOf(command, type).length === 0) return;
  const unique = new Set(
    uniqueRefs(type, BEHAVIOURS[command.profile].unique).map(({ path }) => path),
  );
  for (const row of indexRows(type, id, document)) {
    if (!unique.has(row.attribute)) continue;
    const others = [...snapshot.holdersOf(type.name, row.attribute, row.value)].filter(
      (one) => one !== id,
    );
    if (others.length > 0) {
      snapshot.isTaken = true;
      refuse("uniqueness", `Another ${type.name} has this ${row.attribute} already.`);
    }
  }
}

/** Members are resources of the tenant, and no group holds itself through others. */
function checkMembers(added: readonly string[], snapshot: Snapshot, id: string): void {
  for (const member of added) {
    if (member === id || snapshot.ancestors.get(id)?.has(member) === true) {
      refuse("invalidValue", `members: ${member} holds this group, so it can't be its member.`);
    }
    if (!snapshot.known.has(member)) {
      refuse("invalidValue", `members: there is no resource ${member} in this tenant.`);
    }
  }
}

/** A row holds the document and its folded twin, and the engine's rows end at 2 MB. */
function checkSize(document: JsonObject): JsonObject {
  const size = new TextEncoder().encode(JSON.stringify(document)).length;
  if (size <= PROVIDER.maxDocumentSize) return document;
  const detail = `The resource would be larger than ${PROVIDER.maxDocumentSize} bytes.`;
  throw new ScimError({ kind: "payloadTooLarge", detail });
}
