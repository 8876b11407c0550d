/** What a bundle is made of, by esbuild's metafile, and what of it grew since the list that is kept. */
import { isObject } from "../local/state.ts";

/** Path of an input -> the bytes that it gave to the bundle, minified, before gzip. */
export type Inputs = Readonly<Record<string, number>>;

/** Smaller inputs aren't listed. */
const LISTED_BYTES = 1024;
/** Less than this is no growth to speak of. */
const GROWTH_BYTES = 256;

export interface Growth {
  readonly path: string;
  /** Undefined where it isn't in the list. */
  readonly before: number | undefined;
  readonly now: number;
}

/** The inputs of all outputs together. */
export function inputsOf(metafile: Readonly<Record<string, unknown>>): Inputs {
  const inputs: Record<string, number> = {};
  for (const output of Object.values(objectAt(metafile, "outputs"))) {
    for (const [path, input] of Object.entries(objectAt(output, "inputs"))) {
      const bytes = isObject(input) ? input["bytesInOutput"] : undefined;
      if (typeof bytes === "number") inputs[path] = (inputs[path] ?? 0) + bytes;
    }
  }
  return inputs;
}

/** The largest, largest first: what is kept to compare with. */
export function largest(inputs: Inputs): Inputs {
  const sizes = Object.entries(inputs).filter(([, bytes]) => bytes >= LISTED_BYTES);
  return Object.fromEntries(sizes.toSorted(([, a], [, b]) => b - a));
}

/** What grew since, most first; an input that isn't in the list counts from the size below which none is. */
export function grown(before: Inputs, now: Inputs): readonly Growth[] {
  const growths = Object.entries(now).map(([path, bytes]) => ({
    path,
    before: before[path],
    now: bytes,
  }));
  const step = (growth: Growth): number => growth.now - (growth.before ?? LISTED_BYTES);
  return growths
    .filter((growth) => step(growth) >= GROWTH_BYTES)
    .toSorted((a, b) => step(b) - step(a));
}

function objectAt(value: unknown, name: string): Record<string, unknown> {
  const inner = isObject(value) ? value[name] : undefined;
  return isObject(inner) ? inner : {};
}
