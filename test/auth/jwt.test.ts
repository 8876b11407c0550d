import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { JWK, JWTPayload } from "jose";
import { describe, expect, it } from "vitest";
import { accessTokenVerifier } from "../../worker/auth/jwt.ts";
import type { AccessTokenConfig } from "../../worker/auth/jwt.ts";

const ISSUER = "https://issuer.example";
const NOW = Math.floor(Date.parse("2026-10-01T12:00:00Z") / 1000);
const ES256 = await generateKeyPair("ES256", { extractable: true });
const STRANGER = await generateKeyPair("ES256", { extractable: true });
const PUBLIC_JWK: JWK = { ...(await exportJWK(ES256.publicKey)), kid: "one", alg: "ES256" };
const JWKS = { keys: [PUBLIC_JWK] };
const PUBLIC_TEXT = new TextEncoder().encode(await exportSPKI(ES256.publicKey));
const INLINE: AccessTokenConfig = {
  issuer: ISSUER,
  audience: "rollcall",
  keys: { kind: "inline", jwks: JWKS },
  now: () => new Date(NOW * 1000),
};

const VALID: JWTPayload = {
  iss: ISSUER,
  aud: "rollcall",
  sub: "ada",
  exp: NOW + 60,
  tenant_id: "acme",
  scope: "openid services.iam",
};

/** Signs the valid claims with these over them; undefined leaves one out. */
function sign(
  claims: Record<string, unknown> = {},
  key = ES256.privateKey,
  header = {},
): Promise<string> {
  return new SignJWT({ ...VALID, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "one", ...header })
    .sign(key);
}

describe("a token that is accepted", () => {
  const verify = accessTokenVerifier(INLINE);
  it.each([
    ["as it should be", {}, { tenant: "acme", operator: false }],
    ["for several audiences", { aud: ["x", "rollcall"] }, { operator: false }],
    ["scope as a list", { scope: ["services.iam"] }, { operator: false }],
    ["scp as text", { scope: undefined, scp: "services.iam x" }, { operator: false }],
    ["scp as a list", { scope: undefined, scp: ["services.iam"] }, { operator: false }],
    ["of an operator", { scope: "services.iam services.iam.operator" }, { operator: true }],
    ["without a tenant", { tenant_id: undefined }, { tenant: undefined }],
    ["with a tenant that is no text", { tenant_id: 7 }, { tenant: undefined }],
    ["of a client", { sub: undefined, client_id: "cli" }, { subject: "cli" }],
    ["whose nbf has come", { nbf: NOW - 1 }, { subject: "ada" }],
  ])("%s", async (_, claims, expected) => {
    const decision = await verify(await sign(claims));
    expect(decision).toMatchObject({ kind: "granted", principal: expected });
  });
});

describe("a token that is not", () => {
  const verify = accessTokenVerifier(INLINE);
  const tampered = async (): Promise<string> => {
    const [header, , signature] = (await sign()).split(".");
    const [, payload] = (await sign({ tenant_id: "other" })).split(".");
    return [header, payload, signature].join(".");
  };
  it.each<[string, () => string | Promise<string>, string]>([
    ["expired", () => sign({ exp: NOW - 1 }), "refused"],
    ["without exp", () => sign({ exp: undefined }), "refused"],
    ["not valid yet", () => sign({ nbf: NOW + 60 }), "refused"],
    ["for another audience", () => sign({ aud: "other" }), "refused"],
    ["without audience", () => sign({ aud: undefined }), "refused"],
    ["of another issuer", () => sign({ iss: "https://other.example" }), "refused"],
    ["of an issuer with a slash more", () => sign({ iss: `${ISSUER}/` }), "refused"],
    ["signed by a stranger", () => sign({}, STRANGER.privateKey), "refused"],
    ["of an unknown kid", () => sign({}, STRANGER.privateKey, { kid: "two" }), "refused"],
    ["tampered with", tampered, "refused"],
    ["alg none", () => new UnsecuredJWT(VALID).encode(), "refused"],
    ["HS256 with the public key", () => signHmac(PUBLIC_TEXT), "refused"],
    ["no JWT", () => "rcs_acme_00", "refused"],
    ["empty", () => "", "refused"],
    ["without scope", () => sign({ scope: undefined }), "insufficientScope"],
    ["of another scope", () => sign({ scope: "services.iamx" }), "insufficientScope"],
    [
      "of the operator scope alone",
      () => sign({ scope: "services.iam.operator" }),
      "insufficientScope",
    ],
  ])("%s", async (_, token, kind) => {
    expect(await verify(await token())).toEqual({ kind });
  });

  it.each([{ issuer: "" }, { audience: "" }])("any, where %o is configured", async (missing) => {
    const closed = accessTokenVerifier({ ...INLINE, ...missing });
    expect(await closed(await sign())).toEqual({ kind: "refused" });
  });
});

