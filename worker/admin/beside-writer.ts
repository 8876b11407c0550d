/** Guarded batches that others write than the tenant's writer, who may write all the time. */
import type { Writer } from "../execute/writer.ts";
import { errorText, log } from "../scim/log.ts";
import { othersWrite } from "./problem.ts";

const MOST_TRIES = 5;

export type OpenWriter = () => Pick<Writer, "standAside" | "goOn">;

export interface Beside {
  readonly tenant: string;
  /** The writer of the tenant; asked for only where it is in the way. */
  readonly openWriter: OpenWriter;
}

/**
 * What `attempt` comes to, which gives undefined where the tenant was written to meanwhile; from its second time on the tenant's writer stands
 * aside.
 * @throws ProblemError 503 others write all the time
 */
export async function besideWriter<Result>(
  beside: Beside,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  const result = await attempt();
  if (result !== undefined) return result;
  return whileAside(beside, async () => {
    for (let tries = 1; tries < MOST_TRIES; tries += 1) {
      const next = await attempt();
      if (next !== undefined) return next;
    }
    throw othersWrite();
  });
}

/** Carries something out while the tenant's writer stands aside. Where it can't be asked, the guard still keeps the two apart. */
export async function whileAside<Result>(
  { tenant, openWriter }: Beside,
  act: () => Promise<Result>,
): Promise<Result> {
  const writer = openWriter();
  await heard(tenant, writer.standAside());
  try {
    return await act();
  } finally {
    await heard(tenant, writer.goOn());
  }
}

async function heard(tenant: string, asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    log({ event: "writer.unheard", tenant, error: errorText(error) });
  }
}
