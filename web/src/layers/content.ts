// The parts that every layer has: Leaflet layers, records, labels, and its part of the panel.

import type { Label, LabelSource, SymbolSource } from "../canvas/labels.ts";
import type { NamedLines } from "../canvas/lineplaces.ts";
import type { AreaTest, Names } from "../canvas/names.ts";
import type { Store } from "../data/payload.ts";
import type { BoundsSpec, EntrySpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import type { Box } from "../geo/mercator.ts";
import type { Credits } from "../ui/credits.ts";
import { formatCount } from "../words/format.ts";
import { plural, t } from "../words/language.ts";
import type { FeatureSet, Findable } from "./findable.ts";
import type { Hit, Pickable } from "./hit.ts";
import { keptNote, type Sole } from "./legend.ts";
import type { PointLayer } from "./points/view.ts";

/** A layer of a higher rank is drawn over others, comes first in the panel and under the cursor. */
export const RANK = {
  base: 0,
  archive: 0.2,
  tiles: 0.25,
  raster: 1,
  vector: 2,
  corridor: 3.1,
  routes: 3.5,
  points: 4,
};

/** The pane of each kind; Leaflet's own are tiles 200, overlays 400, markers 600, popups 700. */
export const PANES = {
  base: { name: "mm-base", zIndex: 150 },
  archive: { name: "mm-archive", zIndex: 155 },
  tiles: { name: "mm-tiles", zIndex: 160 },
  raster: { name: "mm-raster", zIndex: 320 },
  vector: { name: "mm-vector", zIndex: 410 },
  corridor: { name: "mm-corridor", zIndex: 420 },
  routes: { name: "mm-routes", zIndex: 425 },
  uncertainty: { name: "mm-uncertainty", zIndex: 428 },
  points: { name: "mm-points", zIndex: 430 },
  nodes: { name: "mm-nodes", zIndex: 440 },
} as const;

/** A layer that has a value at every place, such as a raster. */
export interface Reader {
  rank: number;
  /** Return the value at a place in words; null if there is none. */
  at(lat: number, lon: number): string | null;
}

/** The routes of one table. */
/** The node at which records enter the network, and the road on which they do; null at a node. */
export type Entry = { node: string; edge: string | null };

/** The pieces of a route, and whether the first is a road that is entered between its ends. */
export type Way = { pieces: number[]; midway: boolean };

export interface Routes {
  /** The id that records and routes of one access computation share. */
  link: string | null;
  /** Returns the pieces from an entry, in the order of travel; null where no route begins there. */
  from(entry: Entry): Way | null;
  index: FeatureIndex;
  entries: EntrySpec[];
  /** The place, in world units, of each gate that is the destination itself. */
  ends: Map<string, [x: number, y: number]>;
}

/** The zoom levels up to which the base map has detail: of waters and borders, and of roads. */
export type Depth = { waters: number; roads: number };

export interface Content {
  layers: L.Layer[];
  picks?: Pickable[];
  /** Names to write on the map while the layer is shown. */
  labels?: Label[];
  /** Names of records, which are chosen for each view. */
  recordLabels?: LabelSource;
  /** Symbols without names, which other names keep off. */
  symbols?: SymbolSource;
  /** Return whether an area of the layer covers a place. A country with an area at its middle holds data. */
  hasAreaAt?: AreaTest;
  /** Lines along which a name is written while the layer is shown. */
  named?: NamedLines;
  /** Values to show under the cursor while the layer is shown. */
  readers?: Reader[];
  /** Routes of records, of this layer or others. */
  routes?: Routes;
  /** Points that can be filtered, searched and selected. */
  explored?: PointLayer;
  /** Lines and areas that can be searched. */
  features?: FeatureSet;
  /** Return how far the base map has detail at a place in world units. */
  depth?: (x: number, y: number) => Depth;
  /** What the search finds besides its records. */
  found?(): Findable[];
  /** Return the bounds of the features that are shown now; null if none are. */
  extent?: () => BoundsSpec | null;
  /** Return whether something that is shown lies in a box; by default its bounds decide. */
  holds?: (box: Box) => boolean;
}

/** The parts of the page that a layer uses. */
export interface LayerContext {
  /** The pane of its tiles, and their height in it: later layers lie above earlier ones. */
  options: { pane: string; zIndex: number };
  /** The rank of its records: later layers of a kind come before earlier ones. */
  rank: number;
  store: Store;
  /** Open the record of a marker in a popup; without a press the keyboard opened it. */
  openRecord(hit: Hit, at: L.LatLng, pressed: MouseEvent | null): void;
  /** Return whether the layer is on a map. */
  isShown(): boolean;
  /** Return the names on the map; null while the layer has no map. */
  names(): Names | null;
  /** Return the credits on the map; null while the layer has no map. */
  credits(): Credits | null;
}

/**
 * A layer before its payload is decoded: its part of the panel is complete, the content follows.
 */
export interface Draft {
  parts: HTMLElement[];
  sole?: Sole | null;
  /** Its entries of the legend that all corridors of the map share. */
  key?: KeyEntries;
  content: Promise<Content>;
  /** How far symbols go beyond their places, in CSS pixels. */
  reach?: number;
}

/** The entries of legs and of nodes. */
export type KeyEntries = { lines: EntrySpec[]; stops: EntrySpec[] };

/** Return a note on the records that the legend does not count, with the first by name. */
export function unplacedNote(count = 0, first: string[] = []): HTMLElement[] {
  if (count === 0) return [];
  const value = first.join("; ");
  const more = count - first.length;
  const names = more > 0 ? t("namesAndMore", { names: value, n: formatCount(more) }) : value;
  const name = plural("unplaced", count, formatCount(count));
  return [keptNote(first.length > 0 ? t("ofColumn", { name, value: names }) : name)];
}
