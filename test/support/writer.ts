/** The writer's parts, taken apart: commands, and executing them without the queue or without the guard. */
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { hashToken } from "../../worker/auth/bearer.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import type { WriteContext, WriteReply, WriteRequest } from "../../worker/execute/write.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
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
export async function patchCommand(
  tenant: Tenant,
  typeName: string,
  id: string,
  operations: Json,
): Promise<WriteCommand> {
  const type = RESOURCE_TYPES.find(({ name }) => name === typeName);
  if (type === undefined) throw new Error(`no type ${typeName}`);
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: operations,
  };
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
    type: typeName,
    change: {
      kind: "patch",
      id,
      operations: parsePatch(body, { type, id, leniency: new Leniency() }),
    },
    preconditions: { ifMatch: undefined, ifNoneMatch: undefined },
    wanted: NOTHING_SHOWN,
    quirks: [],
    request: "PATCH",
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
