/** Migrations of a libSQL database. What was applied is kept in `__drizzle_migrations`, so that each is applied once. */
import { createClient } from "@libsql/client/web";
import { drizzle } from "drizzle-orm/libsql/web";
import { migrate } from "drizzle-orm/libsql/migrator";
import { join } from "node:path";
import { PROJECT } from "./settings.ts";

export interface LibsqlDatabase {
  readonly url: string;
  readonly authToken?: string | undefined;
}

/** Brings the database to the newest migration of this folder, forward only and all or nothing. */
export async function migrateLibsql(
  { url, authToken }: LibsqlDatabase,
  folder = join(PROJECT, "schema/migrations"),
): Promise<void> {
  const client = createClient({ url, ...(authToken !== undefined && { authToken }) });
  await migrate(drizzle(client), { migrationsFolder: folder });
  client.close();
}
