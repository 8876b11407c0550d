/** The members of a group, page by page. */
import type { JsonObject } from "../scim/json.ts";
import type { ConsoleContext } from "./context.ts";
import { planMemberCounts, planMembers } from "./directory-statements.ts";
import { resourcePath, storeOf } from "./directory.ts";
import { tenantOf } from "./page.ts";
import { Badge, Pages, counted } from "./parts.tsx";
import { textAt } from "./reading.ts";

const PAGE_SIZE = 200;
/** A group of more members is told by that. */
const MOST_COUNTED = 100_000;

export async function Members({ c, group }: { c: ConsoleContext; group: JsonObject }) {
  const tenant = tenantOf(c);
  const id = textAt(group, "id");
  const after = c.req.query("after") ?? "";
  const [found = [], counts = []] = await storeOf(c).batch([
    planMembers(tenant, id, { after, count: PAGE_SIZE }),
    planMemberCounts(tenant, [id], MOST_COUNTED),
  ]);
  const members = found.slice(0, PAGE_SIZE).map((row) => {
    const [member, type] = [String(row["member_id"]), String(row["member_type"])];
    return { member, type, display: row["display"] ?? member };
  });
  const count = Number(counts[0]?.["count"] ?? 0);
  const size = count > MOST_COUNTED ? `more than ${counted(MOST_COUNTED)}` : counted(count);
  const last = members.at(-1)?.member ?? "";
  return (
    <section class="card" id="members" aria-labelledby="members-title">
      <h2 id="members-title">Members: {size}</h2>
      {count === 0 && <p class="quiet">Nobody is in this group.</p>}
      <ul class="columns">
        {members.map(({ member, type, display }) => (
          <li>
            <a href={resourcePath(tenant, type, member)}>{display}</a>{" "}
            {type !== "User" && <Badge tone="plain">{type.toLowerCase()}</Badge>}
          </li>
        ))}
      </ul>
      <Pages
        label="members"
        first={after === "" ? undefined : `${c.req.path}#members`}
        next={
          found.length > PAGE_SIZE
            ? `${c.req.path}?after=${encodeURIComponent(last)}#members`
            : undefined
        }
      />
    </section>
  );
}
