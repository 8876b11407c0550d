/** The random histories, on a database that fails: the answers are the same. */
import { OF_WRITES, underFaults } from "../support/under-faults.ts";

underFaults(OF_WRITES, false);
await import("../http/consistency.test.ts");
