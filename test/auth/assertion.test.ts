import { SignJWT, UnsecuredJWT, exportSPKI, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import { assertionVerifier } from "../../worker/auth/assertion.ts";
import type { AssertionDecision } from "../../worker/auth/assertion.ts";
import type { TrustedIssuer } from "../../worker/scim/client.ts";
import { AUDIENCE, SUBJECT, makeIssuer } from "../support/oauth.ts";
import type { TestIssuer } from "../support/oauth.ts";

const ISSUER = await makeIssuer();
const OTHER = await makeIssuer();
const TRUSTED: TrustedIssuer = {
  issuer: ISSUER.issuer,
  subject: SUBJECT,
  audience: AUDIENCE,
  jwksUri: ISSUER.jwksUri,
};
const now = (): number => Math.floor(Date.now() / 1000);

function verify(
  assertion: string,
  trusted: readonly TrustedIssuer[] = [TRUSTED],
  { fetch }: Pick<TestIssuer, "fetch"> = ISSUER,
): Promise<AssertionDecision<TrustedIssuer>> {
  return assertionVerifier({ fetch })(assertion, trusted);
}

describe("an assertion", () => {
  it("is accepted from the trusted issuer, for its subject and audience", async () => {
    const exp = now() + 600;
    expect(await verify(await ISSUER.sign({ exp }))).toEqual({
      kind: "accepted",
      trusted: TRUSTED,
      jtiHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      expires: new Date(exp * 1000),
    });
  });

  it("is accepted by ECDSA, by discovered keys, and among several issuers", async () => {
    const issuer = await makeIssuer("ES256");
    const trusted = { ...TRUSTED, issuer: issuer.issuer, jwksUri: undefined };
    const decision = await verify(await issuer.sign(), [TRUSTED, trusted], issuer);
    expect(decision).toMatchObject({ kind: "accepted", trusted });
    expect(issuer.fetched).toEqual([
      `${issuer.issuer}/.well-known/openid-configuration`,
      issuer.jwksUri,
    ]);
  });

  it("is accepted for one audience of several, and with a clock a little ahead", async () => {
    const claims = { aud: ["other", AUDIENCE], nbf: now() + 20, iat: now() + 20 };
    expect((await verify(await ISSUER.sign(claims))).kind).toBe("accepted");
  });

  it("fetches keys once, and again for a key that is new", async () => {
    const issuer = await makeIssuer();
    const trusted = [{ ...TRUSTED, issuer: issuer.issuer, jwksUri: issuer.jwksUri }];
    const verifier = assertionVerifier({ fetch: issuer.fetch });
    for (let count = 0; count < 3; count += 1) {
      expect((await verifier(await issuer.sign(), trusted)).kind).toBe("accepted");
    }
    expect(issuer.fetched).toEqual([issuer.jwksUri]);
  });

  it.each<[string, () => Promise<string>]>([
    ["no JWT", async () => "x"],
    ["nothing", async () => ""],
    ["a JWT of five parts", async () => "a.b.c.d.e"],
    ["another issuer's", () => OTHER.sign()],
    ["another issuer's signature", () => OTHER.sign({ iss: ISSUER.issuer })],
    ["a wrong issuer", () => ISSUER.sign({ iss: `${ISSUER.issuer}/` })],
    ["a wrong subject", () => ISSUER.sign({ sub: "workload-2" })],
    ["a wrong audience", () => ISSUER.sign({ aud: "api://other" })],
    ["no issuer", () => ISSUER.sign({ iss: null })],
    ["no subject", () => ISSUER.sign({ sub: null })],
    ["no audience", () => ISSUER.sign({ aud: null })],
    ["no kid", () => ISSUER.sign({}, { kid: undefined })],
    ["an unknown kid", () => ISSUER.sign({}, { kid: "two" })],
    [
      "a changed payload",
      async () => {
        const [header, , signature] = (await ISSUER.sign()).split(".");
        const [, payload] = (await ISSUER.sign()).split(".");
        return [header, payload, signature].join(".");
      },
    ],
    [
      "alg none",
      async () => {
        const claims = { iss: ISSUER.issuer, sub: SUBJECT, aud: AUDIENCE, exp: now() + 60 };
        return new UnsecuredJWT(claims).encode();
      },
    ],
    [
      "HS256 with the public key as the secret",
      async () => {
        const key = await importJWK({ ...ISSUER.publicJwk, ext: true }, "RS256");
        if (!(key instanceof CryptoKey)) throw new Error("no key");
        return new SignJWT({ iss: ISSUER.issuer, sub: SUBJECT, aud: AUDIENCE, exp: now() + 60 })
          .setProtectedHeader({ alg: "HS256", kid: "one" })
          .sign(new TextEncoder().encode(await exportSPKI(key)));
      },
    ],
  ])("is refused, and the reason kept: %s", async (_name, make) => {
    expect(await verify(await make())).toMatchObject({ kind: "refused", isSigned: false });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["expired", { exp: now() - 3600 }, "has expired"],
    ["just expired", { exp: now() - 1 }, "has expired"],
    ["without an expiry", { exp: null }, "exp"],
    ["good for days", { exp: now() + 90_000 }, "more than a day"],
    ["from the future", { nbf: now() + 3600 }, "nbf"],
  ])("is refused, and the issuer's client may hear why: %s", async (_name, claims, reason) => {
    expect(await verify(await ISSUER.sign(claims))).toEqual({
      kind: "refused",
      reason: expect.stringContaining(reason),
      isSigned: true,
    });
  });

  it("is undecided where the keys can't be had", async () => {
    const assertion = await ISSUER.sign();
    for (const fetch of [
      async () => new Response(null, { status: 500 }),
      async () => Response.json({ issuer: "https://other.test", jwks_uri: ISSUER.jwksUri }),
      async () => Response.json({ issuer: ISSUER.issuer, jwks_uri: "http://issuer.test/keys" }),
      async () => Promise.reject(new TypeError("network")),
    ]) {
      const trusted = [{ ...TRUSTED, jwksUri: undefined }];
      expect((await verify(assertion, trusted, { fetch })).kind).toBe("undecided");
    }
  });

  it("of a stranger fetches nothing", async () => {
    const issuer = await makeIssuer();
    await verify(await issuer.sign(), [TRUSTED], issuer);
    expect(issuer.fetched).toEqual([]);
  });
});

describe("what is never used twice", () => {
  const hashOf = async (assertion: string): Promise<string> => {
    const decision = await verify(assertion);
    return decision.kind === "accepted" ? decision.jtiHash : decision.kind;
  };

  it("is the jti, whatever else is said", async () => {
    const [one, two] = [await ISSUER.sign({ jti: "a" }), await ISSUER.sign({ jti: "a", more: 1 })];
    expect(await hashOf(one)).toBe(await hashOf(two));
    expect(await hashOf(await ISSUER.sign({ jti: "b" }))).not.toBe(await hashOf(one));
  });

  it("is Entra's uti where there is no jti", async () => {
    const claims = { jti: null, uti: "u" };
    const [one, two] = [await ISSUER.sign(claims), await ISSUER.sign({ ...claims, more: 1 })];
    expect(await hashOf(one)).toBe(await hashOf(two));
  });

  it("is what was signed where there is neither", async () => {
    const one = await ISSUER.sign({ jti: null });
    expect(await hashOf(one)).toBe(await hashOf(one));
    expect(await hashOf(await ISSUER.sign({ jti: null, more: 1 }))).not.toBe(await hashOf(one));
    expect(await hashOf(await ISSUER.sign({ jti: "" }))).toMatch(/^[0-9a-f]{64}$/);
  });
});
