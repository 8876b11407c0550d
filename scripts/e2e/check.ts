/** One line per check; a failure is told and the rest goes on. */

const tally = { passed: 0, failed: 0 };

export async function check(name: string, body: () => Promise<void> | void): Promise<void> {
  try {
    await body();
    tally.passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    tally.failed += 1;
    console.log(
      `FAIL  ${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

/** Says how it went, and lets the process end accordingly. */
export function conclude(): void {
  if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
}
