// The parts that every layer has: its Leaflet layers, its records, its part of the panel.

import type { LabelLayer } from "../canvas/labellayer.ts";
import type { Label } from "../canvas/labels.ts";
import type { Store } from "../data/payload.ts";
import type { BoundsSpec, EntrySpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { h } from "../ui/dom.ts";
import { formatCount } from "../words/format.ts";
import { plural } from "../words/language.ts";
import type { Hit, Pickable } from "./hit.ts";
import type { PointLayer } from "./points/view.ts";
import type { RouteTree } from "./routetree.ts";

/** From the ground up: what is drawn over what, asked first under the cursor, listed first in the panel. */
export const RANK = {
  base: 0,
  tiles: 0.25,
  raster: 1,
  vector: 2,
  corridor: 3,
  routes: 3.5,
  points: 4,
} as const;

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

/** A layer that has a value at every place of its own. */
export interface Reader {
  /** Those with a higher rank lie above. */
  rank: number;
  /** What stands at a place; null where nothing does. */
  at(lat: number, lon: number): string | null;
}

/** The routes of one table. */
export interface Routes {
  /** What access was asked for them; records with the same are theirs. */
  link: string | null;
  tree: RouteTree;
  index: FeatureIndex;
  entries: EntrySpec[];
  /** Where a gate is that is the destination itself, in world units. */
  ends: Map<string, [x: number, y: number]>;
}

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
  explored?: PointLayer;
  /** What of the world it spans now; null where that is nothing. */
  extent?: () => BoundsSpec | null;
}

/** What building a layer needs of its surroundings. */
export interface LayerContext {
  /** Later layers of a kind lie above earlier ones. */
  zIndex: number;
  /** Where the layer's payloads lie. */
  store: Store;
  /** Open the record of a marker in a popup. */
  openRecord(hit: Hit, at: L.LatLng, focus: boolean): void;
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

/** What the legend does not count. */
export function unplacedNote(count = 0): HTMLElement[] {
  if (count === 0) return [];
  return [h("p.mm-note", plural("unplaced", count, formatCount(count)))];
}
