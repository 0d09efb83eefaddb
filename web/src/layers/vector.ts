// The user's own lines and polygons as tiles, and their records under the cursor.

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
import { TILE_SIZE, tileBox, worldShifts } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import { classHint, entryLabel } from "./classes.ts";
import {
  type Content,
  type Draft,
  type LayerContext,
  PANES,
  RANK,
  unplacedNote,
} from "./content.ts";
import type { Pickable } from "./hit.ts";
import { featureSwatch, legend } from "./legend.ts";
import { routeHint } from "./routefacts.ts";

export function featureIndex(table: Table): FeatureIndex {
  const rings = lists(table, "_rings");
  const { xs, ys, offsets } = vertices(table, "_vertices");
  return new FeatureIndex({
    kinds: required(table, "_kind"),
    styles: required(table, "_style"),
    ringSizes: rings.values,
    ringOffsets: rings.offsets,
    xs,
    ys,
    vertexOffsets: offsets,
  });
}

export interface VectorStyle {
  entries: EntrySpec[];
  fillOpacity: number;
  weight: number;
  /** Whether a feature hides those under it instead of mixing with them. */
  cover: boolean;
  /** The colour of the outline of areas, where it is not their own. */
  rim: string | null;
}

/** The width of such an outline, in CSS pixels. */
const RIM = 0.6;

/** An outline is at most this share of its area's width: small areas keep their colour, and are drawn three times as fast. */
const OUTLINE = 0.1;

/** Features drawn between two pauses. */
const FEATURES = 40;
/** Diameter of a point feature, in CSS pixels. */
const POINT_SIZE = 8;

export function vectorTiles(
  index: FeatureIndex,
  style: VectorStyle,
  options: L.GridLayerOptions,
): CanvasTiles {
  return new CanvasTiles({
    ...options,
    isEmpty: emptyTiles(index),
    paint: (tile) => paintFeatures(tile, index, style),
  });
}

/** Whether a tile has no feature near it. */
export const emptyTiles =
  (index: FeatureIndex) =>
  (coords: { x: number; y: number; z: number }): boolean => {
    const box = tileBox(coords, PAD);
    return worldShifts(box).every(
      (shift) =>
        index.search({ ...box, minX: box.minX + shift, maxX: box.maxX + shift }).length === 0,
    );
  };

