/** An extension that exists in tests only: an attribute of every type and of each rarer characteristic. */
import { attribute } from "../../schema/attribute.ts";
import type { Schema } from "../../schema/attribute.ts";

export const BADGE: Schema = Object.freeze({
  id: "urn:example:params:scim:schemas:extension:badge:2.0:User",
  name: "Badge",
  description: "The badge that a user carries",
  attributes: [
    attribute("number", "Printed on the badge, unique in the tenant.", {
      required: true,
      uniqueness: "server",
      indexed: true,
    }),
    attribute("code", "Compared with its case.", { caseExact: true }),
    attribute("note", "Compared without case."),
    attribute("visitor", "Whether it is a visitor's.", { type: "boolean" }),
    attribute("level", "A whole number.", { type: "integer" }),
    attribute("deposit", "A number.", { type: "decimal" }),
    attribute("issued", "A point in time.", { type: "dateTime" }),
    attribute("chip", "What the chip holds.", { type: "binary" }),
    attribute("photo", "URI of the picture.", { type: "reference", referenceTypes: ["external"] }),
    attribute("serial", "Written once.", { mutability: "immutable" }),
    attribute("history", "Shown on request.", { returned: "request" }),
    attribute("pin", "Taken and never shown.", { mutability: "writeOnly", returned: "never" }),
    attribute("printed", "The service provider's.", { mutability: "readOnly" }),
    attribute("tags", "Several simple values.", { multiValued: true }),
    attribute("holder", "One complex value.", {
      subAttributes: [
        attribute("color", "Of the holder."),
        attribute("maker", "Of the holder, written once.", { mutability: "immutable" }),
        attribute("weight", "In grams.", { type: "integer" }),
      ],
    }),
    attribute("doors", "Doors that it opens.", {
      multiValued: true,
      subAttributes: [
        attribute("value", "Name of the door.", { required: true }),
        attribute("floor", "Where the door is.", { type: "integer" }),
        attribute("primary", "The usual one.", { type: "boolean" }),
      ],
    }),
  ],
});
