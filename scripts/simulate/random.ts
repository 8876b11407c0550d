/** Numbers that look random and depend on nothing but the words they were started with. */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  readonly below: (below: number) => number;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
}

export function startRandom(...words: readonly (string | number)[]): Random {
  let state = hashText(words.join("/"));
  // mulberry32: 32 bits of state are enough for made-up people.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return { below, pick: (list) => list[below(list.length)] ?? list[0] };
}

/** `size` different numbers below `limit`, in ascending order (Floyd's sampling). */
export function sampleBelow(random: Random, limit: number, size: number): readonly number[] {
  const chosen = new Set<number>();
  for (let top = limit - size; top < limit; top += 1) {
    const drawn = random.below(top + 1);
    chosen.add(chosen.has(drawn) ? top : drawn);
  }
  return [...chosen].toSorted((a, b) => a - b);
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
