/** How a request was read, as a part of a page. */
import { printFilter } from "../parse/filter.ts";
import type { PatchOperation } from "../parse/patch.ts";
import type { AccessPath } from "../plan/access-path.ts";
import { isGuided, remedyOf } from "../render/error-guide.ts";
import { renderFault } from "../render/fault.ts";
import { pathOf } from "../scim/attribute-path.ts";
import type { Change } from "../scim/command.ts";
import type { Fault } from "../scim/fault.ts";
import type { Json } from "../scim/json.ts";
import type { Ignored } from "./ignored.ts";
import type { Content } from "./page.ts";
import { Badge, Notice } from "./parts.tsx";
import { Forgiven } from "./quirk-list.tsx";
import { textAt } from "./reading.ts";
import type { Meaning, Reading } from "./why.ts";

export function ShownReading({ reading: { forgiven, meaning } }: { reading: Reading }) {
  return (
    <>
      <ShownMeaning meaning={meaning} />
      <Forgiven
        level={3}
        forgiven={forgiven.map(({ quirk, fault }) => ({
          name: quirk,
          where: "detail" in fault ? fault.detail : undefined,
        }))}
      />
    </>
  );
}

function ShownMeaning({ meaning }: { meaning: Meaning }): Content {
  switch (meaning.kind) {
    case "fault":
      return <ShownFault fault={meaning.fault} position={meaning.position} />;
    case "change":
      return <ShownChange {...meaning} />;
    case "list":
      return <ShownList {...meaning} />;
    case "read":
      return (
        <Notice tone="good">
          <p>It asks for {meaning.what}. There is nothing in it that could be misread.</p>
        </Notice>
      );
    case "bulk":
      return meaning.operations.map(({ name, reading }) => (
        <section>
          <h3>{name}</h3>
          <ShownReading reading={reading} />
        </section>
      ));
  }
}

function ShownFault({ fault, position }: { fault: Fault; position: string | undefined }) {
  const { status, body } = renderFault(fault, "");
  return (
    <Notice tone="bad">
      <p>
        <b>
          It is refused with status {status}
          {isGuided(fault.kind) && ` and scimType ${fault.kind}`}.
        </b>{" "}
        {"detail" in fault ? fault.detail : textAt(body, "detail")}
      </p>
      {position !== undefined && <p>{position}</p>}
      {isGuided(fault.kind) && (
        <p>
          <b>What helps:</b> {remedyOf(fault.kind)}
        </p>
      )}
    </Notice>
  );
}

function ShownChange({ type, change, ignored }: Extract<Meaning, { kind: "change" }>) {
  return (
    <>
      <Notice tone="good">
        <p>
          <b>It can be read.</b> {PURPOSES[change.kind](type.name)} What depends on what is stored
          (whether it is there, whether a name is taken) is decided when it is carried out.
        </p>
      </Notice>
      {change.kind !== "delete" && (
        <section class="card">
          <h3>In canonical form</h3>
          <Canonical change={change} />
        </section>
      )}
      <IgnoredList ignored={ignored} />
    </>
  );
}

const PURPOSES: Readonly<Record<Change<never>["kind"], (type: string) => string>> = Object.freeze({
  create: (type) => `It makes a ${type}.`,
  replace: (type) => `It replaces all of a ${type}: what it doesn't name is removed.`,
  patch: (type) => `It changes a ${type} by these operations, all or none.`,
  delete: (type) => `It deletes a ${type}.`,
});

function Canonical({ change }: { change: Change<PatchOperation> }) {
  switch (change.kind) {
    case "create":
    case "replace": {
      const { document, members } = change.resource;
      const rows = members.length === 0 ? {} : { members: members.map((value) => ({ value })) };
      return <pre>{JSON.stringify({ ...document, ...rows }, null, 2)}</pre>;
    }
    case "patch":
      if (change.operations.length === 0) return <p>Nothing is left to change.</p>;
      return <pre>{change.operations.map(printOperation).join("\n")}</pre>;
    case "delete":
      return <></>;
  }
}

/** `replace emails[type eq "work"].value = "ada@example.com"` */
function printOperation({ op, target, filter, value }: PatchOperation): string {
  const whole = pathOf({ ...target, sub: undefined });
  const selected = filter === undefined ? whole : `${whole}[${printFilter(filter)}]`;
  const path = target.sub === undefined ? selected : `${selected}.${target.sub.name}`;
  if (op === "remove") return `remove ${path}`;
  return `${op} ${path} = ${value === undefined ? "nothing (unassigned)" : printValue(value)}`;
}

function printValue(value: Json): string {
  return JSON.stringify(value, null, 2);
}

const REASONS: Readonly<Record<Ignored["why"], string>> = Object.freeze({
  unknown: "no schema has it",
  readOnly: "it is read-only",
  neverKept: "it is accepted and never kept",
});

function IgnoredList({ ignored }: { ignored: readonly Ignored[] }) {
  if (ignored.length === 0) return <></>;
  return (
    <section class="card">
      <h3>Without effect</h3>
      <dl class="facts">
        {ignored.map(({ name, why }) => (
          <>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{REASONS[why]}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

const PATHS: Readonly<Record<AccessPath, readonly [string, string]>> = Object.freeze({
  key: ["index", "One entry of the index is looked up, however many resources there are."],
  members: ["index", "The membership rows are looked up; only these are read."],
  range: ["index", "A stretch of the index is read, as long as it has matches."],
  values: ["index, all of it", "Every value of the attribute in the index is looked at."],
  scan: ["scan", "No index serves it: every resource of the type is looked at."],
});

function ShownList({ filters, statement }: Extract<Meaning, { kind: "list" }>) {
  return (
    <>
      {filters.map(({ type, canonical, path }) => (
        <section class="card">
          <h3>{type}</h3>
          {canonical === undefined ? (
            <p>Every {type}, in the order of creation.</p>
          ) : (
            <pre>{canonical}</pre>
          )}
          {path !== undefined && (
            <p>
              <Badge tone={path === "scan" ? "warn" : "good"}>{PATHS[path][0]}</Badge>{" "}
              {PATHS[path][1]}
            </p>
          )}
        </section>
      ))}
      <details class="card">
        <summary>The statement</summary>
        <pre>{statement.sql}</pre>
        <h3>Its parameters, in order</h3>
        <ol>
          {statement.params.map((parameter) => (
            <li>
              <code>{JSON.stringify(parameter)}</code>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}
