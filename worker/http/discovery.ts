/** The discovery endpoints (RFC 7644 section 4). */
import {
  findById,
  renderProvider,
  renderResourceTypes,
  renderSchemas,
} from "../render/discovery.ts";
import { renderList } from "../render/list.ts";
import { ScimError } from "../scim/fault.ts";
import type { JsonObject } from "../scim/json.ts";
import { prove } from "./access.ts";
import type { ScimContext } from "./context.ts";
import { scimResponse } from "./media.ts";

/** Also without a token, for any tenant: it says what is supported and reads nothing. */
export async function getProvider(c: ScimContext): Promise<Response> {
  if (c.get("claim") !== undefined) await prove(c, "read");
  refuseFilter(c);
  return scimResponse(renderProvider(c.get("base")), { status: 200 });
}

export async function listSchemas(c: ScimContext): Promise<Response> {
  return list(c, renderSchemas(c.get("types"), c.get("base")));
}

export async function getSchema(c: ScimContext): Promise<Response> {
  return get(c, renderSchemas(c.get("types"), c.get("base")));
}

export async function listResourceTypes(c: ScimContext): Promise<Response> {
  return list(c, renderResourceTypes(c.get("types"), c.get("base")));
}

export async function getResourceType(c: ScimContext): Promise<Response> {
  return get(c, renderResourceTypes(c.get("types"), c.get("base")));
}

async function list(c: ScimContext, resources: readonly JsonObject[]): Promise<Response> {
  await prove(c, "read");
  refuseFilter(c);
  const texts = resources.map((resource) => JSON.stringify(resource));
  const page = { total: resources.length, startIndex: 1, resources: texts };
  return scimResponse(renderList(page), { status: 200 });
}

async function get(c: ScimContext, resources: readonly JsonObject[]): Promise<Response> {
  await prove(c, "read");
  refuseFilter(c);
  const id = c.req.param("id") ?? "";
  const resource = findById(resources, id);
  if (resource === undefined)
    throw new ScimError({ kind: "notFound", detail: `There is no ${id}.` });
  return scimResponse(resource, { status: 200 });
}

/** RFC 7644 section 4: a filter would hide what is served, so it is refused with 403. */
function refuseFilter(c: ScimContext): void {
  if (c.req.query("filter") === undefined) return;
  throw new ScimError({ kind: "forbidden", detail: "Discovery endpoints can't be filtered." });
}
