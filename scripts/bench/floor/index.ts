/** The floor: what the platform alone costs. An empty route, one bare read, one bare read and a batch of writes, through Hono. */
import { Hono } from "hono/tiny";
import { userBody } from "../people.ts";

/** As much of D1 as is used here. */
interface Prepared {
  bind(...values: readonly (string | number)[]): Prepared;
  first(): Promise<Readonly<Record<string, unknown>> | null>;
}
interface Database {
  prepare(sql: string): Prepared;
  batch(statements: readonly Prepared[]): Promise<unknown>;
}

const USERS = 1000;

const app = new Hono<{ Bindings: { DB: Database } }>();

app.get("/empty", (c) => c.body(null, 204));

app.get("/read/:id", async (c) => {
  const row = await read(c.env.DB, c.req.param("id"));
  return c.body(String(row?.["document"]), 200, { "content-type": "application/json" });
});

app.post("/write/:id", async (c) => {
  const id = c.req.param("id");
  const text = await c.req.text();
  const row = await read(c.env.DB, id);
  await c.env.DB.batch([
    c.env.DB.prepare("UPDATE floor SET document = ?1 WHERE id = ?2").bind(text, id),
    c.env.DB.prepare("INSERT INTO floor_log (id, at) VALUES (?1, ?2)").bind(
      crypto.randomUUID(),
      id,
    ),
  ]);
  return c.body(String(row?.["document"]), 200, { "content-type": "application/json" });
});

app.post("/fill", async (c) => {
  const { DB } = c.env;
  await DB.batch([
    DB.prepare(
      "CREATE TABLE floor (id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID",
    ),
    DB.prepare(
      "CREATE TABLE floor_log (id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
    ),
  ]);
  const insert = DB.prepare("INSERT INTO floor (id, document) VALUES (?1, ?2)");
  const users = Array.from({ length: USERS }, (_, index) =>
    JSON.stringify(userBody(`user-${index}`, index)),
  );
  await DB.batch(users.map((document, index) => insert.bind(String(index), document)));
  return c.body(null, 204);
});

function read(database: Database, id: string) {
  return database.prepare("SELECT document FROM floor WHERE id = ?1").bind(id).first();
}

export default app;
