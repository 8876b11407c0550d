CREATE TABLE `audit` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` text NOT NULL,
	`actor` text NOT NULL,
	`address` text,
	`operation` text NOT NULL,
	`target` text NOT NULL,
	`detail` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`subject` text NOT NULL,
	`kind` text NOT NULL,
	`created` text NOT NULL,
	`last_seen` text NOT NULL,
	`expires_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `hash`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `setup_links` (
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`id` text NOT NULL,
	`created` text NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` text NOT NULL,
	`used_at` text,
	PRIMARY KEY(`tenant_id`, `hash`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `activity` ADD `request` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `shard` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `activity_days` integer;