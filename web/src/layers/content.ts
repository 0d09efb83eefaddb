// What each kind of layer is made of: its Leaflet layers, its records, its part of the panel.

import { baseTiles, cellMap } from "./basemap.ts";
import { classHint, labelOf } from "./classes.ts";
import { directedLegTiles, legHint, legSources, legTiles, namesOfLegs, nodeLabels, nodeMarkers } from "./corridor.ts";
import { element } from "../ui/dom.ts";
import { readLabels, type Label } from "../canvas/labels.ts";
import type { Explored } from "../tools/explorer.ts";
import { featureSwatch, legend, legSwatch, nodeSwatch, rasterLegend, widthLegend } from "./legend.ts";
import type { LabelLayer } from "../canvas/labellayer.ts";
import { onlineTiles } from "./onlinetiles.ts";
import { tokens } from "../canvas/colors.ts";
import { opacitySlider } from "../panel/panel.ts";
import { readTable, required, type Store } from "../data/payload.ts";
import type { Pickable, Picker } from "../tools/picker.ts";
import { pointsDraft } from "./points/layer.ts";
import { pointIndex } from "./points/pointset.ts";
import { raster } from "./raster.ts";
import type { Reader } from "../tools/readout.ts";
import { routesOf, widthOf } from "./routes.ts";
import { Records } from "../data/records.ts";
import type { BaseSpec, BoundsSpec, CorridorSpec, EntrySpec, LayerSpec, RasterSpec, RoutesSpec, TilesSpec, VectorSpec } from "../data/spec.ts";
import { formatCount } from "../words/format.ts";
import type { Routes } from "../tools/routeoverlay.ts";
import { wayHint } from "./routefacts.ts";
import { featureIndex, vectorPicks, vectorTiles } from "./vector.ts";
import { say, sayCount } from "../words/language.ts";

/** From the ground up: what is drawn over what, asked first under the cursor, listed first in the panel. */
export const RANK = { base: 0, tiles: 0.25, raster: 1, vector: 2, corridor: 3, routes: 3.5, points: 4 } as const;

/** The pane of each kind; Leaflet's own are tiles 200, overlays 400, markers 600, popups 700. */
export const PANES = {
  base: { name: "mm-base", zIndex: 150 },
  tiles: { name: "mm-tiles", zIndex: 160 },
  raster: { name: "mm-raster", zIndex: 320 },
  vector: { name: "mm-vector", zIndex: 410 },
  corridor: { name: "mm-corridor", zIndex: 420 },
  routes: { name: "mm-routes", zIndex: 425 },
  uncertainty: { name: "mm-uncertainty", zIndex: 428 },
  points: { name: "mm-points", zIndex: 430 },
  nodes: { name: "mm-nodes", zIndex: 440 },
} as const;

export interface Content {
  layers: L.Layer[];
  picks: Pickable[];
  /** Names to write on the map while the layer shows. */
  labels: Label[];
  /** What tells values under the cursor while the layer shows. */
  readers?: Reader[];
  /** Routes that records of other layers may follow. */
  routes?: Routes;
  /** Points that can be filtered, searched and picked out. */
  explored?: Explored;
  /** What of the world it spans now; null where that is nothing. */
  extent?: () => BoundsSpec | null;
}

/** What building a layer needs of its surroundings. */
export interface Site {
  /** Later layers of a kind lie above earlier ones. */
  zIndex: number;
  /** Where the layer's payloads lie. */
  store: Store;
  picker(): Picker | null;
  /** The map that the layer belongs to; null before it has met one. */
  map(): L.Map | null;
  /** Whether the layer is on that map. */
  isShown(): boolean;
  names(): LabelLayer | null;
}

/** A layer before its payload is decoded: the part of the panel is there at once, the content follows. */
export interface Draft {
  parts: HTMLElement[];
  content: Promise<Content>;
}

export function draft(spec: LayerSpec, site: Site): Draft {
  switch (spec.kind) {
    case "base":
      return { parts: [], content: baseContent(spec, site) };
    case "tiles":
      return tilesDraft(spec, site);
    case "points":
      return pointsDraft(spec, site, { pane: PANES.points.name, rank: RANK.points }, unplacedNote(spec.unplaced));
    case "vector":
      return vectorDraft(spec, site);
    case "corridor":
      return corridorDraft(spec, site);
    case "routes":
      return routesDraft(spec, site);
    case "raster":
      return rasterDraft(spec, site);
    default:
      throw new Error(`This page has a layer of the unknown kind "${(spec as { kind: string }).kind}".`);
  }
}

async function baseContent(spec: BaseSpec, { zIndex, store }: Site): Promise<Content> {
  const [coarse, detail, labels] = await Promise.all([
    readTable(store, spec.payload),
    spec.detail ? readTable(store, spec.detail) : null,
    spec.labels ? readTable(store, spec.labels) : null,
  ]);
  const base = {
    coarse: cellMap(coarse, spec.cell_zoom),
    detail: detail && cellMap(detail, spec.detail_cell_zoom ?? spec.detail_zoom ?? 6),
    detailZoom: spec.detail_zoom ?? 6,
  };
  return { layers: [baseTiles(base, { pane: PANES.base.name, zIndex })], picks: [], labels: labels === null ? [] : readLabels(labels) };
}

