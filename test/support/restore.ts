/** Runs before each test file: the files of a runtime share its globals and modules, so what one put in their place is gone when it ends. */
import { afterAll, vi } from "vitest";
import { closeDoor } from "./door.ts";

afterAll(() => {
  vi.restoreAllMocks();
  closeDoor();
});
