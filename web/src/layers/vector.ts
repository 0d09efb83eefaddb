// Lines, areas and points of the user's own, as tiles and as records under the cursor.

import { tokens } from "../canvas/colors.ts";
import { type FeaturePainter, featurePainters, PAD } from "../canvas/featurepainter.ts";
import { featureStroke, type Stroke } from "../canvas/strokes.ts";
import type { Pen } from "../canvas/surface.ts";
import { safeColor, trace } from "../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../canvas/tiles.ts";
import { lists, readTable, required, type Table, vertices } from "../data/payload.ts";
import { Records } from "../data/records.ts";
import type { EntrySpec, VectorSpec } from "../data/spec.ts";
import { FeatureIndex, KIND } from "../geo/featureindex.ts";
import { boxCopies, TILE_SIZE, type TileCoords, tileBox } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import {
  type Content,
  type Draft,
  type LayerContext,
  PANES,
  RANK,
  unplacedNote,
} from "./content.ts";
import type { Pickable } from "./hit.ts";
import { classHint, entryLabel, featureSwatch, legend } from "./legend.ts";
import { routeHint } from "./routefacts.ts";

export function featureIndex(table: Table): FeatureIndex {
  const { values: ringSizes, offsets: ringOffsets } = lists(table, "_rings");
  const { xs, ys, offsets: vertexOffsets } = vertices(table, "_vertices");
  const [kinds, styles] = [required(table, "_kind"), required(table, "_style")];
  return new FeatureIndex({ kinds, styles, ringSizes, ringOffsets, xs, ys, vertexOffsets });
}

export interface VectorStyle {
  entries: EntrySpec[];
  fillOpacity: number;
  weight: number;
  /** Whether a feature hides those below it instead of mixing with them. */
  cover: boolean;
  /** Whether areas get a thin outline in the colour of the text. */
  rim: boolean;
}

/** The width of such an outline, in CSS pixels. */
const RIM = 0.6;
/** An outline is at most this share of its area's width, so that small areas keep their colour. */
const OUTLINE = 0.1;
/** Features drawn between two pauses. */
const STEP = 40;
/** The diameter of a point feature, in CSS pixels. */
const POINT_SIZE = 8;

export function vectorTiles(
  index: FeatureIndex,
  style: VectorStyle,
  options: L.GridLayerOptions,
): CanvasTiles {
  const paint = (tile: Tile): Steps => paintFeatures(tile, index, style);
  return new CanvasTiles({ ...options, isEmpty: emptyTiles(index), paint });
}

/** Return a test whether a tile has no feature near it. */
export const emptyTiles = (index: FeatureIndex) => (coords: TileCoords) =>
  boxCopies(tileBox(coords, PAD)).every(({ box }) => index.search(box).length === 0);

function* paintFeatures({ pen, coords }: Tile, index: FeatureIndex, style: VectorStyle): Steps {
  for (const painter of featurePainters(pen, index, coords)) {
    const dots = new Set<number>();
    let done = 0;
    for (const id of painter.ids()) {
      const entry = style.entries[index.styles[id]];
      if (entry === undefined) continue;
      if (index.kinds[id] === KIND.point) drawPoints(pen, painter, index, id, entry);
      else if (Math.max(...painter.extent(id)) <= 1.5)
        drawDot(pen, painter, index, id, entry, dots);
      else drawShape(pen, painter, index, id, entry, style);
      if (++done % STEP === 0) yield;
    }
  }
}

function drawShape(
  pen: Pen,
  painter: FeaturePainter,
  index: FeatureIndex,
  id: number,
  entry: EntrySpec,
  style: VectorStyle,
): void {
  if (index.kinds[id] !== KIND.polygon) {
    painter.stroke([id], featureStroke(entry, style.weight));
    return;
  }
  const stroke: Stroke = style.rim
    ? { color: tokens("ink")[0], width: RIM }
    : featureStroke(entry, style.weight);
  stroke.width = Math.min(stroke.width, Math.max(...painter.extent(id)) * OUTLINE);
  pen.beginPath();
  const isWhole = painter.tracePolygon(id);
  if (style.cover) {
    pen.globalCompositeOperation = "destination-out";
    pen.fill("evenodd");
    pen.globalCompositeOperation = "source-over";
  }
  pen.globalAlpha = style.fillOpacity;
  pen.fillStyle = safeColor(entry.color);
  pen.fill("evenodd");
  pen.globalAlpha = 1;
  if (!isWhole || stroke.dash) {
    painter.stroke([id], stroke);
    return;
  }
  // The path of the area is its outline.
  pen.strokeStyle = stroke.color;
  pen.lineWidth = stroke.width;
  pen.stroke();
}