function signHmac(secret: Uint8Array): Promise<string> {
  return new SignJWT(VALID).setProtectedHeader({ alg: "HS256", kid: "one" }).sign(secret);
}

it.each(["RS256", "PS256", "ES384", "EdDSA"])("accepts %s", async (alg) => {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: alg };
  const verify = accessTokenVerifier({
    ...INLINE,
    keys: { kind: "inline", jwks: { keys: [jwk] } },
  });
  const token = await sign({}, pair.privateKey, { alg, kid: alg });
  expect(await verify(token)).toMatchObject({ kind: "granted" });
});

it("takes the tenant from the claim that is configured", async () => {
  const verify = accessTokenVerifier({ ...INLINE, tenantClaim: "https://x.example/tenant" });
  const token = await sign({ "https://x.example/tenant": "globex" });
  expect(await verify(token)).toMatchObject({ principal: { tenant: "globex" } });
});

describe("keys that are fetched", () => {
  const METADATA = `${ISSUER}/.well-known/openid-configuration`;
  const KEYS = `${ISSUER}/keys`;
  /** An issuer that answers with these documents and counts what it was asked for. */
  function issuerOf(documents: Record<string, unknown>) {
    const asked: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      asked.push(url);
      const document = documents[url];
      return document === undefined
        ? new Response("gone", { status: 500 })
        : Response.json(document);
    };
    return { asked, fetch };
  }

  it.each([
    ["at a URL", { kind: "remote", url: KEYS } as const, [KEYS]],
    ["by discovery", { kind: "discovery" } as const, [METADATA, KEYS]],
  ])("%s are fetched once", async (_, keys, expected) => {
    const { asked, fetch } = issuerOf({
      [METADATA]: { issuer: ISSUER, jwks_uri: KEYS },
      [KEYS]: JWKS,
    });
    const verify = accessTokenVerifier({ ...INLINE, keys, fetch });
    for (const token of [await sign(), await sign(), await sign({ exp: NOW - 1 })]) {
      expect((await verify(token)).kind).not.toBe("undecided");
    }
    expect(asked).toEqual(expected);
  });

  it("are asked for again after a failure", async () => {
    const documents: Record<string, unknown> = {};
    const { fetch } = issuerOf(documents);
    const verify = accessTokenVerifier({ ...INLINE, keys: { kind: "discovery" }, fetch });
    expect((await verify(await sign())).kind).toBe("undecided");
    Object.assign(documents, { [METADATA]: { issuer: ISSUER, jwks_uri: KEYS }, [KEYS]: JWKS });
    expect((await verify(await sign())).kind).toBe("granted");
  });

  it.each([
    ["of another issuer", { issuer: "https://other.example", jwks_uri: KEYS }],
    ["without jwks_uri", { issuer: ISSUER }],
    ["with keys in the clear", { issuer: ISSUER, jwks_uri: "http://issuer.example/keys" }],
  ])("are not taken from metadata %s", async (_, metadata) => {
    const { fetch } = issuerOf({ [METADATA]: metadata, [KEYS]: JWKS });
    const verify = accessTokenVerifier({ ...INLINE, keys: { kind: "discovery" }, fetch });
    expect((await verify(await sign())).kind).toBe("undecided");
  });
});
