/** Ports of the loopback interface. */
import { once } from "node:events";
import { createServer } from "node:net";
import { Refusal } from "./settings.ts";

const HOST = "127.0.0.1";

/** A port that nobody listens on at present. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Refuses where the port can't be had. */
export async function requirePort(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const message = reason === "EADDRINUSE" ? "is taken" : `can't be opened (${reason})`;
    const other = port === 65_535 ? 8787 : port + 1;
    throw new Refusal(`Port ${port} ${message}. Choose another: PORT=${other} npm start`);
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer().listen(port, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address !== null && typeof address === "object" ? address.port : port;
}
