/** OAuth 2.0 clients of a tenant: what an IdP is registered as, that fetches its access tokens itself (RFC 6749 section 2). */
import * as v from "valibot";
import type { Row } from "../execute/store.ts";
import type { Statement } from "../plan/statement.ts";
import { planClient, planClientDelete, planClients, planNewClient } from "./client-statements.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint, Rows } from "./endpoint.ts";
import { DISPLAY_NAME } from "./input.ts";
import { ID, pageSchema, TIME } from "./output.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError } from "./problem.ts";
import { noSuchProvider } from "./providers.ts";
import { textOf } from "./row.ts";

const CLIENT = v.strictObject({
  clientId: ID,
  provider: v.string(),
  displayName: v.string(),
  created: TIME,
  createdBy: v.string(),
});

const NEW_CLIENT = v.strictObject({ provider: v.string(), displayName: DISPLAY_NAME });

export const CLIENT_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "listClients",
    method: "GET",
    path: "/oauth/clients",
    summary: "List OAuth clients, newest first",
    query: v.strictObject(PAGE_QUERY),
    success: { status: 200, body: pageSchema(CLIENT) },
    async answer({ tenant, query, read }) {
      const rows = await read([planClients(tenant)]);
      return { status: 200, body: pageOf(rows(0).map(clientOf), query) };
    },
  }),
  tenantEndpoint({
    operation: "createClient",
    method: "POST",
    path: "/oauth/clients",
    summary: "Register an OAuth client",
    body: NEW_CLIENT,
    success: { status: 201, body: CLIENT },
    async answer({ tenant, body, caller, now, newId, change }) {
      const clientId = newId();
      const [created, createdBy] = [now.toISOString(), caller.subject];
      const statement = planNewClient(tenant, { ...body, clientId, created, createdBy });
      const [row] = (await change([statement], { name: clientId }))(0);
      if (row === undefined) throw noSuchProvider(body.provider);
      return { status: 201, body: clientOf(row), name: clientId };
    },
  }),
  tenantEndpoint({
    operation: "getClient",
    method: "GET",
    path: "/oauth/clients/:client",
    summary: "Read an OAuth client",
    success: { status: 200, body: CLIENT },
    async answer({ tenant, param, read }) {
      const rows = await read([planClient(tenant, param("client"))]);
      return { status: 200, body: clientOf(found(rows(0))) };
    },
  }),
  tenantEndpoint({
    operation: "deleteClient",
    method: "DELETE",
    path: "/oauth/clients/:client",
    summary: "Delete an OAuth client; its secrets and access tokens are dead at once",
    async answer({ tenant, param, change }) {
      const { statements, gone } = planClientDelete(tenant, param("client"));
      found((await change(statements, { gone }))(statements.length - 1));
      return { status: 204 };
    },
  }),
]);

/** Statements that are carried out for a client: beside them, in one batch, whether the tenant has it. */
export function forClient(
  { tenant, clientId }: { readonly tenant: string; readonly clientId: string },
  statements: readonly Statement[],
): readonly Statement[] {
  return [planClient(tenant, clientId), ...statements];
}

/** The rows of each of these statements. @throws ProblemError 404 where the tenant has no such client */
export function rowsForClient(rows: Rows): Rows {
  found(rows(0));
  return (index) => rows(index + 1);
}

function clientOf(row: Row): v.InferOutput<typeof CLIENT> {
  return {
    clientId: textOf(row, "client_id"),
    provider: textOf(row, "provider"),
    displayName: textOf(row, "display_name"),
    created: textOf(row, "created"),
    createdBy: textOf(row, "created_by"),
  };
}

function found(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new ProblemError(404, "there is no such OAuth client");
  return row;
}
