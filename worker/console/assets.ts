/** Style sheet and script, under names that change with what is in them, so that they may be kept for ever. */
import { sha256Of } from "../auth/digest.ts";
import type { ConsoleContext } from "./context.ts";
import { CONSOLE, PageError } from "./page.ts";
import type { Page } from "./page.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

interface Asset {
  readonly type: string;
  readonly text: string;
}

const ASSETS = Object.freeze({
  "style.css": { type: "text/css; charset=utf-8", text: STYLE },
  "script.js": { type: "text/javascript; charset=utf-8", text: SCRIPT },
} satisfies Record<string, Asset>);

export const ASSET_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/assets/:hash/:name", access: "open", answer: getAsset },
]);

export async function assetPath(name: keyof typeof ASSETS): Promise<string> {
  return `${CONSOLE}/assets/${await hashOf(ASSETS[name])}/${name}`;
}

async function getAsset(c: ConsoleContext): Promise<Response> {
  const asset = Object.entries(ASSETS).find(([name]) => name === c.req.param("name"))?.[1];
  if (asset === undefined || (await hashOf(asset)) !== c.req.param("hash")) {
    throw new PageError(404, "There is no such file.");
  }
  c.header("Cache-Control", "public, max-age=31536000, immutable");
  return c.body(asset.text, 200, { "Content-Type": asset.type });
}

async function hashOf({ text }: Asset): Promise<string> {
  return (await sha256Of(text)).slice(0, 16);
}
