/** `npm run test:e2e`: what a newcomer does with `npm start`, and what people do in the console, in a real browser. */
import { conclude } from "./e2e/check.ts";
import { checkConsole } from "./e2e/console.ts";
import { checkSignIn } from "./e2e/sign-in.ts";
import { checkStartUp } from "./e2e/start-up.ts";

const PARTS = { start: checkStartUp, console: checkConsole, "sign-in": checkSignIn };

/** Without arguments all parts, in their order. */
const asked = process.argv.slice(2);
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length === 0 || asked.includes(name)) await part();
}
conclude();
