/** What follows from a resource type, made once: types are frozen data, so what was made of one can't grow old. */
import type { ResourceType } from "../../schema/attribute.ts";

/** The function, with what it gave for each type kept beside the type. */
export function perType<T>(make: (type: ResourceType) => T): (type: ResourceType) => T {
  const made = new WeakMap<ResourceType, T>();
  return (type) => {
    const known = made.get(type);
    if (known !== undefined) return known;
    const value = make(type);
    made.set(type, value);
    return value;
  };
}
