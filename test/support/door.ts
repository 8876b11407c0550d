/** Where tests send their requests: the Worker, or an app that a test file puts in its place. */
import { exports } from "cloudflare:workers";

type Fetch = (request: Request) => Promise<Response>;

const toWorker: Fetch = (request) => exports.default.fetch(request);
let door = toWorker;

export function throughDoor(request: Request): Promise<Response> {
  return door(request);
}

/** For all that this test file, and those that it imports, send from now on. */
export function openDoor(other: Fetch): void {
  door = other;
}

/** Back to the Worker. */
export function closeDoor(): void {
  door = toWorker;
}
