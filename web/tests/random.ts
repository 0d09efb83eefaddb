// Numbers that look random and are the same at every run (mulberry32), for comparing with brute
// force.

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const integer = (next: () => number, limit: number): number => Math.floor(next() * limit);

/** The Z-order code as one big number: bit 2k is bit k of x, bit 2k+1 bit k of y. */
export function mortonCode(x: number, y: number): bigint {
  let code = 0n;
  for (let bit = 0n; bit < 30n; bit++) {
    code |= ((BigInt(x) >> bit) & 1n) << (2n * bit);
    code |= ((BigInt(y) >> bit) & 1n) << (2n * bit + 1n);
  }
  return code;
}

export interface Points {
  xs: Int32Array;
  ys: Int32Array;
  styles: Uint8Array;
}

/** Points in Z-order: some scattered, some in clumps, some at one place. */
export function points(count: number, seed: number, styles = 4): Points {
  const next = random(seed);
  const world = 2 ** 30;
  const made = Array.from({ length: count }, (_, i) => {
    const [x, y] =
      i % 3 === 0
        ? [integer(next, world), integer(next, world)]
        : i % 3 === 1
          ? [5e8 + integer(next, 5000), 4e8 + integer(next, 5000)]
          : [700_000_000, 300_000_000];
    return { x, y, style: integer(next, styles), code: mortonCode(x, y) };
  }).sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  return {
    xs: Int32Array.from(made, ({ x }) => x),
    ys: Int32Array.from(made, ({ y }) => y),
    styles: Uint8Array.from(made, ({ style }) => style),
  };
}
