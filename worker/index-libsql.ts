/** The Worker with both engines at hand; by STORE and SHARDS it uses D1, libSQL, or one beside the other. */
import { openLibsqlStore } from "./execute/store-libsql.ts";
import { createWorker } from "./index.ts";

const worker = createWorker(openLibsqlStore);
export const { TenantWriter } = worker;
export default worker.handlers;