function* paintFeatures({ pen, coords }: Tile, index: FeatureIndex, style: VectorStyle): Steps {
  for (const painter of featurePainters(pen, index, coords)) {
    const dots = new Dots(pen, painter, style);
    let done = 0;
    for (const id of painter.ids()) {
      const entry = style.entries[index.styles[id]];
      if (entry === undefined) continue;
      if (index.kinds[id] === KIND.point) drawPoints(pen, painter, index, id, entry);
      else if (!dots.take(id, index)) drawShape(pen, painter, index, id, entry, style);
      if (++done % FEATURES === 0) yield;
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
  const color = safeColor(entry.color);
  const isRimmed = style.rim !== null && index.kinds[id] === KIND.polygon;
  const stroke: Stroke = isRimmed
    ? { color: style.rim!, width: RIM }
    : featureStroke(entry, style.weight);
  if (index.kinds[id] === KIND.polygon)
    stroke.width = Math.min(stroke.width, Math.max(...painter.extent(id)) * OUTLINE);
  if (index.kinds[id] === KIND.polygon) {
    pen.beginPath();
    const whole = painter.tracePolygon(id);
    if (style.cover) {
      pen.globalCompositeOperation = "destination-out";
      pen.fill("evenodd");
      pen.globalCompositeOperation = "source-over";
    }
    pen.globalAlpha = style.fillOpacity;
    pen.fillStyle = color;
    pen.fill("evenodd");
    pen.globalAlpha = 1;
    if (whole && !stroke.dash) {
      // The path is the outline already.
      pen.strokeStyle = stroke.color;
      pen.lineWidth = stroke.width;
      pen.stroke();
      return;
    }
  }
  painter.stroke([id], stroke);
}

function drawPoints(
  pen: Pen,
  painter: FeaturePainter,
  index: FeatureIndex,
  id: number,
  entry: EntrySpec,
): void {
  index.forEachRing(id, (from, to) => {
    for (let vertex = from; vertex < to; vertex++) {
      const [x, y] = painter.pixel(vertex);
      trace(pen, entry.shape, x, y, (POINT_SIZE / 2) * (entry.size ?? 1));
      pen.lineWidth = 2;
      pen.strokeStyle = "#fff";
      pen.stroke();
      pen.fillStyle = safeColor(entry.color);
      pen.fill();
    }
  });
}

/** Features smaller than a pixel are drawn as one, and one of each style is enough for a pixel. */
class Dots {
  private readonly taken = new Set<number>();
  private readonly pen: Pen;
  private readonly painter: FeaturePainter;
  private readonly style: VectorStyle;

  constructor(pen: Pen, painter: FeaturePainter, style: VectorStyle) {
    this.pen = pen;
    this.painter = painter;
    this.style = style;
  }

  take(id: number, index: FeatureIndex): boolean {
    const [width, height] = this.painter.extent(id);
    if (width > 1.5 || height > 1.5) return false;
    index.forEachRing(id, (from) => {
      const [x, y] = this.painter.pixel(from).map(Math.floor);
      const key = (index.styles[id] * TILE_SIZE * 2 + y + PAD) * TILE_SIZE * 2 + x + PAD;
      if (this.taken.has(key)) return;
      this.taken.add(key);
      this.pen.fillStyle = safeColor(this.style.entries[index.styles[id]].color);
      this.pen.fillRect(x, y, 1.5, 1.5);
    });
    return true;
  }
}

/** The records of lines and areas, for the cursor. */
export function vectorPicks(
  index: FeatureIndex,
  records: Records,
  rank: number,
  isShown: () => boolean,
): Pickable {
  return {
    rank,
    reach: () => 5,
    near: (x, y, radius) =>
      index
        .at(x, y, radius)
        .map(({ row, distance }) => ({
          // A polygon whose edge is near but which is not under the cursor is not meant.
          hit: { records, row, place: placeOf(index, row), isShown },
          distance,
        }))
        .filter(
          ({ distance, hit }) =>
            distance === 0 ||
            index.kinds[hit.row] !== KIND.polygon ||
            isTiny(index, hit.row, radius),
        ),
  };
}

const isTiny = (index: FeatureIndex, id: number, radius: number): boolean =>
  Math.max(...index.extent(id)) < 2 * radius;

function placeOf(index: FeatureIndex, id: number): [x: number, y: number] | null {
  if (index.kinds[id] !== KIND.point) return null;
  let place: [number, number] | null = null;
  index.forEachRing(id, (from) => (place ??= [index.xs[from], index.ys[from]]));
  return place;
}

export function vectorDraft(spec: VectorSpec, { zIndex, store, isShown }: LayerContext): Draft {
  const {
    fill_opacity: fillOpacity = 0.35,
    weight = 1.2,
    cover = false,
    rim = false,
  } = spec.style ?? {};
  const style = {
    entries: spec.legend.entries,
    fillOpacity,
    weight,
    cover,
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
    const classOf = (row: number): string | null =>
      cover && entryOf(row) ? entryLabel(entryOf(row)!) : null;
    picks.hint = ({ row }) =>
      routeHint(records, row) ?? classHint(records, row, entryOf(row)) ?? classOf(row);
    return {
      layers: [vectorTiles(index, style, { pane: PANES.vector.name, zIndex })],
      picks: [picks],
      labels: [],
    };
  };
  return {
    parts: [
      legend(spec.legend, featureSwatch(fillOpacity, weight)),
      ...unplacedNote(spec.unplaced),
    ],
    content: content(),
  };
}
