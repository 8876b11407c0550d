/** Decides a change on what was read: the outcome, and what has to be written for it. Pure, so that it can be decided again. */
import type { ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import type { Outcome, Preconditions } from "../scim/command.ts";
import { ScimError, refuse } from "../scim/fault.ts";
import type { ResourceId } from "../scim/ids.ts";
import { etagOf } from "../scim/ids.ts";
import type { JsonObject } from "../scim/json.ts";
import { jsonEqual } from "../scim/json.ts";
import { judgeToken } from "../scim/principal.ts";
import type { Member, StoredResource } from "../scim/resource.ts";
import { changeMembers, memberOperations } from "./members.ts";
import type { MemberChange } from "./members.ts";
import { uniqueOf, uniqueRefs } from "./needs.ts";
import type { WriteCommand } from "./needs.ts";
import { patchDocument } from "./patch.ts";
import { checkAttributes } from "./required.ts";
import { attributesOf, documentOf, indexRows } from "./rows.ts";
import type { State } from "./state.ts";

export interface DecideContext {
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
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
export function decide(command: WriteCommand, state: State, context: DecideContext): Decision {
  checkToken(state);
  const { change } = command;
  const current = change.kind === "create" ? undefined : existing(state, change.id, context.type);
  checkPreconditions(command.preconditions, current);
  if (change.kind === "create") return decideCreate(command, state, context);
  if (current === undefined) return refuse("invalidSyntax", "There is nothing to change.");
  if (change.kind === "delete") {
    const members = { added: [], removed: [] };
    return decision({ before: current, after: undefined, members });
  }
  const attributes = attributesOf(current.document);
  const changed =
    change.kind === "replace"
      ? change.resource.document
      : patchDocument(context.type, attributes, change.operations, command.behaviour);
  if (change.kind === "replace") checkAttributes(context.type, attributes, changed);
  const members =
    change.kind === "replace"
      ? replaceMembers(state.members, change.resource.members)
      : changeMembers(state.members, memberOperations(change.operations));
  return decideEdit({ command, state, context, current, changed, members });
}

function checkToken({ token }: State): void {
  const standing = token && {
    status: String(token["status"]),
    enabled: token["enabled"] === 1,
    scope: String(token["scope"]),
  };
  const fault = judgeToken(standing, "write");
  if (fault !== undefined) throw new ScimError(fault);
}

function existing(state: State, id: string, type: ResourceType): StoredResource {
  if (state.current !== undefined) return state.current;
  throw new ScimError({ kind: "notFound", detail: `There is no ${type.name} ${id}.` });
}

/** RFC 7644 section 3.14; weak comparison, since every version is weak. */
function checkPreconditions(
  { ifMatch, ifNoneMatch }: Preconditions,
  current: StoredResource | undefined,
): void {
  const version = current === undefined ? null : etagOf(current.version);
  const matches = (tags: readonly string[]): boolean =>
    version !== null && (tags.includes("*") || tags.map(weak).includes(weak(version)));
  const isRefused =
    (ifMatch !== undefined && !matches(ifMatch)) ||
    (ifNoneMatch !== undefined && matches(ifNoneMatch));
  if (isRefused) throw new ScimError({ kind: "preconditionFailed", version });
}

function weak(tag: string): string {
  return tag.replace(/^W\//i, "");
}

function decideCreate(command: WriteCommand, state: State, context: DecideContext): Decision {
  const { change } = command;
  if (change.kind !== "create") return refuse("invalidSyntax", "There is nothing to create.");
  const { document, members } = change.resource;
  const id = context.newId(state.writer?.lastId ?? "");
  checkUnique(command, state, { id, type: context.type, document });
  checkMembers(members, state, id);
  const after = {
    type: context.type.name,
    id,
    version: 1,
    created: context.now,
    lastModified: context.now,
    document: checkSize(documentOf(context.type, id, document)),
    ...shown(
      command,
      state,
      undefined,
      members.flatMap((one) => state.mentioned.get(one) ?? []),
    ),
  };
  return decision({ before: undefined, after, members: { added: members, removed: [] } });
}

interface EditParts {
  readonly command: WriteCommand;
  readonly state: State;
  readonly context: DecideContext;
  readonly current: StoredResource;
  readonly changed: JsonObject;
  readonly members: MemberChange;
}

function decideEdit({ command, state, context, current, changed, members }: EditParts): Decision {
  const { type } = context;
  checkUnique(command, state, { id: current.id, type, document: changed });
  checkMembers(members.added, state, current.id);
  const isSame = jsonEqual(attributesOf(current.document), changed);
  if (isSame && members.added.length === 0 && members.removed.length === 0) {
    return { outcome: { ok: true, resource: current, changed: false }, edit: undefined };
  }
  const removed = new Set(members.removed);
  const left = (current.members ?? []).filter(({ id }) => !removed.has(id));
  const added = members.added.flatMap((id) => state.mentioned.get(id) ?? []);
  const after = {
    ...current,
    version: current.version + 1,
    lastModified: context.now,
    document: checkSize(documentOf(type, current.id, changed)),
    ...shown(command, state, current, [...left, ...added]),
  };
  return decision({ before: current, after, members });
}

function decision(edit: Edit): Decision {
  return { outcome: { ok: true, resource: edit.after, changed: true }, edit };
}

/** What the answer shows beside the document. */
function shown(
  { wanted }: WriteCommand,
  state: State,
  current: StoredResource | undefined,
  members: readonly Member[],
): Partial<StoredResource> {
  const names: Record<string, string> = { ...current?.names };
  for (const { id, display } of state.mentioned.values()) if (display !== null) names[id] = display;
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
  command: WriteCommand,
  state: State,
  { id, type, document }: { id: string; type: ResourceType; document: JsonObject },
): void {
  if (uniqueOf(command, type).length === 0) return;
  const unique = new Set(uniqueRefs(type, command.behaviour.unique).map(({ path }) => path));
  for (const row of indexRows(type, id, document)) {
    const isTaken = state.unique.some(
      (holder) =>
        holder.attribute === row.attribute && holder.value === row.value && holder.id !== id,
    );
    if (unique.has(row.attribute) && isTaken) {
      refuse("uniqueness", `Another ${type.name} has this ${row.attribute} already.`);
    }
  }
}

/** Members are resources of the tenant, and no group holds itself through others. */
function checkMembers(added: readonly string[], state: State, id: string): void {
  for (const member of added) {
    if (member === id || state.ancestors.includes(member)) {
      refuse("invalidValue", `members: ${member} holds this group, so it can't be its member.`);
    }
    if (!state.mentioned.has(member)) {
      refuse("invalidValue", `members: there is no resource ${member} in this tenant.`);
    }
  }
}

function checkSize(document: JsonObject): JsonObject {
  const size = JSON.stringify(document).length;
  if (size <= PROVIDER.maxPayloadSize) return document;
  const detail = `The resource would be larger than ${PROVIDER.maxPayloadSize} characters.`;
  throw new ScimError({ kind: "payloadTooLarge", detail });
}
