/** The Worker on D1 without the console, for who has an administration of their own. */
import { createWorker } from "./environment.ts";

const worker = createWorker({});
export const { TenantWriter } = worker;
export default worker.handlers;
