/** Bad input, on a database that fails: the answers are the same. */
import { OF_READS, underFaults } from "../support/under-faults.ts";

underFaults(OF_READS);
await import("../http/errors.test.ts");
