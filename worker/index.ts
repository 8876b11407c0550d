/** The Worker on D1. */
import { createConsole } from "./console/console.tsx";
import { createWorker } from "./environment.ts";

const worker = createWorker({ createConsole });
export const { TenantWriter } = worker;
export default worker.handlers;
