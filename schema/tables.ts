/**
 * The relational tables. `tenant_id` leads every primary key and index; there are no foreign keys.
 * Every table is WITHOUT ROWID: drizzle-kit can't express it, so it is added by hand to what it generates.
 */
import { sql } from "drizzle-orm";
import {
  blob,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

export const tenants = sqliteTable("tenants", {
  tenantId: text("tenant_id").primaryKey(),
  displayName: text("display_name").notNull(),
  status: text({ enum: ["active", "suspended", "deleting", "deleted"] }).notNull(),
  created: text().notNull(),
  lastModified: text("last_modified").notNull(),
  /** The database that holds the tenant's rows; NULL: this one. */
  shard: text(),
  /** How many days its activity is kept; NULL: as long as by default. */
  activityDays: integer("activity_days"),
});

export const ssoProviders = sqliteTable(
  "sso_providers",
  {
    tenantId: text("tenant_id").notNull(),
    scheme: text().notNull(),
    displayName: text("display_name").notNull(),
    enabled: integer({ mode: "boolean" }).notNull(),
    type: text({ enum: ["oidc"] }).notNull(),
    profile: text().notNull(),
    /** JSON object: authority, clientId and whatever else the sign-in needs. */
    properties: text().notNull(),
    /** The profile that its requests look like, by what the IdP says of itself. */
    seenProfile: text("seen_profile"),
    created: text().notNull(),
    lastModified: text("last_modified").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.scheme] })],
);

export const scimTokens = sqliteTable(
  "scim_tokens",
  {
    tenantId: text("tenant_id").notNull(),
    /** SHA-256 of the token, lower-case hex; the token itself is shown once and never kept. */
    hash: text().notNull(),
    id: text().notNull(),
    provider: text().notNull(),
    displayName: text("display_name").notNull(),
    /** The first characters of the token, to recognise it by. */
    displayPrefix: text("display_prefix").notNull(),
    scope: text({ enum: ["provision", "read"] }).notNull(),
    created: text().notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: text("expires_at"),
    lastUsed: text("last_used"),
    /** The OAuth client whose credential this is; NULL: a SCIM token. */
    clientId: text("client_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.hash] }),
    uniqueIndex("scim_tokens_by_id").on(table.tenantId, table.id),
  ],
);

/** OAuth 2.0 clients (RFC 6749 section 2). Their secrets and federated credentials are rows of `scim_tokens`. */
export const oauthClients = sqliteTable(
  "oauth_clients",
  {
    tenantId: text("tenant_id").notNull(),
    clientId: text("client_id").notNull(),
    provider: text().notNull(),
    displayName: text("display_name").notNull(),
    created: text().notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.clientId] })],
);

/** Whose assertions a client may show instead of a secret (RFC 7523 section 2.2). */
export const federatedCredentials = sqliteTable(
  "federated_credentials",
  {
    tenantId: text("tenant_id").notNull(),
    clientId: text("client_id").notNull(),
    /** Of the row of `scim_tokens`. */
    id: text().notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    audience: text().notNull(),
    /** NULL: by the issuer's discovery document. */
    jwksUri: text("jwks_uri"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.clientId, table.id] })],
);

/** Assertions that were used, until they expire: none is taken twice. */
export const assertions = sqliteTable(
  "assertions",
  {
    tenantId: text("tenant_id").notNull(),
    /** SHA-256 of what names the assertion, lower-case hex. */
    jtiHash: text("jti_hash").notNull(),
    expiresAt: text("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.jtiHash] }),
    index("assertions_by_expiry").on(table.tenantId, table.expiresAt),
  ],
);

export const resources = sqliteTable(
  "resources",
  {
    tenantId: text("tenant_id").notNull(),
    type: text().notNull(),
    id: text().notNull(),
    version: integer().notNull(),
    created: text().notNull(),
    lastModified: text("last_modified").notNull(),
    /** The resource's JSON without `meta`, derived attributes and attributes stored as rows. */
    document: text().notNull(),
    /** JSONB of the same, each string as filters compare it. */
    folded: blob().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.type, table.id] })],
);

