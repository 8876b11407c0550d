/** The resource types by name. */
import type { ResourceType } from "../../schema/attribute.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";

export function typeNamed(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`no resource type ${name}`);
  return type;
}
