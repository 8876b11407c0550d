import { describe, expect, it } from "vitest";
import { readAccessToken, sealAccessToken } from "../../worker/auth/access-token.ts";
import {
  isScimCredential,
  makeClientSecret,
  makeToken,
  readBearer,
} from "../../worker/auth/bearer.ts";
import { deriveKey } from "../../worker/auth/keys.ts";

const SECRET = btoa("a-secret-of-32-bytes-for-tests-1");
const NOW = new Date("2026-10-01T12:00:00Z");
const SECONDS = NOW.getTime() / 1000;
const GRANT = {
  tenant: "acme-1",
  credentialId: "0199a3c5-7d51-7abc-8def-0123456789ab",
  expires: SECONDS + 3600,
};

const read = (token: string, now = NOW, secret = SECRET): ReturnType<typeof readAccessToken> =>
  readAccessToken(`Bearer ${token}`, { secret, now });

describe("an access token", () => {
  it("gives back what was granted, in every form that carries a token", async () => {
    const token = await sealAccessToken(GRANT, SECRET);
    expect(await read(token)).toEqual(GRANT);
    expect(await readAccessToken(token, { secret: SECRET, now: NOW })).toEqual(GRANT);
    const basic = `Basic ${btoa(`:${token}`)}`;
    expect(await readAccessToken(basic, { secret: SECRET, now: NOW })).toEqual(GRANT);
  });

  it("is a SCIM credential by its prefix, and no SCIM token", async () => {
    const token = await sealAccessToken(GRANT, SECRET);
    expect(isScimCredential(`Bearer ${token}`)).toBe(true);
    expect(await readBearer(`Bearer ${token}`)).toBeUndefined();
  });

  it("is over at its expiry", async () => {
    const token = await sealAccessToken(GRANT, SECRET);
    expect(await read(token, new Date(GRANT.expires * 1000 - 1))).toEqual(GRANT);
    expect(await read(token, new Date(GRANT.expires * 1000))).toBeUndefined();
  });

  it("is worth nothing where any one character is another", async () => {
    const token = await sealAccessToken(GRANT, SECRET);
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === "0" ? "1" : "0";
      const changed = `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
      expect(await read(changed), changed).toBeUndefined();
    }
  });

  it.each<[string, (token: string) => string]>([
    ["another tenant", (token) => token.replace("acme-1", "acme-2")],
    ["no tenant", (token) => token.replace("acme-1", "")],
    ["a later expiry", (token) => token.replace(String(GRANT.expires), String(GRANT.expires + 1))],
    ["no signature", (token) => token.slice(0, -65)],
    ["an empty signature", (token) => token.slice(0, -64)],
    ["half a signature", (token) => token.slice(0, -32)],
    ["upper case", (token) => token.toUpperCase()],
    ["more at its end", (token) => `${token}0`],
    ["a line break at its end", (token) => `${token}\n0`],
  ])("is worth nothing with %s", async (_name, change) => {
    expect(await read(change(await sealAccessToken(GRANT, SECRET)))).toBeUndefined();
  });

  it("is worth nothing under another secret", async () => {
    const other = btoa("a-secret-of-32-bytes-for-tests-2");
    expect(await read(await sealAccessToken(GRANT, other))).toBeUndefined();
  });

  it("is none of what else we make", async () => {
    const random = crypto.getRandomValues(new Uint8Array(32));
    expect(await read(makeToken("acme-1", random))).toBeUndefined();
    expect(await read(makeClientSecret("acme-1", random))).toBeUndefined();
    expect(await readAccessToken(undefined, { secret: SECRET, now: NOW })).toBeUndefined();
  });
});

it("a client's secret is no SCIM token", async () => {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const authorization = `Bearer ${makeClientSecret("acme-1", random)}`;
  expect(await readBearer(authorization)).toBeUndefined();
  expect(isScimCredential(authorization)).toBe(false);
});

it("the keys of two purposes are two keys", async () => {
  const cursor = await deriveKey(SECRET, "cursor");
  const token = await deriveKey(SECRET, "access-token");
  expect([cursor.algorithm.name, token.algorithm.name]).toEqual(["AES-GCM", "HMAC"]);
  expect([cursor.extractable, token.extractable]).toEqual([false, false]);
  await expect(deriveKey(btoa("short"), "access-token")).rejects.toThrow("32 bytes");
});
