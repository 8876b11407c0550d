/** Why? Paste a request or a filter and see how Rollcall reads it. Nothing of it is carried out, stored or logged. */
import { PROFILES, PROVIDER } from "../../../schema/provider.ts";
import type { Profile } from "../../../schema/provider.ts";
import { RESOURCE_TYPES } from "../../../schema/resource-types.ts";
import type { JsonObject } from "../../scim/json.ts";
import { expectApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { baseOf } from "../directory.ts";
import { MAX_FORM, readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { view } from "../layout.tsx";
import { sessionOf, tenantOf } from "../page.ts";
import type { Content, Page } from "../page.ts";
import { Choice, CsrfField, Field } from "../parts.tsx";
import { listAt, textAt } from "../reading.ts";
import { ShownReading } from "../why-reading.tsx";
import { readQuestion } from "../why.ts";
import type { Question } from "../why.ts";

/** A body as large as SCIM takes, and the form around it. */
const LARGEST = PROVIDER.maxPayloadSize + MAX_FORM;

export const WHY_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/why", access: "tenant", answer: askWhy },
  { method: "POST", path: "/t/:tenant/why", access: "tenant", maxForm: LARGEST, answer: tellWhy },
]);

async function askWhy(c: ConsoleContext): Promise<Response> {
  const connections = await readConnections(c);
  return showPage(c, { connections, fields: { as: c.req.query("as") ?? "" } });
}

async function tellWhy(c: ConsoleContext): Promise<Response> {
  const fields = await readFields(c);
  const connections = await readConnections(c);
  const profile = profileOf(fields["as"] ?? "", connections);
  const reading = readQuestion(questionOf(fields), {
    tenant: tenantOf(c),
    profile,
    types: RESOURCE_TYPES,
    base: baseOf(c),
  });
  const answer = (
    <section aria-labelledby="answer">
      <h2 id="answer">How Rollcall reads it, for the profile {profile}</h2>
      <ShownReading reading={reading} />
    </section>
  );
  return showPage(c, { connections, fields, answer });
}

/** A filter is the question that a list with it would be. */
function questionOf(fields: Fields): Question {
  const { ask, method = "", path = "", body = "", endpoint = "", filter = "" } = fields;
  if (ask !== "filter") return { method, path, body };
  const query = new URLSearchParams({ filter });
  return { method: "GET", path: `${endpoint}?${query.toString()}`, body: "" };
}

async function readConnections(c: ConsoleContext): Promise<readonly JsonObject[]> {
  const query = { pageSize: "100" };
  return listAt(await expectApi(c, { method: "GET", path: "/sso/providers", query }), "items");
}

/** `connection:{scheme}` or `profile:{name}`. */
function profileOf(as: string, connections: readonly JsonObject[]): Profile {
  const [kind, name] = [as.slice(0, as.indexOf(":")), as.slice(as.indexOf(":") + 1)];
  const connection = connections.find((one) => textAt(one, "scheme") === name);
  const wanted = kind === "connection" ? textAt(connection ?? {}, "profile") : name;
  return PROFILES.find((profile) => profile === wanted) ?? "generic";
}

interface Shown {
  readonly connections: readonly JsonObject[];
  /** What was typed. */
  readonly fields: Fields;
  readonly answer?: Content;
}

function showPage(c: ConsoleContext, { connections, fields, answer }: Shown): Promise<Response> {
  const as: (readonly [string, string])[] = [
    ...connections.map((one): readonly [string, string] => [
      `connection:${textAt(one, "scheme")}`,
      `the connection ${textAt(one, "displayName")} (profile ${textAt(one, "profile")})`,
    ]),
    ...PROFILES.map((profile): readonly [string, string] => [
      `profile:${profile}`,
      `any connection with the profile ${profile}`,
    ]),
  ];
  return view(
    c,
    "Why?",
    <>
      <p>
        Paste what an identity provider sends, and see how Rollcall reads it. Nothing is carried
        out, and nothing of it is stored or logged.
      </p>
      {answer}
      <div class="grid wide">
        <form method="post" enctype="multipart/form-data" class="card fields">
          <h2>A request</h2>
          <CsrfField session={sessionOf(c)} />
          <input type="hidden" name="ask" value="request" />
          <Choice name="as" label="As it comes from" options={as} value={fields["as"]} />
          <Choice
            name="method"
            label="Method"
            options={METHODS}
            value={fields["method"] ?? "POST"}
          />
          <Field
            name="path"
            label="Path"
            value={fields["path"] ?? "/Users"}
            required
            hint="Such as /Users, /Users/{id}, /.search or /Bulk; a whole URL will do."
          />
          <div>
            <label for="body">Body</label>
            <textarea id="body" name="body" spellcheck={false}>
              {fields["body"] ?? ""}
            </textarea>
          </div>
          <div class="actions">
            <button type="submit">Read the request</button>
          </div>
        </form>
        <form method="post" enctype="multipart/form-data" class="card fields">
          <h2>A filter</h2>
          <CsrfField session={sessionOf(c)} />
          <input type="hidden" name="ask" value="filter" />
          <FilterFields as={as} fields={fields} />
          <div class="actions">
            <button type="submit">Read the filter</button>
          </div>
        </form>
      </div>
    </>,
  );
}

const METHODS = ["POST", "PATCH", "PUT", "GET", "DELETE"].map(
  (method) => [method, method] as const,
);

function FilterFields({
  as,
  fields,
}: {
  as: readonly (readonly [string, string])[];
  fields: Fields;
}) {
  const endpoints = RESOURCE_TYPES.map(({ name, endpoint }) => [endpoint, name] as const);
  return (
    <>
      <Choice id="filter-as" name="as" label="As it comes from" options={as} value={fields["as"]} />
      <Choice
        name="endpoint"
        label="Resource type"
        options={endpoints}
        value={fields["endpoint"]}
      />
      <Field
        name="filter"
        label="Filter"
        value={fields["filter"]}
        required
        hint='Such as userName eq "ada" or emails[type eq "work"]'
      />
    </>
  );
}
