/** Lists: of one resource type, or of all of them at the root; by GET or by a search request (RFC 7644 section 3.4). */
import type { ResourceType } from "../../schema/attribute.ts";
import type { ListParameters } from "../parse/list-query.ts";
import { parseSearchRequest } from "../parse/search-request.ts";
import { renderList } from "../render/list.ts";
import { textRenderer } from "../render/text.ts";
import { claimOf, readRows } from "./access.ts";
import type { ScimContext } from "./context.ts";
import { readListPage } from "./list-page.ts";
import { readBody, scimResponse } from "./media.ts";
import { readListParameters } from "./query.ts";

/** GET: the query is in the URL. */
export async function listResources(
  c: ScimContext,
  types: readonly ResourceType[],
): Promise<Response> {
  return list(c, types, readListParameters(c.req));
}

/** POST to `/.search`: the query is in the body, where it can be long and stays out of logs. */
export async function searchResources(
  c: ScimContext,
  types: readonly ResourceType[],
): Promise<Response> {
  return list(c, types, parseSearchRequest(await readBody(c), c.get("leniency")));
}

async function list(
  c: ScimContext,
  targets: readonly ResourceType[],
  parameters: ListParameters,
): Promise<Response> {
  const request = { targets, parameters, leniency: c.get("leniency") };
  const page = await readListPage(request, {
    claim: claimOf(c),
    types: c.get("types"),
    base: c.get("base"),
    wiring: c.get("wiring"),
    read: (statement) => readRows(c, statement),
    renderer: textRenderer,
  });
  return scimResponse(renderList(page), { status: 200 });
}
