/** The tests of groups, on a database that fails: the answers are the same. */
import { OF_WRITES, underFaults } from "../support/under-faults.ts";

underFaults(OF_WRITES);
await import("../http/groups.test.ts");
