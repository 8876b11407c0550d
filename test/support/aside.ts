/** A writer that is never in the way. */
import type { OpenWriter } from "../../worker/admin/beside-writer.ts";

export const ASIDE: ReturnType<OpenWriter> = Object.freeze({
  standAside: () => Promise.resolve(),
  goOn: () => Promise.resolve(),
});

export const openWriter: OpenWriter = () => ASIDE;
