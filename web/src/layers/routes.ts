// Pieces of a network, each as wide as it is used, and the routes along them.

import { type Column, required, type Table } from "../data/payload.ts";
import type { RoutesSpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";
import type { Content, Draft, Entry, LayerContext, Routes, Way } from "./content.ts";
import { legHint, legTiles } from "./corridor.ts";
import { legend, legSwatch, widthLegend } from "./legend.ts";
import { readFeatures, searched } from "./vector.ts";

function routesOf(table: Table, index: FeatureIndex, spec: RoutesSpec): Routes {
  const cell = (name: string, row: number): unknown =>
    (table.getChild(name) as Column | undefined)?.at(row);
  const next = required(table, "_next");
  const ends = new Map<string, [number, number]>();
  for (let row = 0; row < next.length; row++) {
    const end = cell("_end", row);
    if (typeof end !== "string") continue;
    index.forEachRing(row, (_, to) => ends.set(end, [index.xs[to - 1], index.ys[to - 1]]));
  }
  const from = routeFinder(next, (row) => {
    const [node, edge] = [cell("_start", row), cell("_edge", row)];
    return typeof node === "string" ? { node, edge: typeof edge === "string" ? edge : null } : null;
  });
  return { link: spec.link ?? null, from, index, entries: spec.legend.entries, ends };
}

export function routesDraft(spec: RoutesSpec, context: LayerContext): Draft {
  const most = spec.widths[0] ?? 1;
  const load = async (): Promise<Content> => {
    const read = await readFeatures(spec, context);
    const { table, index, records, picks, holds } = read;
    const passing = required(table, "_passing");
    const features = searched(spec, read, (row) => {
      const count = t("onTheRoute", { n: formatCount(passing[row]) });
      return [`${count}; ${legHint(records, row, index.styles[row])}`];
    });
    const width = (row: number): number => widthOf(passing[row], most);
    const tiles = legTiles(index, spec.legend.entries, context.options, { width });
    const routes = routesOf(table, index, spec);
    return { layers: [tiles], picks: [picks], routes, holds, features };
  };
  const samples = spec.widths.map((number) => ({ number, width: widthOf(number, most) }));
  const widths = most > 1 ? [widthLegend(samples)] : [];
  return { parts: [legend(spec.legend, legSwatch), ...widths], content: load() };
}

/**
 * Return a function that returns the pieces from an entry, in the order of travel; null where no
 * route begins there. `next` is the piece after each, -1 at the destination; `start` the entry where
 * one begins.
 */
export function routeFinder(next: ArrayLike<number>, start: (row: number) => Entry | null) {
  const key = ({ node, edge }: Entry): string => JSON.stringify([node, edge]);
  const starts = new Map<string, number>();
  for (let row = 0; row < next.length; row++) {
    const entry = start(row);
    if (entry !== null) starts.set(key(entry), row);
  }
  return (entry: Entry): Way | null => {
    const pieces: number[] = [];
    let row = starts.get(key(entry));
    if (row === undefined) return null;
    // A manipulated table could lead in circles.
    for (; row >= 0 && row < next.length && pieces.length < next.length; row = next[row]) {
      pieces.push(row);
    }
    return { pieces, midway: entry.edge !== null };
  };
}

/** The widths of the most and the least used piece, as multiples of a corridor's leg. */
const WIDEST = 2.2;
const NARROWEST = 0.6;

/** Return the width of a piece over that of a leg: by the root, so that a tenth still shows. */
export const widthOf = (passing: number, most: number): number =>
  NARROWEST + (WIDEST - NARROWEST) * Math.sqrt(Math.min(1, passing / Math.max(1, most)));
