// The base map of the page: land, lakes, rivers, borders and coast, cut into square cells of a zoom;
// finer cells where there are any.

import { type Palette, palette } from "../canvas/colors.ts";
import { type FeaturePainter, featurePainters } from "../canvas/featurepainter.ts";
import { readLabels } from "../canvas/labels.ts";
import type { Pen } from "../canvas/surface.ts";
import { CanvasTiles, type Tile } from "../canvas/tiles.ts";
import { readTable, required, type Table } from "../data/payload.ts";
import type { BaseSpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { TILE_SIZE, type TileCoords } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import type { Content, Draft, LayerContext } from "./content.ts";
import { emptyTiles, featureIndex } from "./vector.ts";

const STYLE = { land: 0, lake: 1, border: 2, river: 3, disputed: 4, coast: 5 } as const;

/** Features cut into square cells of a zoom. */
type CellMap = Cells & { index: FeatureIndex };

const cellMap = (table: Table, zoom: number): CellMap => {
  const keys = cellKeys(required(table, "_cx"), required(table, "_cy"));
  return { index: featureIndex(table), zoom, keys };
};

type BaseMap = { coarse: CellMap; detail: CellMap | null; detailZoom: number };

function* paintBase({ pen, coords }: Tile, map: BaseMap): Steps {
  const { coarse, detail, detailZoom } = map;
  const colors = palette();
  const parts = detail !== null && coords.z >= detailZoom ? coveredParts(coords, detail) : [];
  const flood = (x: number, y: number, size: number): void => {
    pen.fillStyle = colors.water;
    pen.fillRect(x, y, size, size);
  };
  if (parts.length !== 1 || parts[0].size < TILE_SIZE) {
    flood(0, 0, TILE_SIZE);
    yield* paintCells(pen, coarse.index, coords, colors);
  }
  for (const { x, y, size } of parts) {
    pen.save();
    pen.beginPath();
    pen.rect(x, y, size, size);
    pen.clip();
    flood(x, y, size);
    yield* paintCells(pen, detail!.index, coords, colors);
    pen.restore();
  }
}

function* paintCells(pen: Pen, index: FeatureIndex, coords: TileCoords, colors: Palette): Steps {
  for (const painter of featurePainters(pen, index, coords)) {
    yield* paintCopy(painter, coords.z, colors);
  }
}

function* paintCopy(painter: FeaturePainter, zoom: number, colors: Palette): Steps {
  const { pen, index } = painter;
  const byStyle: number[][] = Object.values(STYLE).map(() => []);
  for (const id of painter.ids()) byStyle[index.styles[id]]?.push(id);
  const scale = Math.max(0.6, Math.min(1.4, zoom / 6));
  const fill = (style: number, color: string): void => {
    pen.fillStyle = color;
    // One by one: where pieces of neighbouring cells overlap, even-odd would leave a hole.
    for (const id of byStyle[style]) {
      pen.beginPath();
      painter.tracePolygon(id);
      pen.fill("evenodd");
    }
  };
  fill(STYLE.land, colors.land);
  yield;
  painter.stroke(byStyle[STYLE.river], { color: colors.river, width: 0.9 * scale });
  fill(STYLE.lake, colors.water);
  yield;
  painter.stroke(byStyle[STYLE.coast], { color: colors.coast, width: 0.8 });
  const border = { color: colors.border, width: 1.1 * scale };
  painter.stroke(byStyle[STYLE.border], border);
  for (const id of byStyle[STYLE.disputed]) {
    painter.stroke([id], { ...border, dash: [4, 3], cap: "butt" });
  }
}

async function baseContent(spec: BaseSpec, { options, store }: LayerContext): Promise<Content> {
  const read = (id: string | null | undefined) => (id ? readTable(store, id) : null);
  const [coarse, detail, names] = await Promise.all([
    readTable(store, spec.payload),
    read(spec.detail),
    read(spec.labels),
  ]);
  const { detail_zoom: detailZoom, detail_cell_zoom: cellZoom } = spec;
  const fine = detail && cellMap(detail, cellZoom);
  const map = { coarse: cellMap(coarse, spec.cell_zoom), detail: fine, detailZoom };
  const tests = [map.coarse, ...(fine ? [fine] : [])].map(({ index }) => emptyTiles(index));
  // Open water has the colour of the page.
  const isEmpty = (coords: TileCoords): boolean => tests.every((isEmptyIn) => isEmptyIn(coords));
  const paint = (tile: Tile): Steps => paintBase(tile, map);
  const tiles = new CanvasTiles({ ...options, isEmpty, paint });
  return { layers: [tiles], labels: names === null ? [] : readLabels(names) };
}

export const baseDraft = (spec: BaseSpec, context: LayerContext): Draft => {
  return { parts: [], content: baseContent(spec, context) };
};

/** The cells of a zoom that have features, as "x y". */
export type Cells = { zoom: number; keys: ReadonlySet<string> };

const key = (x: number, y: number): string => `${x} ${y}`;

export const cellKeys = (xs: ArrayLike<number>, ys: ArrayLike<number>): Set<string> =>
  new Set(Array.from(xs, (x, i) => key(x, ys[i])));

type Square = { x: number; y: number; size: number };

/** Return the squares of a tile that cells cover, in CSS pixels. */
export function coveredParts(coords: TileCoords, cells: Cells): Square[] {
  // A tile is as large as a cell of the zoom log2(tile size / 256) above its own.
  const deeper = cells.zoom - coords.z + Math.log2(TILE_SIZE / 256);
  const scale = 2 ** deeper;
  const [west, north] = [Math.floor(coords.x * scale), Math.floor(coords.y * scale)];
  const count = Math.max(1, scale);
  const size = TILE_SIZE / count;
  const parts: Square[] = [];
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const isCovered = cells.keys.has(key(west + i, north + j));
      if (isCovered) parts.push({ x: i * size, y: j * size, size });
    }
  }
  return parts;
}
