/** The writer's parts, taken apart: commands, and executing them without the queue or without the guard. */
import type { ResourceType } from "../../schema/attribute.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { hashToken } from "../../worker/auth/bearer.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import type { WriteContext, WriteReply, WriteRequest } from "../../worker/execute/write.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import type { WriteCommand } from "../../worker/plan/needs.ts";
import { makeWriteId } from "../../worker/scim/ids.ts";
import { NOTHING_SHOWN } from "../../worker/plan/reads.ts";
import type { Json } from "../../worker/scim/json.ts";
import type { Tenant } from "./tenant.ts";
import { openStore } from "./database.ts";

/** What the Durable Object passes on, for calls beside it. */
export function writeContext(open: OpenStore = openStore): WriteContext {
  return {
    openStore: open,
    types: RESOURCE_TYPES,
    now: () => new Date(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    pause: () => Promise.resolve(),
  };
}

/** A PATCH of a resource by these operations, as the Worker would hand it over. */
export function patchCommand(
  tenant: Tenant,
  typeName: string,
  id: string,
  operations: Json,
): Promise<WriteCommand> {
  const type = typeOf(typeName);
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: operations,
  };
  const parsed = parsePatch(body, { type, id, leniency: new Leniency() });
  return commandOf(tenant, type, { kind: "patch", id, operations: parsed });
}

/** The creation of a resource, likewise. */
export function createCommand(tenant: Tenant, typeName: string, body: Json): Promise<WriteCommand> {
  const type = typeOf(typeName);
  const resource = parseResource(type, body, new Leniency());
  return commandOf(tenant, type, { kind: "create", resource });
}

function typeOf(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return type;
}

async function commandOf(
  tenant: Tenant,
  type: ResourceType,
  change: WriteCommand["change"],
): Promise<WriteCommand> {
  return {
    claim: {
      tenant: tenant.id,
      credential: { kind: "token", hash: await hashToken(tenant.token) },
      at: new Date().toISOString(),
    },
    writeId: makeWriteId(crypto.getRandomValues(new Uint8Array(8))),
    tokenId: "test",
    provider: "idp",
    profile: "generic",
    type: type.name,
    change,
    preconditions: { ifMatch: undefined, ifNoneMatch: undefined },
    wanted: NOTHING_SHOWN,
    quirks: [],
    request: change.kind.toUpperCase(),
  };
}

/** One command as a request to the writer. */
export function requestOf(command: WriteCommand): WriteRequest {
  const step = { command, fault: undefined, bulkId: undefined, references: [] };
  return { steps: [step], failOnErrors: undefined, requestId: "test", tokenId: "test" };
}

/** Executes a command beside the Durable Object, without its queue. */
export function executeBeside(command: WriteCommand, open?: OpenStore): Promise<WriteReply> {
  return executeWrite(requestOf(command), writeContext(open));
}
