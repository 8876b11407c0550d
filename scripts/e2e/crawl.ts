/** Follows the console's links, to one page of each kind. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { lookAt } from "./browser.ts";

export interface Crawl {
  readonly origin: string;
  /** Paths. */
  readonly start: readonly string[];
  /** Text that no page's source may hold; without it, each page is looked at. */
  readonly without?: string;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const MOST_PAGES = 120;

/** The kinds of pages that were seen: paths with names in the place of ids. */
export async function crawl(page: Page, { origin, start, without }: Crawl): Promise<string[]> {
  const waiting = [...start];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const kind = kindOf(path);
    if (seen.has(kind) || seen.size >= MOST_PAGES) continue;
    seen.add(kind);
    const response = await page.goto(`${origin}${path}`);
    assert.ok((response?.status() ?? 0) < 400, `${path} answered ${response?.status() ?? 0}`);
    if (without === undefined) await lookAt(page, `page-${nameOf(kind)}`);
    else assert.ok(!(await page.content()).includes(without), `${path} shows the secret`);
    waiting.push(...(await linksOf(page)));
  }
  return [...seen];
}

async function linksOf(page: Page): Promise<string[]> {
  const source = await page.content();
  const links = [...source.matchAll(/<a [^>]*href="([^"#]+)"/g)].map(
    ([, link = ""]) => new URL(link.replaceAll("&amp;", "&"), page.url()),
  );
  return links
    .filter(({ pathname }) => pathname.startsWith("/console/"))
    .map(({ pathname, search }) => pathname + search);
}

/** Queries apart, pages differ by their paths; names of connections and IdPs are ids too. */
function kindOf(path: string): string {
  const [pathname = "", query = ""] = path.split("?");
  const names = pathname
    .replaceAll(UUID, "{id}")
    .replace(/\/t\/[^/]+/, "/t/{tenant}")
    .replace(/\/connect\/[^/]+/, "/connect/{idp}")
    .replace(/\/connections\/[^/]+/, "/connections/{scheme}");
  return query === "" ? names : `${names}?`;
}

function nameOf(kind: string): string {
  return kind
    .replace("/console/", "")
    .replaceAll(/[^\w-]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
