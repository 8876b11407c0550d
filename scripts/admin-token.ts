/** `npm run --silent admin:token -- --claims '{...}'`: an access token signed by the development key of the state. */
import { parseArgs } from "node:util";
import { defaultClaims, mergeClaims, parseClaims, signAccessToken } from "./local/access-token.ts";
import { readSigningKey } from "./local/keys.ts";
import { Refusal, readStatePath } from "./local/settings.ts";
import { stateFiles } from "./local/state.ts";

try {
  const claims = parseClaims(readArguments());
  const state = readStatePath(process.env);
  const key = await readSigningKey(stateFiles(state));
  if (key === undefined) throw new Refusal(`${state} has no key yet; npm start makes it.`);
  const token = await signAccessToken(key, mergeClaims(defaultClaims(Date.now()), claims));
  process.stdout.write(`${token}\n`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

function readArguments(): string | undefined {
  try {
    return parseArgs({ options: { claims: { type: "string" } } }).values.claims;
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), 2);
  }
}
