INSERT INTO oauth_clients (tenant_id, client_id, provider, display_name, created, created_by)
VALUES ('staged', 'client-1', 'idp', 'A client', '2026-02-01T00:00:00.000Z', 'ada');
INSERT INTO scim_tokens (tenant_id, hash, id, provider, display_name, display_prefix, scope, created, created_by, expires_at, last_used, client_id)
VALUES ('staged', 'federated credential-1', 'credential-1', 'idp', 'A client', '', 'provision', '2026-02-01T00:00:00.000Z', 'ada', NULL, NULL, 'client-1');
INSERT INTO federated_credentials (tenant_id, client_id, id, issuer, subject, audience, jwks_uri)
VALUES ('staged', 'client-1', 'credential-1', 'https://issuer.test', 'subject', 'audience', 'https://issuer.test/keys');
INSERT INTO assertions (tenant_id, jti_hash, expires_at)
VALUES ('staged', '00ff', '2026-02-01T01:00:00.000Z');
