INSERT INTO tenants (tenant_id, display_name, status, created, last_modified, shard, activity_days)
VALUES ('staged-4', 'Staged on a shard', 'suspended', '2026-05-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z', 'DB_2', 30);
INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes, status, detail, latency, request)
VALUES ('staged', '01900000-0000-7000-8000-000000000006', '2026-05-01T00:00:00.000Z', 'token-1', 'idp', 'list', 'User', NULL, 'unchanged', '["test-after-value-path"]', '[]', 200, NULL, 3, 'GET /Users');
INSERT INTO audit (tenant_id, id, at, actor, address, operation, target, detail)
VALUES ('staged', '01900000-0000-7000-8000-000000000007', '2026-05-01T00:00:00.000Z', 'ada', '192.0.2.1', 'POST /scim', '/scim/token-1', '{}');
INSERT INTO sessions (tenant_id, hash, subject, kind, created, last_seen, expires_at)
VALUES ('staged', '01ff', 'ada', 'manager', '2026-05-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z', '2026-05-02T00:00:00.000Z');
INSERT INTO setup_links (tenant_id, hash, id, created, created_by, expires_at, used_at)
VALUES ('staged', '02ff', 'link-1', '2026-05-01T00:00:00.000Z', 'ada', '2026-05-02T00:00:00.000Z', '2026-05-01T01:00:00.000Z');
