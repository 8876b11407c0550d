/** The audit log: who changed what, of a tenant and of the operators. */
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
  const query = queryOf(c, ["cursor"]);
  const list = await expectApi(c, { method: "GET", path: "/audit", query });
  const entries = listAt(list, "items");
  const { cursor } = query;
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
      <CursorPages list={list} {...(cursor !== undefined && { cursor })} />
    </>,
  );
}

function Row({ entry }: { entry: JsonObject }) {
  const [method] = textAt(entry, "operation").split(" ", 1);
  const detail = objectAt(entry, "detail");
  return (
    <tr>
      <td>
        <Time at={textAt(entry, "at")} />
      </td>
      <th scope="row">
        {textAt(entry, "actor")}{" "}
        <span class="quiet small below">{textOrNullAt(entry, "address")}</span>
      </th>
      <td class="wraps">
        <b>{VERBS[method ?? ""] ?? method}</b> <code>{textAt(entry, "target")}</code>
      </td>
      <td class="wraps">
        {Object.keys(detail).length === 0 ? (
          <span class="quiet">nothing</span>
        ) : (
          <code>{JSON.stringify(detail)}</code>
        )}
      </td>
    </tr>
  );
}

const VERBS: Readonly<Record<string, string>> = Object.freeze({
  POST: "Create",
  PUT: "Replace",
  PATCH: "Change",
  DELETE: "Delete",
});
