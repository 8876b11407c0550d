/** Users and groups: search by plain words or by a SCIM filter, page by page. */
import { ScimError } from "../../scim/fault.ts";
import type { JsonObject } from "../../scim/json.ts";
import type { ListPage } from "../../render/list.ts";
import type { ConsoleContext } from "../context.ts";
import { planMemberCounts } from "../directory-statements.ts";
import { GROUPS, USERS, listDirectory, resourcePath, searchFilter, storeOf } from "../directory.ts";
import type { Directory } from "../directory.ts";
import { view } from "../layout.tsx";
import { tenantOf, tenantPath } from "../page.ts";
import type { Content, Page } from "../page.ts";
import { Badge, Field, Notice, Pages, Table, Time, counted } from "../parts.tsx";
import { listAt, objectAt, textAt } from "../reading.ts";

export const DIRECTORY_PAGES: readonly Page[] = Object.freeze([
  {
    method: "GET",
    path: "/t/:tenant/users",
    access: "tenant",
    answer: (c) => showDirectory(c, USERS, userTable),
  },
  {
    method: "GET",
    path: "/t/:tenant/groups",
    access: "tenant",
    answer: (c) => showDirectory(c, GROUPS, groupTable),
  },
]);

interface Search {
  readonly text: string;
  /** Whether the text is a filter already. */
  readonly isFilter: boolean;
}

type ShowTable = (c: ConsoleContext, found: readonly JsonObject[]) => Content | Promise<Content>;

async function showDirectory(
  c: ConsoleContext,
  directory: Directory,
  showTable: ShowTable,
): Promise<Response> {
  const search = { text: c.req.query("q") ?? "", isFilter: c.req.query("scim") === "on" };
  const title = directory.plural === "users" ? "Users" : "Groups";
  const page = await find(c, directory, search);
  if (page instanceof ScimError) {
    const content = (
      <>
        <SearchForm directory={directory} search={search} />
        <Notice tone="bad">{page.message}</Notice>
      </>
    );
    return view(c, title, content, 400);
  }
  return view(
    c,
    title,
    <>
      <SearchForm directory={directory} search={search} />
      <p class="quiet">{sizeOf(page, directory, search)}</p>
      {page.resources.length > 0 && (await showTable(c, page.resources))}
      <Pages
        label={title}
        previous={linkTo(c, search, page.cursors?.previousCursor)}
        next={linkTo(c, search, page.cursors?.nextCursor)}
      />
    </>,
  );
}

async function find(
  c: ConsoleContext,
  directory: Directory,
  { text, isFilter }: Search,
): Promise<ListPage | ScimError> {
  const filter = isFilter ? text.trim() || undefined : searchFilter(text, directory.searched);
  try {
    return await listDirectory(c, directory, { filter, cursor: c.req.query("cursor") ?? "" });
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

function SearchForm({ directory, search }: { directory: Directory; search: Search }) {
  return (
    <form class="search" role="search">
      <Field name="q" label={`Search ${directory.plural}`} type="search" value={search.text} />
      <p class="check">
        <input type="checkbox" id="scim" name="scim" checked={search.isFilter} />
        <label for="scim">as a SCIM filter</label>
      </p>
      <button type="submit">Search</button>
      <p class="hint">
        Looks in {directory.searched.join(", ")}. As a SCIM filter, for example:{" "}
        <code>{directory.searched[0]} sw "a"</code>
      </p>
    </form>
  );
}

function sizeOf({ total }: ListPage, { plural }: Directory, { text }: Search): string {
  if (text.trim() !== "") return `${counted(total)} found`;
  if (total > 0) return `${counted(total)} ${plural}`;
  return `There are no ${plural} yet: they arrive when a connection provisions them.`;
}

function linkTo(c: ConsoleContext, search: Search, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const query = new URLSearchParams({ q: search.text, cursor });
  if (search.isFilter) query.set("scim", "on");
  return `${c.req.path}?${query.toString()}`;
}

function userTable(c: ConsoleContext, users: readonly JsonObject[]): Content {
  return (
    <Table caption="Users" head={["Name", "User name", "E-mail", "Sign-in", "Last change"]}>
      {users.map((user) => (
        <tr>
          <th scope="row">
            <a href={resourcePath(tenantOf(c), "User", textAt(user, "id"))}>{nameOf(user)}</a>
          </th>
          <td>{textAt(user, "userName")}</td>
          <td>{mailOf(user)}</td>
          <td>
            <Active user={user} />
          </td>
          <td>
            <Time at={textAt(objectAt(user, "meta"), "lastModified")} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The name of a user or a group for people. */
export function nameOf(resource: JsonObject): string {
  const full = textAt(objectAt(resource, "name"), "formatted");
  return textAt(resource, "displayName") || full || textAt(resource, "userName");
}

function mailOf(user: JsonObject): string {
  const emails = listAt(user, "emails");
  return textAt(emails.find(({ primary }) => primary === true) ?? emails[0] ?? {}, "value");
}

/** Whether the user may sign in, as far as the identity provider said it. */
export function Active({ user: { active } }: { user: JsonObject }) {
  if (active === undefined) return <span class="quiet">not said</span>;
  return active === true ? <Badge tone="good">active</Badge> : <Badge tone="warn">inactive</Badge>;
}

/** More are not counted: a list of large groups would cost too much. */
const MOST_COUNTED = 1000;

async function groupTable(c: ConsoleContext, groups: readonly JsonObject[]): Promise<Content> {
  const tenant = tenantOf(c);
  const ids = groups.map((group) => textAt(group, "id"));
  const rows = await storeOf(c).query(planMemberCounts(tenant, ids, MOST_COUNTED));
  const counts = new Map(rows.map((row) => [row["id"], Number(row["count"])]));
  const sizeOfGroup = (id: string): string => {
    const count = counts.get(id) ?? 0;
    return count > MOST_COUNTED ? `more than ${counted(MOST_COUNTED)}` : counted(count);
  };
  return (
    <Table caption="Groups" head={["Name", "Members", "External id", "Last change"]}>
      {groups.map((group) => (
        <tr>
          <th scope="row">
            <a href={`${tenantPath(tenant)}/groups/${textAt(group, "id")}`}>{nameOf(group)}</a>
          </th>
          <td>{sizeOfGroup(textAt(group, "id"))}</td>
          <td>{textAt(group, "externalId")}</td>
          <td>
            <Time at={textAt(objectAt(group, "meta"), "lastModified")} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
