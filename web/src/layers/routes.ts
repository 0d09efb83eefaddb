// Pieces of a network, as wide as they are used.

import type { FeatureIndex } from "../geo/featureindex.ts";
import { required, type Column, type Table } from "../data/payload.ts";
import type { RoutesSpec } from "../data/spec.ts";
import type { Routes } from "../tools/routeoverlay.ts";
import { WayTree } from "./routetree.ts";

/** How much wider than a leg of a corridor a piece is that the most and the fewest pass. */
const WIDEST = 2.2;
const NARROWEST = 0.6;

/** The width of a piece over that of a leg: by the root of the number, so that a tenth can still be seen. */
export const widthOf = (passing: number, most: number): number =>
  NARROWEST + (WIDEST - NARROWEST) * Math.sqrt(Math.min(1, passing / Math.max(1, most)));

export function routesOf(table: Table, index: FeatureIndex, spec: RoutesSpec): Routes {
  const cell = (name: string, row: number): unknown => (table.getChild(name) as Column | undefined)?.at(row);
  const next = required(table, "_next");
  const ends = new Map<string, [number, number]>();
  for (let row = 0; row < next.length; row++) {
    const end = cell("_end", row);
    if (typeof end !== "string") continue;
    index.forEachRing(row, (_, to) => ends.set(end, [index.xs[to - 1], index.ys[to - 1]]));
  }
  return { link: spec.link ?? null, tree: new WayTree(next, (row) => cell("_start", row)), index, entries: spec.legend.entries, ends };
}
