/** A resource laid out for people, by its schemas: what a schema says is shown, whatever schema it is. */
import type { Attribute, Schema } from "../../schema/attribute.ts";
import { isList, isObject, isUnassigned } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import type { Content } from "./page.ts";
import { Badge } from "./parts.tsx";
import { textAt } from "./reading.ts";

/** Where the page of a referenced resource is; undefined where it has none. */
export type LinkTo = (reference: string) => string | undefined;

interface Fact {
  readonly label: string;
  readonly content: Content;
}

/** The attributes of one schema, as far as `values` has them; undefined where there are none. */
export function AttributeList({
  schema,
  values,
  linkTo,
}: {
  schema: Schema;
  values: JsonObject;
  linkTo: LinkTo;
}) {
  const facts = schema.attributes.flatMap((attribute) => factsOf(attribute, values, linkTo));
  if (facts.length === 0) return <p class="quiet">None of these attributes has a value.</p>;
  return (
    <dl class="facts">
      {facts.map(({ label, content }) => (
        <>
          <dt>{label}</dt>
          <dd>{content}</dd>
        </>
      ))}
    </dl>
  );
}

/** What is derived or stored as rows has a place of its own on the page. */
function factsOf(attribute: Attribute, values: JsonObject, linkTo: LinkTo): Fact[] {
  const value = values[attribute.name];
  if (value === undefined || isUnassigned(value) || attribute.stored !== "document") return [];
  const label = labelOf(attribute.name);
  if (isList(value)) return [{ label, content: <Values values={value} /> }];
  if (!isObject(value)) return [{ label, content: textOf(value) }];
  const reference = textAt(value, "$ref");
  if (reference !== "") {
    const name = textAt(value, "displayName") || textAt(value, "value");
    return [{ label, content: <a href={linkTo(reference)}>{name}</a> }];
  }
  return attribute.subAttributes.flatMap(({ name }) => {
    const part = value[name];
    if (part === undefined) return [];
    const isNamed = name.toLowerCase().includes(attribute.name.toLowerCase());
    const own = isNamed ? labelOf(name) : `${label}, ${labelOf(name).toLowerCase()}`;
    return [{ label: own, content: textOf(part) }];
  });
}

function Values({ values }: { values: readonly Json[] }) {
  return (
    <ul class="plain">
      {values.map((value) => {
        const { type, primary } = isObject(value) ? value : {};
        return (
          <li>
            {shorten(isObject(value) ? partsOf(value) : textOf(value))}{" "}
            {typeof type === "string" && <Badge tone="plain">{type}</Badge>}{" "}
            {primary === true && <Badge tone="good">primary</Badge>}
          </li>
        );
      })}
    </ul>
  );
}

/** The value, or else what it is made of. */
function partsOf(value: JsonObject): string {
  const whole = value["value"] ?? value["formatted"];
  if (whole !== undefined) return textOf(whole);
  const parts = Object.entries(value).filter(([name]) => name !== "type" && name !== "primary");
  return parts.map(([, part]) => textOf(part)).join(", ");
}

function textOf(value: Json): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Certificates are long, and nobody reads them. */
function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 120)} ... (${text.length} characters)` : text;
}

/** `employeeNumber` becomes "Employee number". */
export function labelOf(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
