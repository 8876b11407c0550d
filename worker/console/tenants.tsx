/** What the operators' pages share. */
import { segmentOf } from "./api.ts";
import type { ConsoleContext } from "./context.ts";
import { tenantOf, tenantPath } from "./page.ts";
import { Badge } from "./parts.tsx";

export function StatusBadge({ status }: { status: string }) {
  if (status === "active") return <Badge tone="good">active</Badge>;
  return <Badge tone={status === "suspended" ? "warn" : "bad"}>{status}</Badge>;
}

export function settingsPath(c: ConsoleContext): string {
  return `${tenantPath(tenantOf(c))}/settings`;
}

/** The tenant of the page's path, as the management API names it for operators. */
export function tenantTarget(c: ConsoleContext): string {
  return `/tenants/${segmentOf(c, "tenant")}`;
}
