/** Access tokens of the local emulation: claims over defaults, and when an earlier token is kept. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { ADMIN_AUDIENCE } from "../../scripts/local/settings.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  LIFETIME_SECONDS,
  defaultClaims,
  isFresh,
  mergeClaims,
  parseClaims,
  signAccessToken,
} from "../../scripts/local/access-token.ts";
import {
  ensureSecret,
  ensureSigningKey,
  publicJwks,
  readSigningKey,
} from "../../scripts/local/keys.ts";
import { stateFiles } from "../../scripts/local/state.ts";

const HOUR = 3_600_000;
const now = Date.now();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-keys-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("claims", () => {
  it("go over the defaults", () => {
    expect(mergeClaims({ sub: "a", scope: "b" }, { scope: "c", tenant_id: "demo" })).toEqual({
      sub: "a",
      scope: "c",
      tenant_id: "demo",
    });
  });

  it("are left out where null, defaults included", () => {
    expect(mergeClaims({ sub: "a", scope: "b" }, { sub: null, tenant_id: null })).toEqual({
      scope: "b",
    });
  });

  it.each(["[1]", "nonsense", "null", '"text"', ""])("must be an object, not %s", (text) => {
    expect(() => parseClaims(text)).toThrow("must be a JSON object");
  });

  it("may be missing", () => {
    expect(parseClaims(undefined)).toEqual({});
  });
});

describe("the development key", () => {
  it("is made once, for its owner only", async () => {
    const files = stateFiles(folder);
    expect(await readSigningKey(files)).toBeUndefined();
    const key = await ensureSigningKey(files);
    expect((await ensureSigningKey(files)).kid).toBe(key.kid);
    expect((await stat(files.key)).mode & 0o777).toBe(0o600);
  });

  it("shows no private part in its JWKS, and signs what the JWKS verifies", async () => {
    const key = await ensureSigningKey(stateFiles(folder));
    const jwks = publicJwks(key);
    expect(jwks).not.toContain('"d"');
    const token = await signAccessToken(key, defaultClaims(now));
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", kid: key.kid });
    const verified = await jwtVerify(token, createLocalJWKSet(JSON.parse(jwks)));
    expect(verified.payload).toEqual(defaultClaims(now));
    expect(verified.payload.exp).toBe((verified.payload.iat ?? 0) + LIFETIME_SECONDS);
  });

  it("has a secret of 32 bytes beside it, which is replaced where it is not that", async () => {
    const files = stateFiles(folder);
    const secret = await ensureSecret(files);
    expect(Buffer.from(secret, "base64")).toHaveLength(32);
    expect(await ensureSecret(files)).toBe(secret);
    await writeFile(files.secret, "short");
    expect(await ensureSecret(files)).not.toBe(secret);
  });
});

describe("an earlier token", () => {
  it("is kept through the first half of its life", async () => {
    const key = await ensureSigningKey(stateFiles(folder));
    const token = await signAccessToken(key, defaultClaims(now));
    expect(await isFresh(key, token, { now: now + 5 * HOUR, audience: ADMIN_AUDIENCE })).toBe(true);
    expect(await isFresh(key, token, { now: now + 7 * HOUR, audience: ADMIN_AUDIENCE })).toBe(
      false,
    );
    expect(await isFresh(key, token, { now: now + 13 * HOUR, audience: ADMIN_AUDIENCE })).toBe(
      false,
    );
  });

  it("is not kept where another key signed it, or where it is none", async () => {
    const files = stateFiles(folder);
    const key = await ensureSigningKey(files);
    const token = await signAccessToken(key, defaultClaims(now));
    await rm(files.key);
    const other = await ensureSigningKey(files);
    expect(await isFresh(other, token, { now: now, audience: ADMIN_AUDIENCE })).toBe(false);
    expect(await isFresh(other, "nonsense", { now: now, audience: ADMIN_AUDIENCE })).toBe(false);
  });
});
