INSERT INTO tenants (tenant_id, display_name, status, created, last_modified)
VALUES ('staged', 'Staged', 'active', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO writers (tenant_id, sequence, ok, totals, last_id)
VALUES ('staged', 3, 1, '{"User":2,"Group":1}', '01900000-0000-7000-8000-000000000006');
INSERT INTO sso_providers (tenant_id, scheme, display_name, enabled, type, profile, properties, created, last_modified)
VALUES ('staged', 'idp', 'The IdP', 1, 'oidc', 'generic', '{"authority":"https://login.test"}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO scim_tokens (tenant_id, hash, id, provider, display_name, display_prefix, scope, created, created_by, expires_at, last_used)
VALUES ('staged', '{hash}', 'token-1', 'idp', 'The IdP', 'rcs_staged_0000', 'provision', '2026-01-01T00:00:00.000Z', 'ada', '2999-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO resources (tenant_id, type, id, version, created, last_modified, document, folded)
VALUES ('staged', 'User', '01900000-0000-7000-8000-000000000001', 2, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z',
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"01900000-0000-7000-8000-000000000001","userName":"Ada@x.test","displayName":"Ada","emails":[{"value":"Ada@x.test","type":"work","primary":true}]}',
    jsonb('{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"01900000-0000-7000-8000-000000000001","userName":"ada@x.test","displayName":"ada","emails":[{"value":"ada@x.test","type":"work","primary":true}]}')),
  ('staged', 'User', '01900000-0000-7000-8000-000000000002', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z',
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"01900000-0000-7000-8000-000000000002","userName":"Bea@x.test","active":false}',
    jsonb('{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"01900000-0000-7000-8000-000000000002","userName":"bea@x.test","active":false}')),
  ('staged', 'Group', '01900000-0000-7000-8000-000000000003', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z',
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"01900000-0000-7000-8000-000000000003","displayName":"All"}',
    jsonb('{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"01900000-0000-7000-8000-000000000003","displayName":"all"}'));
INSERT INTO resource_values (tenant_id, type, attribute, value, holder, resource_id)
VALUES ('staged', 'User', 'userName', 'ada@x.test', '', '01900000-0000-7000-8000-000000000001'),
  ('staged', 'User', 'displayName', 'ada', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000001'),
  ('staged', 'User', 'emails.value', 'ada@x.test', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000001'),
  ('staged', 'User', 'userName', 'bea@x.test', '', '01900000-0000-7000-8000-000000000002'),
  ('staged', 'Group', 'displayName', 'all', '01900000-0000-7000-8000-000000000003', '01900000-0000-7000-8000-000000000003');
INSERT INTO members (tenant_id, group_id, member_id, member_type)
VALUES ('staged', '01900000-0000-7000-8000-000000000003', '01900000-0000-7000-8000-000000000001', 'User'), ('staged', '01900000-0000-7000-8000-000000000003', '01900000-0000-7000-8000-000000000002', 'User');
INSERT INTO positions (tenant_id, type, first_id, count)
VALUES ('staged', 'User', '', 2), ('staged', 'Group', '', 1);
INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes)
VALUES ('staged', '01900000-0000-7000-8000-000000000004', '2026-01-01T00:00:00.000Z', 'token-1', 'idp', 'create', 'User', '01900000-0000-7000-8000-000000000001', 'success', '[]', '[]');
INSERT INTO outbox (tenant_id, sequence, event)
VALUES ('staged', 3, '{"kind":"create","type":"User","id":"01900000-0000-7000-8000-000000000001","version":1,"provider":"idp","at":"2026-01-01T00:00:00.000Z"}');
