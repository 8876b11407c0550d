/** `npm run simulate` as the other side. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PROJECT } from "../local/settings.ts";

interface Sync {
  readonly base: string;
  readonly token: string;
  readonly users: number;
  readonly groups: number;
}

/** A first sync of Entra's. @throws where it met an error or left a difference */
export async function simulate({ base, token, users, groups }: Sync): Promise<void> {
  const args = [
    "scripts/simulate.ts",
    "--idp=entra",
    `--base=${base}`,
    `--token=${token}`,
    `--users=${users}`,
    `--groups=${groups}`,
  ];
  const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await once(child, "exit").then(([first]: unknown[]) => first);
  if (code !== 0) throw new Error(`the simulator exited ${String(code)}:\n${output}`);
}
