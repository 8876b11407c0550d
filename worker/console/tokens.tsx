/** What the pages of SCIM tokens share: reading them, their badges, the form of a new one, and the one showing of its secret. */
import type { JsonObject } from "../scim/json.ts";
import { everyItem, expectApi } from "./api.ts";
import { addressesOf } from "./addresses.ts";
import type { ConsoleContext } from "./context.ts";
import type { Fields } from "./forms.ts";
import { idpOf } from "./idps.ts";
import type { Idp } from "./idps.ts";
import { PageError, tenantOf, tenantPath } from "./page.ts";
import type { Content } from "./page.ts";
import { Badge, Card, Choice, Copied, Field, ShownOnce } from "./parts.tsx";
import { textAt, textOrNullAt } from "./reading.ts";

export interface ScimToken {
  readonly id: string;
  readonly provider: string;
  readonly displayName: string;
  readonly prefix: string;
  readonly scope: string;
  readonly created: string;
  readonly createdBy: string;
  readonly lastUsed: string | null;
  readonly expiresAt: string | null;
}

export function scimTokenOf(item: JsonObject): ScimToken {
  return {
    id: textAt(item, "id"),
    provider: textAt(item, "provider"),
    displayName: textAt(item, "providerDisplayName"),
    prefix: textAt(item, "displayPrefix"),
    scope: textAt(item, "scope"),
    created: textAt(item, "created"),
    createdBy: textAt(item, "createdBy"),
    lastUsed: textOrNullAt(item, "lastUsed"),
    expiresAt: textOrNullAt(item, "expiresAt"),
  };
}

export function tokensPath(c: ConsoleContext): string {
  return `${tenantPath(tenantOf(c))}/tokens`;
}

export async function readTokens(c: ConsoleContext): Promise<readonly ScimToken[]> {
  return (await everyItem(c, "/scim")).map(scimTokenOf);
}

/** The token of the page's path. @throws PageError 404 */
export async function readToken(c: ConsoleContext): Promise<ScimToken> {
  const token = (await readTokens(c)).find(({ id }) => id === c.req.param("id"));
  if (token === undefined) throw new PageError(404, "There is no such token.");
  return token;
}

export function isExpired(expiresAt: string | null, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now.toISOString();
}

/** Of a token, or a secret: what is to be noticed. */
export function CredentialBadges({
  of: { scope, lastUsed, expiresAt },
  now,
}: {
  of: Pick<ScimToken, "scope" | "lastUsed" | "expiresAt">;
  now: Date;
}) {
  return (
    <span class="badges">
      {scope === "read" && <Badge tone="plain">read only</Badge>}
      {isExpired(expiresAt, now) && <Badge tone="bad">expired</Badge>}
      {lastUsed === null && <Badge tone="warn">never used</Badge>}
    </span>
  );
}

const SCOPES = [
  ["provision", "Provision: read and write"],
  ["read", "Read only"],
] as const;

export function ScopeChoice({ value = "provision" }: { value?: string | undefined }) {
  return (
    <Choice
      name="scope"
      label="Scope"
      options={SCOPES}
      value={value}
      hint="An identity provider needs to write; a report only reads."
    />
  );
}

export function ExpiryField({ value, hint }: { value?: string | undefined; hint: string }) {
  return <Field name="expires" label="Last day (optional)" type="date" value={value} hint={hint} />;
}

/** The end of the day that was chosen, in UTC; nothing where none was. */
export function expiryOf({ expires = "" }: Fields): { readonly expiresAt?: string } {
  return expires === "" ? {} : { expiresAt: `${expires}T23:59:59.999Z` };
}

/** A new token and where it goes, in the words of the IdP's own form. Nothing else shows it. */
export async function shownToken(
  c: ConsoleContext,
  scheme: string,
  token: string,
): Promise<Content> {
  const path = `/sso/providers/${encodeURIComponent(scheme)}`;
  const idp = idpOf(textAt(await expectApi(c, { method: "GET", path }), "profile"));
  return (
    <>
      <ShownOnce what="token" />
      <Card id="paste" title="Paste these values">
        <Copied id="base" label={labelOf(idp, "base")} value={addressesOf(c).scim} />
        <Copied id="token" label={labelOf(idp, "token")} value={token} />
        <p class="hint">
          Where they go, click by click:{" "}
          <a href={`${tenantPath(tenantOf(c))}/connections/${encodeURIComponent(scheme)}`}>
            the connection's page
          </a>
          .
        </p>
      </Card>
    </>
  );
}

function labelOf(idp: Idp | undefined, value: "base" | "token"): string {
  const label = idp?.values.find((each) => each.value === value)?.label;
  return label ?? (value === "base" ? "SCIM base URL" : "Bearer token");
}
