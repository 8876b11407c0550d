/** What a change did, for the activity log. */
import type { JsonObject } from "../scim/json.ts";
import type { StoredResource } from "../scim/resource.ts";
import type { Done } from "./changes.ts";
import type { Edit } from "./decide.ts";
import { diff } from "./diff.ts";
import { attributesOf } from "./rows.ts";

/** At most this many ids of members are written down; their number is, whatever it is. */
const MOST_LOGGED_MEMBERS = 100;

/** token, provider, operation, resource type, resource id, quirks (JSON), changes (JSON). */
export function describeEdit({ command, type, edit }: Done): readonly string[] {
  const { tokenId, provider, change, quirks } = command;
  const id = (edit.after ?? edit.before)?.id ?? "";
  const changes = JSON.stringify(changesOf(edit));
  return [tokenId, provider, change.kind, type.name, id, JSON.stringify(quirks), changes];
}

function changesOf({ before, after, members }: Edit): readonly object[] {
  const attributes = (resource: StoredResource | undefined): JsonObject =>
    resource === undefined ? {} : attributesOf(resource.document);
  const { added, removed } = members;
  const isMoved = added.length > 0 || removed.length > 0;
  return [
    ...diff(attributes(before), attributes(after)),
    ...(isMoved ? [{ path: ["members"], added: logged(added), removed: logged(removed) }] : []),
  ];
}

function logged(ids: readonly string[]): { count: number; ids: readonly string[] } {
  return { count: ids.length, ids: ids.slice(0, MOST_LOGGED_MEMBERS) };
}
