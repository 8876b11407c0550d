/** Runs before each test file: the files of a runtime share its globals, so what one spies on is given back when it ends. */
import { afterAll, vi } from "vitest";

afterAll(() => {
  vi.restoreAllMocks();
});
