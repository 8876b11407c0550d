/** When we have to go: SIGINT, SIGTERM, SIGHUP, or our parent is gone (npm passes no signal on). */
const LOOK_MS = 500;

/** A signal that aborts at the first of them. */
export function watchLifetime(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      ending.abort();
    });
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) ending.abort();
  }, LOOK_MS).unref();
  // Who read our output may be gone before us; that is no reason to fall over on the way out.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  return ending.signal;
}
