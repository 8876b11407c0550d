/** The Worker's variables in the local emulation, as a dotenv file: an argument would show the secret to `ps`. */
import { ensureSecret, publicJwks } from "./keys.ts";
import type { SigningKey } from "./keys.ts";
import { ADMIN_AUDIENCE, ADMIN_ISSUER, Refusal } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { writePrivate } from "./state.ts";
import type { StateFiles } from "./state.ts";

/** Numbers that the Worker takes from whoever starts it; `RATE_LIMIT_OPERATIONS=0` is for benchmarks. */
const NUMBERS = ["RATE_LIMIT_OPERATIONS", "STORE_READ_DEADLINE", "STORE_WRITE_DEADLINE"];

/** Writes the file that both engines read. */
export async function writeVariables(
  settings: Settings,
  files: StateFiles,
  key: SigningKey,
): Promise<void> {
  const variables = {
    ADMIN_ISSUER,
    ADMIN_AUDIENCE,
    ADMIN_JWKS: publicJwks(key),
    ROLLCALL_SECRET: await ensureSecret(files),
    ...(settings.costHeader && { COST_HEADER: "1" }),
    ...readNumbers(process.env),
  };
  // JSON and base64 hold no single quote, and nothing is expanded between single quotes.
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
  await writePrivate(files.variables, lines.join(""));
}

function readNumbers(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const numbers: Record<string, string> = {};
  for (const name of NUMBERS) {
    const text = env[name] ?? "";
    if (text === "") continue;
    if (!/^\d+$/.test(text)) throw new Refusal(`${name} is "${text}"; it must be a number.`, 2);
    numbers[name] = text;
  }
  return numbers;
}
