/** What a change was decided on: the rows of its needs, read back. */
import type { ResourceType } from "../../schema/attribute.ts";
import { readObject } from "../scim/json.ts";
import type { Member, StoredResource } from "../scim/resource.ts";
import { decodeResources, number, text } from "./decode.ts";
import { membersOf } from "./needs.ts";
import type { Need, WriteCommand } from "./needs.ts";
import type { Row } from "./statement.ts";

export interface State {
  readonly token: Row | undefined;
  /** Undefined where the tenant has no writer's row: nothing can be written. */
  readonly writer: WriterState | undefined;
  readonly current: StoredResource | undefined;
  /** Every member, or those of the ids that the change names. */
  readonly members: readonly Member[];
  /** The resources that the change names by id. */
  readonly mentioned: ReadonlyMap<string, Member>;
  readonly unique: readonly Holder[];
  readonly run: Run | undefined;
  readonly ancestors: readonly string[];
  readonly holding: readonly string[];
}

export interface WriterState {
  readonly sequence: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly lastId: string;
}

export interface Holder {
  readonly attribute: string;
  readonly value: string;
  readonly id: string;
}

/** A run of `positions`. */
export interface Run {
  readonly firstId: string;
  readonly count: number;
}

export type NeedRows = Partial<Record<Need, readonly Row[]>>;

export function readState(command: WriteCommand, type: ResourceType, rows: NeedRows): State {
  const { whole } = membersOf(command, type);
  const shown = { ...command.wanted, members: command.wanted.members || whole };
  const current = decodeResources(rows.current ?? [], shown).resources[0];
  const mentioned = (rows.mentioned ?? []).filter((row) => row["type"] !== null).map(toMember);
  const held = (rows.mentioned ?? []).filter((row) => row["held"] === 1).map(toMember);
  const [run] = rows.run ?? [];
  return {
    token: rows.token?.[0],
    writer: readWriter(rows.writer?.[0]),
    current,
    members: current?.members ?? held,
    mentioned: new Map(mentioned.map((member) => [member.id, member])),
    unique: (rows.unique ?? []).map((row) => ({
      attribute: text(row["attribute"]),
      value: text(row["value"]),
      id: text(row["resource_id"]),
    })),
    run: run && { firstId: text(run["first_id"]), count: number(run["count"]) },
    ancestors: (rows.ancestors ?? []).map((row) => text(row["id"])),
    holding: (rows.holding ?? []).map((row) => text(row["group_id"])),
  };
}

function toMember(row: Row): Member {
  const display = row["display"];
  return {
    id: text(row["id"]),
    type: text(row["type"]),
    display: display === null || display === undefined ? null : String(display),
  };
}

function readWriter(row: Row | undefined): WriterState | undefined {
  return (
    row && {
      sequence: number(row["sequence"]),
      totals: readTotals(text(row["totals"])),
      lastId: text(row["last_id"]),
    }
  );
}

function readTotals(json: string): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const [type, count] of Object.entries(readObject(json))) totals[type] = Number(count);
  return totals;
}
