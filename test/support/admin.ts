/** The management API through the Worker, with access tokens of the tests' issuer. */
import { env } from "cloudflare:workers";
import { SignJWT, importJWK } from "jose";
import type { Json } from "../../worker/scim/json.ts";
import { expectDocumented } from "./documented.ts";
import { throughDoor } from "./door.ts";
import { ORIGIN } from "./tenant.ts";
import type { Answer } from "./tenant.ts";

/** An access token with these claims over the defaults of an operator. */
export async function accessToken(claims: Record<string, unknown> = {}): Promise<string> {
  const key = await importJWK(JSON.parse(env.TEST_ADMIN_KEY), "ES256");
  return new SignJWT({ scope: "services.iam services.iam.operator", ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "test" })
    .setIssuer("https://issuer.test")
    .setAudience("rollcall")
    .setSubject("tester")
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(key);
}

export async function manage(
  method: string,
  path: string,
  { tenant, body, token }: { tenant?: string; body?: Json; token?: string } = {},
): Promise<Pick<Answer, "status" | "body">> {
  const response = await throughDoor(
    new Request(`${ORIGIN}/core/iam/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token ?? (await accessToken())}`,
        ...(tenant !== undefined && { "X-Tenant-Id": tenant }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const { status } = response;
  const answer = { status, body: text === "" ? undefined : JSON.parse(text) };
  const contentType = response.headers.get("content-type");
  expectDocumented({ method, path, status, contentType, body: answer.body });
  return answer;
}