export const resourceValues = sqliteTable(
  "resource_values",
  {
    tenantId: text("tenant_id").notNull(),
    type: text().notNull(),
    attribute: text().notNull(),
    value: text().notNull(),
    /** '' where the attribute is unique in the tenant, else the resource's id. */
    holder: text().notNull(),
    resourceId: text("resource_id").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.tenantId, table.type, table.attribute, table.value, table.holder],
    }),
  ],
);

export const members = sqliteTable(
  "members",
  {
    tenantId: text("tenant_id").notNull(),
    groupId: text("group_id").notNull(),
    memberId: text("member_id").notNull(),
    memberType: text("member_type").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.groupId, table.memberId] }),
    index("members_by_member").on(table.tenantId, table.memberId, table.groupId),
  ],
);

export const positions = sqliteTable(
  "positions",
  {
    tenantId: text("tenant_id").notNull(),
    type: text().notNull(),
    /** The run holds the ids from this one (the first run: from '') to the next run's. */
    firstId: text("first_id").notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.type, table.firstId] })],
);

export const writers = sqliteTable(
  "writers",
  {
    tenantId: text("tenant_id").primaryKey(),
    /** Number of the tenant's last write batch. */
    sequence: integer().notNull(),
    ok: integer().notNull(),
    /** JSON object: resource type -> number of resources. */
    totals: text().notNull(),
    /** The last id that was given out: the next is greater. */
    lastId: text("last_id").notNull(),
  },
  (table) => [check("writers_guard", sql`${table.ok} = 1`)],
);

export const activity = sqliteTable(
  "activity",
  {
    tenantId: text("tenant_id").notNull(),
    id: text().notNull(),
    at: text().notNull(),
    tokenId: text("token_id").notNull(),
    provider: text().notNull(),
    operation: text().notNull(),
    resourceType: text("resource_type"),
    resourceId: text("resource_id"),
    outcome: text().notNull(),
    /** JSON array of the names of the quirks that fired. */
    quirks: text().notNull(),
    /** JSON array of what changed: attribute, before, after. */
    changes: text().notNull(),
    /** HTTP status of the answer; NULL for a change, which is told by its operation. */
    status: integer(),
    /** Why it was refused. */
    detail: text(),
    /** Milliseconds from the request's arrival to its decision. */
    latency: integer(),
    /** What was asked for, without any value that could be a secret. */
    request: text(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const outbox = sqliteTable(
  "outbox",
  {
    tenantId: text("tenant_id").notNull(),
    sequence: integer().notNull(),
    /** JSON object: what happened to which resource, for the events room. */
    event: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sequence] })],
);

/** Who changed what through the management API or the console. */
export const audit = sqliteTable(
  "audit",
  {
    tenantId: text("tenant_id").notNull(),
    id: text().notNull(),
    at: text().notNull(),
    /** Subject of the access token or the session. */
    actor: text().notNull(),
    /** IP address that the call came from; NULL where the runtime tells none. */
    address: text(),
    /** Method and path of the endpoint, as the OpenAPI document has them. */
    operation: text().notNull(),
    /** What was changed, by its path below the base. */
    target: text().notNull(),
    /** JSON object: what was given, without secrets. */
    detail: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

/** Sessions of the console. */
export const sessions = sqliteTable(
  "sessions",
  {
    /** The one tenant that the session is for; '' for one that may choose. */
    tenantId: text("tenant_id").notNull(),
    /** SHA-256 of the cookie's secret, lower-case hex. */
    hash: text().notNull(),
    subject: text().notNull(),
    /** What it may do: all of a tenant, all tenants, or only connect an IdP. */
    kind: text({ enum: ["manager", "operator", "setup"] }).notNull(),
    created: text().notNull(),
    lastSeen: text("last_seen").notNull(),
    /** Whatever is done in it, it ends then. */
    expiresAt: text("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.hash] })],
);

/** Set-up links: each starts one session that may connect an IdP for one tenant. */
export const setupLinks = sqliteTable(
  "setup_links",
  {
    tenantId: text("tenant_id").notNull(),
    /** SHA-256 of the link's secret, lower-case hex. */
    hash: text().notNull(),
    id: text().notNull(),
    created: text().notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: text("expires_at").notNull(),
    usedAt: text("used_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.hash] })],
);
