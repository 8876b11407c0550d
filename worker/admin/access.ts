/** Who calls the management API, and for which tenant (RFC 6750 section 3 for the challenges). */
import type { MiddlewareHandler } from "hono";
import { ADMIN_SCOPE } from "../auth/jwt.ts";
import type { AdminPrincipal, VerifyAccessToken } from "../auth/jwt.ts";
import type { AppEnv } from "../http/wiring.ts";
import { log } from "../scim/log.ts";
import { ProblemError } from "./problem.ts";

/** The app's variables and `caller`, which the first middleware sets. */
export interface AdminEnv {
  Variables: AppEnv["Variables"] & { caller: AdminPrincipal };
}

export const TENANT_HEADER = "X-Tenant-Id";

export const authenticateCaller: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const { verifyAccessToken } = c.get("wiring");
  c.set("caller", await callerOf(c.req.header("Authorization"), verifyAccessToken));
  await next();
};

/** The tenant that a call is about: the token's, or the one that an operator names. */
export function tenantOf(caller: AdminPrincipal, named: string | undefined): string {
  if (named !== undefined && named !== caller.tenant && !caller.operator) {
    throw new ProblemError(403, `only an operator may name another tenant in ${TENANT_HEADER}`);
  }
  const tenant = named ?? caller.tenant;
  if (tenant !== undefined) return tenant;
  if (caller.operator)
    throw new ProblemError(400, `name the tenant in the header ${TENANT_HEADER}`);
  throw new ProblemError(403, "the access token names no tenant");
}

export function requireOperator(caller: AdminPrincipal): void {
  if (!caller.operator) throw new ProblemError(403, "tenants are managed by operators only");
}

async function callerOf(
  authorization: string | undefined,
  verify: VerifyAccessToken,
): Promise<AdminPrincipal> {
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
  if (token === undefined) throw challenge(401, "an access token is required", "Bearer");
  const decision = await verify(token);
  switch (decision.kind) {
    case "granted":
      return decision.principal;
    case "refused":
      throw challenge(401, "the access token is not valid", 'Bearer error="invalid_token"');
    case "insufficientScope":
      throw challenge(
        403,
        `the access token lacks the scope ${ADMIN_SCOPE}`,
        `Bearer error="insufficient_scope", scope="${ADMIN_SCOPE}"`,
      );
    case "undecided":
      log({ event: "admin.keysUnavailable", reason: decision.reason });
      throw new ProblemError(503, "the issuer's keys are out of reach", {
        headers: { "retry-after": "5" },
      });
  }
}

function challenge(status: 401 | 403, detail: string, scheme: string): ProblemError {
  return new ProblemError(status, detail, { headers: { "www-authenticate": scheme } });
}
