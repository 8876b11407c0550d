INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes, status, detail, latency)
VALUES ('staged', '01900000-0000-7000-8000-000000000005', '2026-03-01T00:00:00.000Z', 'token-1', 'idp', 'create', 'User', NULL, 'refused', '[]', '[]', 409, 'userName is taken.', 12);
