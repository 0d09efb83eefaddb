// Answers that contradict each other: pairs of different sites that pairs of one site join.

import { entry } from "../data/collections.ts";

/** A pair by its row, with the ids of its records. */
export interface Pair {
  readonly row: number;
  readonly ids: string[];
}

/** Return the rows of the pairs of different sites whose records other pairs join. */
export function contradicting(same: Pair[], different: Pair[]): number[] {
  const site = new Map<string, string>();
  const siteOf = (id: string): string => {
    let found = id;
    for (let next = site.get(id); next !== undefined; next = site.get(next)) found = next;
    // Without the steps between, the way from the next record is short.
    for (let at = id; at !== found; ) {
      const next = site.get(at)!;
      site.set(at, found);
      at = next;
    }
    return found;
  };
  for (const { ids } of same) {
    const [one, other] = ids.map(siteOf);
    if (one !== other) site.set(one, other);
  }
  const isOne = ({ ids }: Pair): boolean => siteOf(ids[0]) === siteOf(ids[1]);
  return different.filter(isOne).map(({ row }) => row);
}

/** Return the rows of the fewest pairs of one site that join two records; none if none do. */
export function joining([start, end]: string[], same: Pair[]): number[] {
  const pairsOf = new Map<string, { row: number; to: string }[]>();
  for (const { row, ids } of same) {
    entry(pairsOf, ids[0], () => []).push({ row, to: ids[1] });
    entry(pairsOf, ids[1], () => []).push({ row, to: ids[0] });
  }
  const before = new Map<string, { row: number; from: string } | null>([[start, null]]);
  for (const from of before.keys()) {
    if (from === end) break;
    for (const { row, to } of pairsOf.get(from) ?? []) {
      if (!before.has(to)) before.set(to, { row, from });
    }
  }
  const way: number[] = [];
  for (let step = before.get(end); step; step = before.get(step.from)) way.unshift(step.row);
  return way;
}
