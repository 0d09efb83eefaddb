// Pieces of a network, as wide as they are used.

import { type Column, readTable, required, type Table } from "../data/payload.ts";
import { Records } from "../data/records.ts";
import type { RoutesSpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";
import {
  type Content,
  type Draft,
  type LayerContext,
  PANES,
  RANK,
  type Routes,
} from "./content.ts";
import { legHint, legTiles } from "./corridor.ts";
import { legend, legSwatch, widthLegend } from "./legend.ts";
import { RouteTree, widthOf } from "./routetree.ts";
import { featureIndex, vectorPicks } from "./vector.ts";

export function routesOf(table: Table, index: FeatureIndex, spec: RoutesSpec): Routes {
  const cell = (name: string, row: number): unknown =>
    (table.getChild(name) as Column | undefined)?.at(row);
  const next = required(table, "_next");
  const ends = new Map<string, [number, number]>();
  for (let row = 0; row < next.length; row++) {
    const end = cell("_end", row);
    if (typeof end !== "string") continue;
    index.forEachRing(row, (_, to) => ends.set(end, [index.xs[to - 1], index.ys[to - 1]]));
  }
  return {
    link: spec.link ?? null,
    tree: new RouteTree(next, (row) => cell("_start", row)),
    index,
    entries: spec.legend.entries,
    ends,
  };
}

export function routesDraft(spec: RoutesSpec, { zIndex, store, isShown }: LayerContext): Draft {
  const most = spec.widths[0] ?? 1;
  const content = async (): Promise<Content> => {
    const table = await readTable(store, spec.payload);
    const index = featureIndex(table);
    const records = new Records(spec, table);
    const passing = required(table, "_passing");
    const picks = vectorPicks(index, records, RANK.routes + zIndex / 1000, isShown);
    picks.hint = ({ row }) =>
      `${t("onTheWay", { n: formatCount(passing[row]) })}; ${legHint(records, row, index.styles[row])}`;
    const width = (row: number): number => widthOf(passing[row], most);
    return {
      layers: [legTiles(index, spec.legend.entries, { pane: PANES.routes.name, zIndex }, width)],
      picks: [picks],
      labels: [],
      routes: routesOf(table, index, spec),
    };
  };
  const widths = widthLegend(
    spec.widths.map((number) => ({ number, width: widthOf(number, most) })),
  );
  return {
    parts: [legend(spec.legend, legSwatch), ...(most > 1 ? [widths] : [])],
    content: content(),
  };
}
