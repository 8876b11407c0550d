/** The Worker with both engines at hand; by STORE and SHARDS it uses D1, libSQL, or one beside the other. */
import { createConsole } from "./console/console.tsx";
import { createWorker } from "./environment.ts";
import { openLibsqlStore } from "./execute/store-libsql.ts";

const worker = createWorker({ openLibsqlStore, createConsole });
export const { TenantWriter } = worker;
export default worker.handlers;
