/** Reads a whole list, page by page, in the way in which an IdP asks for pages (RFC 7644 3.4.2.4). */
import { readElements } from "./attributes.ts";
import type { Client } from "./client.ts";
import { checkList } from "./matching.ts";

type Resource = Readonly<Record<string, unknown>>;

export interface Discovery {
  readonly kind: string;
  /** The path of the page that begins with this resource; the first is 1. */
  readonly pathOf: (startIndex: number) => string;
  /** Where to begin; 1 where it isn't said. */
  readonly from?: number;
  /** From one page to the next: so many resources on, or as many as the page held. */
  readonly advance: number | "seen";
}

/** Against a server that always promises more. */
const MOST_PAGES = 10_000;

/** Undefined where a page couldn't be read. */
export async function discover(
  client: Client,
  discovery: Discovery,
): Promise<readonly Resource[] | undefined> {
  const found: Resource[] = [];
  let startIndex = discovery.from ?? 1;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.send({
      kind: discovery.kind,
      method: "GET",
      path: discovery.pathOf(startIndex),
      expect: [200],
      check: (body) => checkList(body) ?? checkNumbers(body),
    });
    if (answer === undefined) return undefined;
    const resources = readElements(answer.body, "Resources");
    found.push(...resources);
    startIndex += discovery.advance === "seen" ? resources.length : discovery.advance;
    if (startIndex > Number(answer.body["totalResults"]) || resources.length === 0) return found;
  }
  return found;
}

/** Okta and authentik read them as integers; a whole list may leave the last two out. */
function checkNumbers(body: Resource): string | undefined {
  const wrong = ["totalResults", "startIndex", "itemsPerPage"].find(
    (name) => body[name] !== undefined && !Number.isInteger(body[name]),
  );
  return wrong === undefined ? undefined : `${wrong} is no integer`;
}
