ALTER TABLE `activity` ADD `status` integer;--> statement-breakpoint
ALTER TABLE `activity` ADD `detail` text;--> statement-breakpoint
ALTER TABLE `activity` ADD `latency` integer;