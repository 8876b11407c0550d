/** The audit log: who changed what, of a tenant and of the operators. */
import { templateOf } from "../../admin/audit-entry.ts";
import { ENDPOINTS } from "../../admin/endpoints.ts";
import type { JsonObject } from "../../scim/json.ts";
import { expectApi, queryOf } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { view } from "../layout.tsx";
import type { Page } from "../page.ts";
import { CursorPages } from "../paging.tsx";
import { Table, Time } from "../parts.tsx";
import { listAt, objectAt, textAt, textOrNullAt } from "../reading.ts";

export const AUDIT_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/audit", access: "operator", answer: showOperators },
  { method: "GET", path: "/t/:tenant/audit", access: "tenant", answer: showTenants },
]);

function showOperators(c: ConsoleContext): Promise<Response> {
  return showAudit(c, "Audit log of the operators", "Tenants made, changed and deleted.");
}

function showTenants(c: ConsoleContext): Promise<Response> {
  return showAudit(
    c,
    "Audit log",
    "What administrators changed, here and by the management API. What an IdP did is in the activity.",
  );
}

async function showAudit(c: ConsoleContext, title: string, summary: string): Promise<Response> {
  const query = { count: "25", ...queryOf(c, ["cursor"]) };
  const list = await expectApi(c, { method: "GET", path: "/audit", query });
  const entries = listAt(list, "items");
  const cursor = c.req.query("cursor");
  return view(
    c,
    title,
    <>
      <p>{summary}</p>
      {entries.length === 0 ? (
        <div class="card">
          <p>Nothing yet.</p>
        </div>
      ) : (
        <Table caption={title} head={["When", "Who", "What", "With"]}>
          {entries.map((entry) => (
            <Row entry={entry} />
          ))}
        </Table>
      )}
      <CursorPages label="the audit log" list={list} cursor={cursor} />
    </>,
  );
}

function Row({ entry }: { entry: JsonObject }) {
  const operation = textAt(entry, "operation");
  const detail = Object.entries(objectAt(entry, "detail"));
  return (
    <tr>
      <td>
        <Time at={textAt(entry, "at")} />
      </td>
      <td>
        {textAt(entry, "actor")}{" "}
        <span class="quiet small below">{textOrNullAt(entry, "address")}</span>
      </td>
      <th scope="row" class="wraps">
        {SUMMARIES.get(operation) ?? operation}{" "}
        <span class="quiet small below mono">{textAt(entry, "target")}</span>
      </th>
      <td class="wraps">
        {detail.map(([name, value]) => (
          <span class="below small">
            <span class="quiet">{name}:</span>{" "}
            {typeof value === "string" ? value : JSON.stringify(value)}
          </span>
        ))}
      </td>
    </tr>
  );
}

/** What the OpenAPI document says of each operation, up to the semicolon behind which it says more. */
const SUMMARIES: ReadonlyMap<string, string> = new Map(
  ENDPOINTS.map(({ method, path, summary }) => [
    `${method} ${templateOf(path)}`,
    summary.split(";", 1).join(""),
  ]),
);
