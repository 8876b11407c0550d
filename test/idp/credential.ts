/** An access token from the token endpoint, asked for as Entra does, with a client made through the management API. */
import { expect } from "vitest";
import {
  AUDIENCE,
  SUBJECT,
  appOn,
  makeClient,
  makeIssuer,
  requestToken,
} from "../support/oauth.ts";
import type { TokenAnswer } from "../support/oauth.ts";
import { checkAssertion } from "./assertion.ts";
import { fillText } from "./play.ts";
import type { Names } from "./play.ts";
import type { Credential } from "./scenario.ts";

export async function requestAccessToken(tenant: string, credential: Credential): Promise<string> {
  const { status, body } = await ask(tenant, credential);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(credential.assert.flatMap((one) => checkAssertion(one, body) ?? [])).toEqual([]);
  return body.access_token;
}

async function ask(tenant: string, { kind, form }: Credential): Promise<TokenAnswer> {
  const client = await makeClient(tenant);
  const { clientId } = client;
  switch (kind) {
    case "client_secret": {
      const { secret } = await client.addSecret();
      return requestToken(tenant, fillForm(form, { clientId, secret }));
    }
    case "client_assertion": {
      const idp = await makeIssuer();
      const { issuer, jwksUri } = idp;
      await client.trust({ issuer, jwksUri, subject: SUBJECT, audience: AUDIENCE });
      const filled = fillForm(form, { clientId, assertion: await idp.sign() });
      return requestToken(tenant, filled, {}, appOn(idp.fetch));
    }
  }
}

function fillForm(form: Credential["form"], names: Names): Record<string, string> {
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name, fillText(value, names)]),
  );
}
