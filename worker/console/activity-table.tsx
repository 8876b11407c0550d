/** Entries of the activity log as a table: what each request was, what came of it, what it was forgiven. */
import type { JsonObject } from "../scim/json.ts";
import { tenantPath } from "./page.ts";
import { Badge, Table, Time } from "./parts.tsx";
import type { Tone } from "./parts.tsx";
import { Quirks, quirksOf } from "./quirk-list.tsx";
import { textAt, textOrNullAt } from "./reading.ts";

export function ActivityTable({
  caption,
  tenant,
  entries,
}: {
  caption: string;
  tenant: string;
  entries: readonly JsonObject[];
}) {
  return (
    <Table
      caption={caption}
      head={["Request", "Outcome", "Time", "Connection", "Forgiven", "Latency"]}
    >
      {entries.map((entry) => (
        <tr>
          <th scope="row" class="wraps">
            <a href={`${tenantPath(tenant)}/activity/${textAt(entry, "id")}`}>{summaryOf(entry)}</a>
            <Detail entry={entry} />
          </th>
          <td>
            <Outcome entry={entry} />
          </td>
          <td>
            <Time at={textAt(entry, "at")} seconds />
          </td>
          <td>{textAt(entry, "provider")}</td>
          <td>
            <Quirks names={quirksOf(entry)} />
          </td>
          <td>{latencyOf(entry)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Detail({ entry }: { entry: JsonObject }) {
  const detail = textOrNullAt(entry, "detail");
  return detail === null ? <></> : <p class="hint">{detail}</p>;
}

/** The request, or where it wasn't written down what it did. */
function summaryOf(entry: JsonObject): string {
  return textOrNullAt(entry, "request") ?? titleOf(entry);
}

/** What it did, in two words: "Create User". */
export function titleOf(entry: JsonObject): string {
  const type = textOrNullAt(entry, "resourceType");
  const operation = textAt(entry, "operation");
  const words = operation.charAt(0).toUpperCase() + operation.slice(1);
  return type === null ? words : `${words} ${type}`;
}

const TONES: Readonly<Record<string, Tone>> = Object.freeze({ success: "good", refused: "bad" });
const WORDS: Readonly<Record<string, string>> = Object.freeze({ success: "done" });

/** With the status of the answer, where it is written down. */
export function Outcome({ entry }: { entry: JsonObject }) {
  const outcome = textAt(entry, "outcome");
  const { status } = entry;
  const word = WORDS[outcome] ?? outcome;
  return (
    <Badge tone={TONES[outcome] ?? "plain"}>
      {typeof status === "number" && outcome === "refused" ? `${word}: ${status}` : word}
    </Badge>
  );
}

export function latencyOf({ latency }: JsonObject): string {
  return typeof latency === "number" ? `${latency} ms` : "";
}
