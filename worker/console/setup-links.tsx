/** The set-up links of a tenant, on its settings' page. */
import type { JsonObject } from "../scim/json.ts";
import type { ConsoleContext } from "./context.ts";
import { sessionOf } from "./page.ts";
import { Badge, Card, Choice, CsrfField, Table, Time } from "./parts.tsx";
import { textAt, textOrNullAt } from "./reading.ts";
import { settingsPath } from "./tenants.tsx";
import { isExpired } from "./tokens.tsx";

/** Hours. */
const LIVES = [
  ["24", "A day"],
  ["72", "Three days"],
  ["168", "A week"],
  ["720", "30 days"],
] as const;

export function SetupLinks({ links, c }: { links: readonly JsonObject[]; c: ConsoleContext }) {
  const [path, now] = [`${settingsPath(c)}/links`, c.get("wiring").now()];
  return (
    <Card id="links" title="Set-up links">
      <p>
        Send one to the customer's IT administrator: with it they connect their identity provider to
        this tenant, without an account, and can do nothing else. It works once.
      </p>
      <form method="post" action={path} class="search">
        <CsrfField session={sessionOf(c)} />
        <Choice name="expiresIn" label="Good for" options={LIVES} value="72" />
        <button type="submit">Make a link</button>
      </form>
      {links.length > 0 && (
        <Table caption="Links made so far" head={["State", "Made", "Expires", "Actions"]}>
          {links.map((link) => (
            <LinkRow link={link} path={path} now={now} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function LinkRow({ link, path, now }: { link: JsonObject; path: string; now: Date }) {
  const usedAt = textOrNullAt(link, "usedAt");
  const isOver = isExpired(textAt(link, "expiresAt"), now);
  return (
    <tr>
      <th scope="row">
        {usedAt !== null ? (
          <>
            <Badge tone="plain">used</Badge> <Time at={usedAt} />
          </>
        ) : (
          <Badge tone={isOver ? "warn" : "good"}>{isOver ? "expired" : "open"}</Badge>
        )}
      </th>
      <td>
        <Time at={textAt(link, "created")} />{" "}
        <span class="quiet small below">{textAt(link, "createdBy")}</span>
      </td>
      <td>
        <Time at={textAt(link, "expiresAt")} />
      </td>
      <td>
        <a href={`${path}/${textAt(link, "id")}/delete`}>
          {usedAt === null && !isOver ? "Take back" : "Remove"}
          <span class="hidden"> the link made {textAt(link, "created")}</span>
        </a>
      </td>
    </tr>
  );
}