function drawPoints(
  pen: Pen,
  painter: FeaturePainter,
  index: FeatureIndex,
  id: number,
  { shape, size = 1, color }: EntrySpec,
): void {
  pen.lineWidth = 2;
  pen.strokeStyle = "#fff";
  pen.fillStyle = safeColor(color);
  index.forEachRing(id, (from, to) => {
    for (let vertex = from; vertex < to; vertex++) {
      trace(pen, shape, ...painter.pixel(vertex), (POINT_SIZE / 2) * size);
      pen.stroke();
      pen.fill();
    }
  });
}

/** Draw a feature smaller than a pixel as a dot, one of each style for a pixel. */
function drawDot(
  pen: Pen,
  painter: FeaturePainter,
  index: FeatureIndex,
  id: number,
  entry: EntrySpec,
  dots: Set<number>,
): void {
  pen.fillStyle = safeColor(entry.color);
  index.forEachRing(id, (from) => {
    const [x, y] = painter.pixel(from).map(Math.floor);
    const key = (index.styles[id] * TILE_SIZE * 2 + y + PAD) * TILE_SIZE * 2 + x + PAD;
    if (dots.has(key)) return;
    dots.add(key);
    pen.fillRect(x, y, 1.5, 1.5);
  });
}

/** Return the records of features for the cursor. */
export function vectorPicks(
  index: FeatureIndex,
  records: Records,
  rank: number,
  isShown: () => boolean,
): Pickable {
  // A large polygon counts only under the cursor, not near it.
  const isNear = (row: number, distance: number, radius: number): boolean =>
    distance === 0 ||
    index.kinds[row] !== KIND.polygon ||
    Math.max(...index.extent(row)) < 2 * radius;
  return {
    rank,
    reach: () => 5,
    near: (x, y, radius) =>
      index
        .at(x, y, radius)
        .filter(({ row, distance }) => isNear(row, distance, radius))
        .map(({ row, distance }) => {
          return { hit: { records, row, place: placeOf(index, row), isShown }, distance };
        }),
  };
}

function placeOf(index: FeatureIndex, id: number): [x: number, y: number] | null {
  let place: [number, number] | null = null;
  if (index.kinds[id] !== KIND.point) return place;
  index.forEachRing(id, (from) => (place ??= [index.xs[from], index.ys[from]]));
  return place;
}

export function vectorDraft(spec: VectorSpec, { zIndex, store, isShown }: LayerContext): Draft {
  const { fill_opacity: fillOpacity, weight, cover = false, rim = false } = spec.style;
  const { entries } = spec.legend;
  const load = async (): Promise<Content> => {
    const table = await readTable(store, spec.payload);
    const index = featureIndex(table);
    const records = new Records(spec, table);
    const picks = vectorPicks(index, records, RANK.vector + zIndex / 1000, isShown);
    picks.hint = ({ row }) => {
      const entry: EntrySpec | undefined = entries[index.styles[row]];
      const label = cover && entry ? entryLabel(entry) : null;
      return routeHint(records, row) ?? classHint(records, row, entry) ?? label;
    };
    const style = { entries, fillOpacity, weight, cover, rim };
    const tiles = vectorTiles(index, style, { pane: PANES.vector.name, zIndex });
    return { layers: [tiles], picks: [picks], labels: [] };
  };
  const classes = legend(spec.legend, featureSwatch(fillOpacity, weight));
  return { parts: [classes, ...unplacedNote(spec.unplaced)], content: load() };
}
