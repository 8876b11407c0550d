/** What a batch says of itself: a row of activity and one of the outbox for each change. */
import { endWith } from "../scim/ids.ts";
import type { JsonObject } from "../scim/json.ts";
import type { StoredResource } from "../scim/resource.ts";
import type { Done } from "./changes.ts";
import type { DecideContext, Edit } from "./decide.ts";
import { diff } from "./diff.ts";
import { tables } from "./lists.ts";
import { attributesOf } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

/** One row of activity and one of the outbox for each change, in their order. */
export function writeLog(
  tenant: string,
  done: readonly Done[],
  snapshot: Snapshot,
  context: DecideContext,
): SQL[] {
  const activity = done.map((one) => [
    snapshot.takeId((after) => endWith(context.newId(after), one.command.writeId)),
    context.now,
    ...describeEdit(one),
  ]);
  const outbox = done.map(({ command, type, edit }, index) => {
    const { id, version } = edit.after ?? edit.before ?? { id: "", version: 0 };
    const event = {
      kind: command.change.kind,
      type: type.name,
      id,
      version,
      provider: command.provider,
      at: context.now,
    };
    return [snapshot.writer.sequence + 1 + index, JSON.stringify(event)] as const;
  });
  return [
    ...tables(activity).map(
      (
        table,
      ) => sql`INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes, request, latency)
        SELECT ${tenant}, column1, column2, column3, column4, column5, column6, column7, 'success', column8, column9, column11,
          CAST(round((julianday(column2) - julianday(column10)) * 86400000) AS INTEGER) FROM ${table}`,
    ),
    ...tables(outbox).map(
      (table) =>
        sql`INSERT INTO outbox (tenant_id, sequence, event) SELECT ${tenant}, column1, column2 FROM ${table}`,
    ),
  ];
}

/** At most this many ids of members are written down; their number is, whatever it is. */
const MOST_LOGGED_MEMBERS = 100;

/** token, provider, operation, resource type, resource id, quirks (JSON), changes (JSON), when the request arrived, what it asked for. */
function describeEdit({ command, type, edit }: Done): readonly string[] {
  const { claim, tokenId, provider, change, quirks, request } = command;
  const id = (edit.after ?? edit.before)?.id ?? "";
  const [fired, changes] = [JSON.stringify(quirks), JSON.stringify(changesOf(edit))];
  return [tokenId, provider, change.kind, type.name, id, fired, changes, claim.at, request];
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
