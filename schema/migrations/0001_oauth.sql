CREATE TABLE `assertions` (
	`tenant_id` text NOT NULL,
	`jti_hash` text NOT NULL,
	`expires_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `jti_hash`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `assertions_by_expiry` ON `assertions` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `federated_credentials` (
	`tenant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`audience` text NOT NULL,
	`jwks_uri` text,
	PRIMARY KEY(`tenant_id`, `client_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `oauth_clients` (
	`tenant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`provider` text NOT NULL,
	`display_name` text NOT NULL,
	`created` text NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `client_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `scim_tokens` ADD `client_id` text;
