// Lines, areas and points of the user's own, as tiles and as records under the cursor.

import { onGround, rimOf, safeColor } from "../canvas/colors.ts";
import { type FeaturePainter, featurePainters, PAD } from "../canvas/featurepainter.ts";
import { withRim } from "../canvas/strokes.ts";
import { look } from "../canvas/surface.ts";
import { addIcons, drawSymbol } from "../canvas/symbols.ts";
import { CanvasTiles } from "../canvas/tiles.ts";
import { cellsOf, codesOf } from "../data/loader.ts";
import { lists, readTable, required, type Table, vertices } from "../data/payload.ts";
import { recordIndex } from "../data/recordindex.ts";
import { Records, type RecordsSpec, withNames } from "../data/records.ts";
import type { EntrySpec, VectorStyleSpec as Style, TableSpec, VectorSpec } from "../data/spec.ts";
import { FeatureIndex, KIND } from "../geo/featureindex.ts";
import { type Box, boxCopies, TILE_SIZE, type TileCoords, tileBox } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import { type Content, type Draft, type LayerContext, unplacedNote } from "./content.ts";
import { featureLabels } from "./featurelabels.ts";
import { FeatureMarks } from "./featuremarks.ts";
import type { FeatureSet } from "./findable.ts";
import type { Hit, Pickable } from "./hit.ts";
import { classHint, featureSwatch, legend, soleEntry } from "./legend.ts";
import { marked, markHints, markLegends } from "./marklegend.ts";
import { routeHint } from "./routefacts.ts";

function featureIndex(table: Table): FeatureIndex {
  const { values: ringSizes, offsets: ringOffsets } = lists(table, "_rings");
  const { xs, ys, offsets: vertexOffsets } = vertices(table, "_vertices");
  const [kinds, styles] = [required(table, "_kind"), required(table, "_style")];
  return new FeatureIndex({ kinds, styles, ringSizes, ringOffsets, xs, ys, vertexOffsets });
}

/** An outline is at most this share of its area's width, so that small areas keep their colour. */
const OUTLINE = 0.1;
/** Features drawn between two pauses. */
const STEP = 40;
/** The diameter of a point feature, in CSS pixels. */
const POINT_SIZE = 8;

/** Return a test whether a tile has no feature near it. */
export const emptyTiles = (index: FeatureIndex) => (coords: TileCoords) =>
  boxCopies(tileBox(coords, PAD)).every(({ box }) => index.search(box).length === 0);

type Paint = (painter: FeaturePainter, zoom: number) => Steps;

/** Return tiles of features; `paint` draws those of one copy of the world at a zoom. */
export const featureTiles = (index: FeatureIndex, options: L.GridLayerOptions, paint: Paint) =>
  new CanvasTiles({
    ...options,
    isEmpty: emptyTiles(index),
    *paint({ pen, coords }) {
      for (const painter of featurePainters(pen, index, coords)) yield* paint(painter, coords.z);
    },
  });

function* paintFeatures(
  painter: FeaturePainter,
  { legend, style }: VectorSpec,
  marks: FeatureMarks,
): Steps {
  const { index } = painter;
  const entries = onGround(legend.entries);
  const dots = new Set<number>();
  let done = 0;
  for (const id of painter.ids()) {
    const entry = entries[index.styles[id]];
    if (entry === undefined) continue;
    if (index.kinds[id] === KIND.point) drawPoints(painter, id, entry, marks);
    else if (Math.max(...painter.extent(id)) <= 1.5) drawDot(painter, id, entry, dots);
    else if (index.kinds[id] === KIND.polygon) drawArea(painter, id, entry, style, marks);
    else for (const stroke of withRim(marks.line(id, entry))) painter.stroke([id], stroke);
    if (++done % STEP === 0) yield;
  }
}

/** Draw an area with its outline, which is the path of the area where all of it is in the tile. */
function drawArea(
  painter: FeaturePainter,
  id: number,
  entry: EntrySpec,
  style: Style,
  marks: FeatureMarks,
): void {
  const { pen } = painter;
  pen.beginPath();
  const isWhole = painter.tracePolygon(id);
  const globalAlpha = marks.fill(id, entry);
  if (globalAlpha > 0) {
    if (style.cover) {
      pen.globalCompositeOperation = "destination-out";
      pen.fill("evenodd");
      pen.globalCompositeOperation = "source-over";
    }
    look(pen, { globalAlpha, fillStyle: safeColor(entry.color) });
    pen.fill("evenodd");
    pen.globalAlpha = 1;
  }
  const stroke = marks.outline(id, entry);
  if (stroke === null) return;
  stroke.width = Math.min(stroke.width, Math.max(...painter.extent(id)) * OUTLINE);
  for (const one of withRim(stroke)) {
    look(pen, { strokeStyle: one.color, lineWidth: one.width });
    if (isWhole && !one.dash) pen.stroke();
    else painter.stroke([id], one);
  }
}

