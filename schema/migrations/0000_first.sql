CREATE TABLE `activity` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` text NOT NULL,
	`token_id` text NOT NULL,
	`provider` text NOT NULL,
	`operation` text NOT NULL,
	`resource_type` text,
	`resource_id` text,
	`outcome` text NOT NULL,
	`quirks` text NOT NULL,
	`changes` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `members` (
	`tenant_id` text NOT NULL,
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`member_type` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `group_id`, `member_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `members_by_member` ON `members` (`tenant_id`,`member_id`,`group_id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`tenant_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`event` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `sequence`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `positions` (
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`first_id` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `type`, `first_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `resource_values` (
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`attribute` text NOT NULL,
	`value` text NOT NULL,
	`holder` text NOT NULL,
	`resource_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `type`, `attribute`, `value`, `holder`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `resources` (
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`created` text NOT NULL,
	`last_modified` text NOT NULL,
	`document` text NOT NULL,
	`folded` blob NOT NULL,
	PRIMARY KEY(`tenant_id`, `type`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `scim_tokens` (
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`id` text NOT NULL,
	`provider` text NOT NULL,
	`display_name` text NOT NULL,
	`display_prefix` text NOT NULL,
	`scope` text NOT NULL,
	`created` text NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` text,
	`last_used` text,
	PRIMARY KEY(`tenant_id`, `hash`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `scim_tokens_by_id` ON `scim_tokens` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `sso_providers` (
	`tenant_id` text NOT NULL,
	`scheme` text NOT NULL,
	`display_name` text NOT NULL,
	`enabled` integer NOT NULL,
	`type` text NOT NULL,
	`profile` text NOT NULL,
	`properties` text NOT NULL,
	`created` text NOT NULL,
	`last_modified` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `scheme`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `tenants` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`display_name` text NOT NULL,
	`status` text NOT NULL,
	`created` text NOT NULL,
	`last_modified` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `writers` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`ok` integer NOT NULL,
	`totals` text NOT NULL,
	`last_id` text NOT NULL,
	CONSTRAINT "writers_guard" CHECK("writers"."ok" = 1)
) WITHOUT ROWID;
