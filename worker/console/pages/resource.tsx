/** One user or one group: its attributes, who belongs to whom, where it came from, what happened to it. Nothing is changed here. */
import type { JsonObject } from "../../scim/json.ts";
import { ActivityTable } from "../activity-table.tsx";
import { expectApi } from "../api.ts";
import { AttributeList } from "../attribute-list.tsx";
import type { ConsoleContext } from "../context.ts";
import { GROUPS, USERS, baseOf, readResource, resourcePath } from "../directory.ts";
import type { Directory } from "../directory.ts";
import { view } from "../layout.tsx";
import { Members } from "../members.tsx";
import { tenantOf, tenantPath } from "../page.ts";
import type { Page } from "../page.ts";
import { Active, nameOf } from "./directory.tsx";
import { Badge, Card } from "../parts.tsx";
import { Provenance } from "../provenance.tsx";
import { listAt, objectAt, textAt } from "../reading.ts";

export const RESOURCE_PAGES: readonly Page[] = Object.freeze([
  {
    method: "GET",
    path: "/t/:tenant/users/:id",
    access: "tenant",
    answer: (c) => showResource(c, USERS),
  },
  {
    method: "GET",
    path: "/t/:tenant/groups/:id",
    access: "tenant",
    answer: (c) => showResource(c, GROUPS),
  },
]);

async function showResource(c: ConsoleContext, directory: Directory): Promise<Response> {
  const { type, path, plural } = directory;
  const resource = await readResource(c, type);
  const holdsRows = type.schema.attributes.some(({ stored }) => stored === "rows");
  const history = await readHistory(c);
  const linkTo = (reference: string): string | undefined => pathOf(c, reference);
  return view(
    c,
    nameOf(resource),
    <>
      <p>
        <a href={`${tenantPath(tenantOf(c))}${path}`}>All {plural}</a>{" "}
        {type === USERS.type && <Active user={resource} />}
      </p>
      <div class="grid wide">
        <div>
          <Card id="attributes" title={type.name}>
            <AttributeList schema={type.schema} values={resource} linkTo={linkTo} />
          </Card>
        </div>
        <div>
          {type.extensions.map(({ schema }, index) => (
            <Card id={`extension-${index}`} title={schema.description}>
              <AttributeList
                schema={schema}
                values={objectAt(resource, schema.id)}
                linkTo={linkTo}
              />
            </Card>
          ))}
          {type === USERS.type && <Groups c={c} user={resource} />}
          <Provenance c={c} resource={resource} />
        </div>
      </div>
      {holdsRows && <Members c={c} group={resource} />}
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        {history.length === 0 ? (
          <p class="quiet">The activity log holds nothing about it any more.</p>
        ) : (
          <ActivityTable caption="History, newest first" tenant={tenantOf(c)} entries={history} />
        )}
      </section>
      <details class="card">
        <summary>As JSON</summary>
        <pre>{JSON.stringify(resource, null, 2)}</pre>
      </details>
    </>,
  );
}

/** The page of the resource that a `$ref` points at. */
function pathOf(c: ConsoleContext, reference: string): string | undefined {
  const [, endpoint, id = ""] = reference.slice(baseOf(c).length).split("/");
  const directory = [USERS, GROUPS].find(({ type }) => type.endpoint === `/${endpoint ?? ""}`);
  return directory && resourcePath(tenantOf(c), directory.type.name, id);
}

const HISTORY_LENGTH = "50";

async function readHistory(c: ConsoleContext): Promise<readonly JsonObject[]> {
  const query = { resourceId: c.req.param("id") ?? "", count: HISTORY_LENGTH };
  return listAt(await expectApi(c, { method: "GET", path: "/activity", query }), "items");
}

function Groups({ c, user }: { c: ConsoleContext; user: JsonObject }) {
  const groups = listAt(user, "groups");
  return (
    <Card id="groups" title="Groups">
      {groups.length === 0 && <p class="quiet">In no group.</p>}
      <ul class="plain">
        {groups.map((group) => (
          <li>
            <a href={pathOf(c, textAt(group, "$ref"))}>
              {textAt(group, "display") || textAt(group, "value")}
            </a>{" "}
            {textAt(group, "type") === "indirect" && (
              <Badge tone="plain">through another group</Badge>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
