/** Parallel requests, on a database that fails: the answers are the same. */
import { underFaults } from "../support/under-faults.ts";

underFaults(["before"]);
await import("../http/concurrency.test.ts");
