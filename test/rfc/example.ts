/** The shape of an example of RFC 7643, 7644 or 9865, and all of them: one data file each, named by section. */
import type { Json } from "../../worker/scim/json.ts";

declare global {
  interface ImportMeta {
    glob(pattern: string, options: { eager: true; import: "default" }): Record<string, unknown>;
  }
}

/** Features that may be switched off; what isn't named here is always served. */
export type Feature = "bulk" | "search" | "cursor" | "root";

/** Strings may hold `{{name}}`: what an earlier exchange captured, `{{base}}`, or `{{missing}}`, an id that nobody has. */
export interface ExampleRequest {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  /** Parameters as they are meant; the player encodes them. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** A body that is sent as it is, where it is not meant to be JSON. */
  readonly text?: string;
  /** Spaces follow the body until it has so many bytes. */
  readonly padTo?: number;
  /** The one element of this list of the body comes so many times. */
  readonly repeat?: { readonly list: string; readonly times: number };
  /** Sent without a token. */
  readonly anonymous?: boolean;
}

/**
 * What the RFC says of the answer. In the body, "$any" stands for any value, {"$matches": "..."} for a string of this form and
 * {"$containing": [...]} for a list that holds these; attributes that aren't named may be there, list elements may not.
 */
export interface Expectation {
  readonly status: number | readonly number[];
  readonly headers?: Readonly<Record<string, Json>>;
  readonly body?: Json;
  /** Dotted paths that the body does not have. */
  readonly absent?: readonly string[];
  /** What tells the listed resources apart, in their order: userName or displayName. */
  readonly lists?: readonly string[];
}

export interface Exchange {
  readonly title?: string;
  readonly request: ExampleRequest;
  readonly expect: Expectation;
  /** Name -> dotted path in the answer: `body.id`, `headers.etag`. */
  readonly capture?: Readonly<Record<string, string>>;
}

export interface Example {
  readonly rfc: "7643" | "7644" | "9865";
  readonly section: string;
  readonly title: string;
  /** What the RFC says or shows, excerpted. */
  readonly source: string;
  /** Where the data differ from the RFC's text, and why. */
  readonly note?: string;
  readonly feature?: Feature;
  /** What the example presupposes. */
  readonly setup: readonly Exchange[];
  readonly exchanges: readonly Exchange[];
}

/** File name -> example. */
export const EXAMPLES: readonly (readonly [string, Example])[] = Object.entries(
  import.meta.glob("./*.json", { eager: true, import: "default" }),
).map(([path, example]) => [path.replace("./", ""), example as Example]);
