/** The endpoints of a resource type: create, read, replace, PATCH, delete (RFC 7644 sections 3.3 to 3.6). */
import type { ResourceType } from "../../schema/attribute.ts";
import { parsePatch } from "../parse/patch.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { parseProjection } from "../parse/projection.ts";
import { parseResource } from "../parse/resource.ts";
import { decodeTexts } from "../plan/decode.ts";
import { NOTHING_SHOWN, planGet, shownBy } from "../plan/reads.ts";
import type { Shown } from "../plan/reads.ts";
import { locationOf, renderResource } from "../render/resource.ts";
import { textRenderer } from "../render/text.ts";
import type { Change } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import { etagOf } from "../scim/ids.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Projection } from "../scim/projection.ts";
import type { StoredResource } from "../scim/resource.ts";
import { claimOf, identify, readRows, refuseLeniency } from "./access.ts";
import { askedOf } from "./asked.ts";
import { commandOf } from "./command.ts";
import type { ScimContext } from "./context.ts";
import { readBody, scimResponse } from "./media.ts";
import { isKnown, isWanted, readPreconditions } from "./preconditions.ts";
import { readNames } from "./query.ts";
import { write } from "./write.ts";

export async function getResource(c: ScimContext, type: ResourceType): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const projection = readProjection(c, type);
  const request = { claim: claimOf(c), type, types: c.get("types"), id, projection };
  const rows = await readRows(c, planGet(request));
  const [resource] = decodeTexts(rows, shownBy([{ type, projection }])).resources;
  if (resource === undefined) {
    throw new ScimError({ kind: "notFound", detail: `There is no ${type.name} ${id}.` });
  }
  const location = locationOf(resource, c.get("base"), c.get("types"));
  const headers = { ETag: etagOf(resource.version), Location: location };
  if (!isWanted(c, headers.ETag)) {
    throw new ScimError({ kind: "preconditionFailed", version: headers.ETag });
  }
  if (isKnown(c, headers.ETag)) return scimResponse(undefined, { status: 304, headers });
  const context = { base: c.get("base"), types: c.get("types"), type, projection };
  return scimResponse(textRenderer(context)(resource), { status: 200, headers });
}

export async function createResource(c: ScimContext, type: ResourceType): Promise<Response> {
  await identify(c);
  const projection = readProjection(c, type);
  const resource = parseResource(type, await readBody(c), c.get("leniency"));
  const wanted = shownBy([{ type, projection }]);
  const created = await change(c, type, { kind: "create", resource }, wanted);
  return answer(c, type, created, { projection, status: 201 });
}

export async function replaceResource(c: ScimContext, type: ResourceType): Promise<Response> {
  await identify(c);
  const projection = readProjection(c, type);
  const resource = parseResource(type, await readBody(c), c.get("leniency"));
  const wanted = shownBy([{ type, projection }]);
  const id = c.req.param("id") ?? "";
  const replaced = await change(c, type, { kind: "replace", id, resource }, wanted);
  return answer(c, type, replaced, { projection, status: 200 });
}

/** 204 for a type whose values are rows, unless a projection is asked for: a small change must not list a large group. */
export async function patchResource(c: ScimContext, type: ResourceType): Promise<Response> {
  await identify(c);
  const projection = readProjection(c, type);
  const id = c.req.param("id") ?? "";
  const context = { type, id, leniency: c.get("leniency") };
  const operations = parsePatch(await readBody(c), context);
  const holdsRows = type.schema.attributes.some(({ stored }) => stored === "rows");
  const isSilent = holdsRows && projection.kind === "default";
  const wanted = isSilent ? NOTHING_SHOWN : shownBy([{ type, projection }]);
  const patched = await change(c, type, { kind: "patch", id, operations }, wanted);
  return answer(c, type, patched, { projection, status: isSilent ? 204 : 200 });
}

export async function deleteResource(c: ScimContext, type: ResourceType): Promise<Response> {
  await identify(c);
  const id = c.req.param("id") ?? "";
  await change(c, type, { kind: "delete", id }, NOTHING_SHOWN);
  return scimResponse(undefined, { status: 204 });
}

async function change(
  c: ScimContext,
  type: ResourceType,
  wish: Change<PatchOperation>,
  wanted: Shown,
): Promise<StoredResource | undefined> {
  refuseLeniency(c);
  const command = commandOf(c, await identify(c), {
    type,
    change: wish,
    leniency: c.get("leniency"),
    wanted,
    preconditions: readPreconditions(c),
    asked: askedOf(c),
  });
  return (await write(c, command)).resource;
}

interface Shape {
  readonly projection: Projection;
  readonly status: number;
}

function answer(
  c: ScimContext,
  type: ResourceType,
  resource: StoredResource | undefined,
  { projection, status }: Shape,
): Response {
  if (resource === undefined) throw new Error("A change that is no deletion leaves a resource");
  const location = locationOf(resource, c.get("base"), c.get("types"));
  const headers = { ETag: etagOf(resource.version), Location: location };
  const body = status === 204 ? undefined : render(c, type, resource, projection);
  return scimResponse(body, { status, headers });
}

function render(
  c: ScimContext,
  type: ResourceType,
  resource: StoredResource,
  projection: Projection,
): JsonObject {
  return renderResource(resource, { base: c.get("base"), types: c.get("types"), type, projection });
}

function readProjection(c: ScimContext, type: ResourceType): Projection {
  return parseProjection(
    type,
    readNames(c.req, "attributes"),
    readNames(c.req, "excludedAttributes"),
  );
}
