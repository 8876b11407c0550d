/** Parts of what endpoints answer: schemas that the OpenAPI document shows, and that give the answers their types. */
import * as v from "valibot";

export const TIME = v.pipe(v.string(), v.isoTimestamp());
export const ID = v.pipe(v.string(), v.uuid());
export const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));
export const SCOPE = v.picklist(["provision", "read"]);

/** A page of a list that is paged by number. */
export function pageSchema<Item extends v.GenericSchema>(item: Item) {
  return v.strictObject({
    items: v.array(item),
    page: COUNT,
    pageSize: COUNT,
    totalCount: v.pipe(COUNT, v.description("of all pages")),
  });
}

/** A page of a list that is paged by cursor, newest first. */
export function cursorPageSchema<Item extends v.GenericSchema>(item: Item) {
  return v.strictObject({
    items: v.array(item),
    nextCursor: v.pipe(v.nullable(v.string()), v.description("null on the last page")),
  });
}

/** A secret that is shown this once. */
export const SECRET = v.pipe(v.string(), v.description("shown this once; only its hash is kept"));