function tilesDraft(spec: TilesSpec, { zIndex, names }: Site): Draft {
  const { layer, parts } = onlineTiles(spec, { pane: PANES.tiles.name, zIndex }, names);
  return { parts, content: Promise.resolve({ layers: [layer], picks: [], labels: [] }) };
}

/** What the legend does not count. */
function unplacedNote(count = 0): HTMLElement[] {
  if (count === 0) return [];
  return [element("p", { class: "mm-note" }, sayCount("unplaced", count, formatCount(count)))];
}

function vectorDraft(spec: VectorSpec, { zIndex, store, isShown }: Site): Draft {
  const { fill_opacity: fillOpacity = 0.35, weight = 1.2, cover = false, rim = false } = spec.style ?? {};
  const style = {
    entries: spec.legend.entries, fillOpacity, weight, cover,
    // The ink of the theme at the time of painting.
    get rim() {
      return rim ? tokens("ink")[0] : null;
    },
  };
  const content = async (): Promise<Content> => {
    const table = await readTable(store, spec.payload);
    const index = featureIndex(table);
    const records = new Records(spec, table);
    const picks = vectorPicks(index, records, RANK.vector + zIndex / 1000, isShown);
    const entryOf = (row: number): EntrySpec | undefined => style.entries[index.styles[row]];
    const classOf = (row: number): string | null => (cover && entryOf(row) ? labelOf(entryOf(row)!) : null);
    picks.hint = ({ row }) => wayHint(records, row) ?? classHint(records, row, entryOf(row)) ?? classOf(row);
    return { layers: [vectorTiles(index, style, { pane: PANES.vector.name, zIndex })], picks: [picks], labels: [] };
  };
  return { parts: [legend(spec.legend, featureSwatch(fillOpacity, weight)), ...unplacedNote(spec.unplaced)], content: content() };
}

function corridorDraft(spec: CorridorSpec, { zIndex, picker, store, isShown }: Site): Draft {
  const { name, sources } = spec;
  const content = async (): Promise<Content> => {
    const [legs, nodes] = await Promise.all([readTable(store, spec.legs.payload), readTable(store, spec.nodes.payload)]);
    const index = featureIndex(legs);
    const places = pointIndex(nodes);
    const legRecords = new Records({ ...spec.legs, name, sources }, legs);
    const nodeRecords = new Records({ ...spec.nodes, name, sources }, nodes);
    const picks = vectorPicks(index, legRecords, RANK.corridor + zIndex / 1000, isShown);
    picks.hint = ({ row }) => [legHint(legRecords, row, index.styles[row]), ...legSources(legRecords, row)];
    return {
      layers: [
        directedLegTiles(index, spec.legs.legend.entries, { pane: PANES.corridor.name, zIndex }),
        ...nodeMarkers(places, nodeRecords, PANES.nodes.name, picker, isShown),
      ],
      picks: [picks],
      labels: [...nodeLabels(places, nodeRecords), ...namesOfLegs(index, legRecords)],
    };
  };
  return { parts: [legend(spec.legs.legend, legSwatch), legend(spec.nodes.legend, nodeSwatch)], content: content() };
}

function routesDraft(spec: RoutesSpec, { zIndex, store, isShown }: Site): Draft {
  const most = spec.widths[0] ?? 1;
  const content = async (): Promise<Content> => {
    const table = await readTable(store, spec.payload);
    const index = featureIndex(table);
    const records = new Records(spec, table);
    const passing = required(table, "_passing");
    const picks = vectorPicks(index, records, RANK.routes + zIndex / 1000, isShown);
    picks.hint = ({ row }) => `${say("onTheWay", { n: formatCount(passing[row]) })}; ${legHint(records, row, index.styles[row])}`;
    const width = (row: number): number => widthOf(passing[row], most);
    return {
      layers: [legTiles(index, spec.legend.entries, { pane: PANES.routes.name, zIndex }, width)],
      picks: [picks],
      labels: [],
      routes: routesOf(table, index, spec),
    };
  };
  const widths = widthLegend(spec.widths.map((number) => ({ number, width: widthOf(number, most) })));
  return { parts: [legend(spec.legend, legSwatch), ...(most > 1 ? [widths] : [])], content: content() };
}

function rasterDraft(spec: RasterSpec, { zIndex, store }: Site): Draft {
  let { opacity } = spec;
  let apply = (): void => {};
  const parts = [
    ...(spec.legend ? [rasterLegend(spec.legend)] : []),
    opacitySlider(spec.name, opacity, (value) => {
      opacity = value;
      apply();
    }),
  ];
  const content = async (): Promise<Content> => {
    const { overlay, reader } = await raster(spec, store, PANES.raster.name, zIndex);
    apply = () => overlay.setOpacity(opacity);
    apply();
    return { layers: [overlay], picks: [], labels: [], readers: reader === null ? [] : [reader] };
  };
  return { parts, content: content() };
}
