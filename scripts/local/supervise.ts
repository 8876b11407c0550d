/**
 * Runs a command as the leader of its process group and ends the whole group when the other end of stdin is gone,
 * which the kernel sees to even when whoever started this was killed.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const GRACE_MS = 2000;

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
const exited = new Promise<number>((resolve) => {
  child.once("error", (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    resolve(127);
  });
  child.once("exit", (code) => {
    resolve(code ?? 1);
  });
});
const released = new Promise<undefined>((resolve) => {
  process.stdin.once("close", () => {
    resolve(undefined);
  });
  process.stdin.resume();
});
// The group is told as a whole, and this is one of it: it stays until the rest is gone.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);

const code = await Promise.race([exited, released]);
if (code !== undefined) process.exit(code);
process.kill(-process.pid, "SIGTERM");
await Promise.race([exited, sleep(GRACE_MS)]);
process.kill(-process.pid, "SIGKILL");
