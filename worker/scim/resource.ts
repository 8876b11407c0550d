/** Resources as the rooms pass them on. */
import type { JsonObject } from "./json.ts";

/**
 * What a client may say of a resource, checked against its schemas: canonical names, canonical JSON types, nothing that is
 * read-only, nothing unassigned. `parse/resource` makes it, `plan` keeps it true.
 */
export interface Resource {
  /** Attributes that live in the document, extensions under their URN; with `schemas` first. */
  readonly document: JsonObject;
  /** Values of the attribute that is stored as rows, where the type has one: the ids of the members. */
  readonly members: readonly string[];
}

export interface Member {
  readonly id: string;
  readonly type: string;
  readonly display: string | null;
}

/** A group that holds a resource, for a derived attribute such as `groups`. */
export interface Membership {
  readonly id: string;
  readonly display: string | null;
  readonly direct: boolean;
}

/** A resource as it is stored, with what `render` needs to show it. */
export interface StoredResource extends ResourceColumns {
  readonly document: JsonObject;
}

/** The same with its document as the text that is stored, which may be sent as it is. */
export interface ResourceText extends ResourceColumns {
  readonly text: string;
}

/** What of a resource is beside its document. */
export interface ResourceColumns {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  /** Undefined: not read, since the projection doesn't show it. */
  readonly members?: readonly Member[];
  readonly memberships?: readonly Membership[];
  /** Names of resources that references in the document point at, by id. */
  readonly names?: Readonly<Record<string, string>>;
}