function drawPoints(painter: FeaturePainter, id: number, entry: EntrySpec, marks: FeatureMarks) {
  const { pen, index } = painter;
  const { color, shape, size = 1 } = entry;
  // Where areas have the same entry, its opacity and its outline are theirs.
  const symbol = shape === "area" ? { color, shape } : entry;
  pen.globalAlpha = marks.alpha(id);
  index.forEachRing(id, (from, to) => {
    for (let vertex = from; vertex < to; vertex++) {
      drawSymbol(pen, symbol, painter.pixel(vertex), POINT_SIZE * size);
    }
  });
  pen.globalAlpha = 1;
}

/** Draw a feature smaller than a pixel as a dot, one of each style for a pixel. */
function drawDot(painter: FeaturePainter, id: number, entry: EntrySpec, dots: Set<number>): void {
  const { pen, index } = painter;
  pen.fillStyle = (index.kinds[id] === KIND.line ? rimOf : safeColor)(entry.color);
  index.forEachRing(id, (from) => {
    const [x, y] = painter.pixel(from).map(Math.floor);
    const key = (index.styles[id] * TILE_SIZE * 2 + y + PAD) * TILE_SIZE * 2 + x + PAD;
    if (dots.has(key)) return;
    dots.add(key);
    pen.fillRect(x, y, 1.5, 1.5);
  });
}

/** Return the records of features for the cursor. */
function vectorPicks(index: FeatureIndex, rank: number, hitOf: (row: number) => Hit): Pickable {
  // A large polygon counts only under the cursor, not near it.
  const isNear = (row: number, distance: number, radius: number): boolean =>
    distance === 0 ||
    index.kinds[row] !== KIND.polygon ||
    Math.max(...index.extent(row)) < 2 * radius;
  return {
    rank,
    reach: () => 5,
    near: (x, y, radius) => {
      const found = index.at(x, y, radius);
      const near = found.filter(({ row, distance }) => isNear(row, distance, radius));
      return near.map(({ row, distance }) => ({ hit: hitOf(row), distance }));
    },
  };
}

function placeOf(index: FeatureIndex, id: number): [x: number, y: number] | null {
  let place: [number, number] | null = null;
  if (index.kinds[id] !== KIND.point) return place;
  index.forEachRing(id, (from) => (place ??= [index.xs[from], index.ys[from]]));
  return place;
}

type FeaturesSpec = RecordsSpec & Pick<TableSpec, "payload">;

/** Read the features of a layer, with their records and what the cursor finds of them. */
export async function readFeatures(spec: FeaturesSpec, context: LayerContext) {
  const table = await readTable(context.store, spec.payload);
  const index = featureIndex(table);
  const records = new Records(spec, cellsOf(table));
  const { rank, isShown } = context;
  const hitOf = (row: number): Hit => ({ records, row, place: placeOf(index, row), isShown });
  const picks = vectorPicks(index, rank, hitOf);
  return { table, index, records, hitOf, picks, holds: (box: Box) => index.meets(box) };
}

/** Return the records of features for the search, and give their hints to the cursor too. */
export function searched(
  spec: FeatureSet["spec"],
  { index, records, hitOf, picks }: Awaited<ReturnType<typeof readFeatures>>,
  hintOf: (row: number) => string[],
): FeatureSet {
  picks.hint = ({ row }) => hintOf(row);
  return { spec, index, records, hitOf, hintOf, searchIndex: recordIndex(spec, records.cells) };
}

export function vectorDraft(given: VectorSpec, context: LayerContext): Draft {
  const spec = withNames(given);
  const { weight } = spec.style;
  addIcons(spec.icons);
  const load = async (): Promise<Content> => {
    const read = await readFeatures(spec, context);
    const { table, index, records, picks, holds } = read;
    const features = searched(spec, read, (row) => {
      const entry: EntrySpec | undefined = spec.legend.entries[index.styles[row]];
      const first = routeHint(records, row) ?? classHint(records, row, entry);
      return [first ?? [], markHints(records, row)].flat();
    });
    const marks = new FeatureMarks(spec.style, spec.marks, codesOf(table, spec.marks?.coded));
    picks.reach = () => Math.max(5, marks.widest(spec.legend.entries) / 2 + 2);
    const paint = (painter: FeaturePainter): Steps => paintFeatures(painter, spec, marks);
    const layers = [featureTiles(index, context.options, paint)];
    const hasAreaAt = (x: number, y: number): boolean =>
      index
        .search({ minX: x, minY: y, maxX: x, maxY: y })
        .some((id) => index.kinds[id] === KIND.polygon && index.contains(id, x, y));
    const content = { layers, picks: [picks], holds, hasAreaAt, features };
    if (spec.labels === undefined) return content;
    return { ...content, recordLabels: featureLabels(index, records, spec.labels, table) };
  };
  const swatch = marked(featureSwatch(weight), spec.marks);
  const { elements } = markLegends(spec.marks);
  const sole = soleEntry(spec.legend, spec.name, swatch);
  const classes = sole ? [] : [legend(spec.legend, swatch)];
  const parts = [...classes, ...elements, ...unplacedNote(spec.unplaced, spec.unplaced_names)];
  return { parts, sole, content: load() };
}
