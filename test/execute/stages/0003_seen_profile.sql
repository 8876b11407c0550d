INSERT INTO sso_providers (tenant_id, scheme, display_name, enabled, type, profile, properties, created, last_modified, seen_profile)
VALUES ('staged', 'seen', 'Another IdP', 0, 'oidc', 'okta', '{}', '2026-04-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z', 'okta');
