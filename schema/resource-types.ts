/** The registry: every resource type that is served, one row each (RFC 7643 section 6). */
import type { ResourceType } from "./attribute.ts";
import { COMMON_ATTRIBUTES } from "./common.ts";
import { ENTERPRISE_USER } from "./enterprise-user.ts";
import { GROUP } from "./group.ts";
import { USER } from "./user.ts";

export const RESOURCE_TYPES: readonly ResourceType[] = Object.freeze([
  {
    name: "User",
    endpoint: "/Users",
    description: "User Account",
    schema: USER,
    extensions: [{ schema: ENTERPRISE_USER, required: false }],
    common: COMMON_ATTRIBUTES,
    displayedBy: ["displayName", "userName"],
  },
  {
    name: "Group",
    endpoint: "/Groups",
    description: "Group",
    schema: GROUP,
    extensions: [],
    common: COMMON_ATTRIBUTES,
    displayedBy: ["displayName"],
  },
]);
