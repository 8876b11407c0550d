/** Which connection made a resource, and which changed it last. */
import type { JsonObject } from "../scim/json.ts";
import type { ConsoleContext } from "./context.ts";
import { planEntryAt } from "./directory-statements.ts";
import { storeOf } from "./directory.ts";
import { tenantOf, tenantPath } from "./page.ts";
import { Card, Time } from "./parts.tsx";
import { objectAt, textAt } from "./reading.ts";

export async function Provenance({ c, resource }: { c: ConsoleContext; resource: JsonObject }) {
  const meta = objectAt(resource, "meta");
  const base = tenantPath(tenantOf(c));
  const { created, changed } = await readWriters(c, resource);
  const lines = [
    ["Created", textAt(meta, "created"), created],
    ["Last changed", textAt(meta, "lastModified"), changed],
  ] as const;
  return (
    <Card id="provenance" title="Where it comes from">
      <dl class="facts">
        {lines.map(([label, at, written]) => (
          <>
            <dt>{label}</dt>
            <dd>
              <Time at={at} />
              {written !== undefined && (
                <>
                  {" by "}
                  <a href={`${base}/connections/${encodeURIComponent(written.provider)}`}>
                    {written.provider}
                  </a>
                  {", "}
                  <a href={`${base}/activity/${written.entry}`}>see the request</a>
                </>
              )}
            </dd>
          </>
        ))}
        <dt>Id</dt>
        <dd>
          <code>{textAt(resource, "id")}</code>
        </dd>
        <dt>External id</dt>
        <dd>{textAt(resource, "externalId") || <span class="quiet">none</span>}</dd>
        <dt>Version</dt>
        <dd>
          <code>{textAt(meta, "version")}</code>
        </dd>
      </dl>
    </Card>
  );
}

/** Scheme of the connection and id of the entry; undefined where the log doesn't tell. */
interface Written {
  readonly provider: string;
  readonly entry: string;
}

interface Writers {
  readonly created: Written | undefined;
  readonly changed: Written | undefined;
}

async function readWriters(c: ConsoleContext, resource: JsonObject): Promise<Writers> {
  const meta = objectAt(resource, "meta");
  const times = [textAt(meta, "created"), textAt(meta, "lastModified")];
  const rows = await storeOf(c).batch(
    times.map((at) => planEntryAt(tenantOf(c), textAt(resource, "id"), at)),
  );
  const [created, changed] = rows.map(([row]) =>
    row === undefined ? undefined : { provider: String(row["provider"]), entry: String(row["id"]) },
  );
  return { created, changed };
}
