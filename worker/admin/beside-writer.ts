/** Guarded batches that others write than the tenant's writer, who may write all the time. */
import type { Writer } from "../execute/write.ts";
import { othersWrite } from "./problem.ts";

const MOST_TRIES = 5;

/** The writer of the tenant; asked for only where it is in the way. */
export type OpenWriter = () => Pick<Writer, "standAside" | "goOn">;

/**
 * What `attempt` comes to, which gives undefined where the tenant was written to meanwhile; from its second time on the tenant's writer stands
 * aside.
 * @throws ProblemError 503 others write all the time
 */
export async function besideWriter<Result>(
  open: OpenWriter,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  const result = await attempt();
  if (result !== undefined) return result;
  return whileAside(open, async () => {
    for (let tries = 1; tries < MOST_TRIES; tries += 1) {
      const next = await attempt();
      if (next !== undefined) return next;
    }
    throw othersWrite();
  });
}

/** Carries something out while the tenant's writer stands aside. */
export async function whileAside<Result>(
  open: OpenWriter,
  act: () => Promise<Result>,
): Promise<Result> {
  const writer = open();
  await writer.standAside();
  try {
    return await act();
  } finally {
    await writer.goOn();
  }
}
