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
import { placesOf } from "./findable.ts";
import { emptyTiles, featureIndex } from "./vector.ts";

const STYLE = { land: 0, lake: 1, border: 2, river: 3, disputed: 4, coast: 5 } as const;

/** Features cut into square cells of a zoom. */
type CellMap = Cells & { index: FeatureIndex };

const cellMap = (table: Table, zoom: number): CellMap => {
  const keys = cellKeys(required(table, "_cx"), required(table, "_cy"));
  return { index: featureIndex(table), zoom, keys };
};

type BaseMap = { coarse: CellMap; detail: CellMap | null; detailZoom: number };

function* paintBase({ pen, coords, ratio }: Tile, map: BaseMap): Steps {
  const { coarse, detail, detailZoom } = map;
  const colors = palette();
  const parts =
    detail !== null && coords.z >= detailZoom ? coveredParts(coords, detail, ratio) : [];
  const flood = ({ x, y, width, height }: Part): void => {
    pen.fillStyle = colors.water;
    pen.fillRect(x, y, width, height);
  };
  const covered = parts.reduce((sum, { width, height }) => sum + width * height, 0);
  if (covered < TILE_SIZE ** 2) {
    flood({ x: 0, y: 0, width: TILE_SIZE, height: TILE_SIZE });
    yield* paintCells(pen, coarse.index, coords, colors);
  }
  for (const part of parts) {
    pen.save();
    pen.beginPath();
    pen.rect(part.x, part.y, part.width, part.height);
    pen.clip();
    flood(part);
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
  const labels = names === null ? [] : readLabels(names);
  return { layers: [tiles], labels, found: placesOf(labels) };
}

export const baseDraft = (spec: BaseSpec, context: LayerContext): Draft => {
  return { parts: [], content: baseContent(spec, context) };
};

/** The cells of a zoom that have features, as "x y". */
export type Cells = { zoom: number; keys: ReadonlySet<string> };

const key = (x: number, y: number): string => `${x} ${y}`;

export const cellKeys = (xs: ArrayLike<number>, ys: ArrayLike<number>): Set<string> =>
  new Set(Array.from(xs, (x, i) => key(x, ys[i])));

type Part = { x: number; y: number; width: number; height: number };

/**
 * Return the parts of a tile that cells cover, in CSS pixels. Their edges lie on pixels of the screen,
 * so that neighbours leave no seam.
 */
export function coveredParts(coords: TileCoords, cells: Cells, ratio: number): Part[] {
  const side = 256 * 2 ** (coords.z - cells.zoom);
  const count = 2 ** cells.zoom;
  const first = (at: number): number => Math.floor((at * TILE_SIZE) / side);
  const edge = (cell: number, at: number): number => {
    const inTile = Math.round((cell * side - at * TILE_SIZE) * ratio) / ratio;
    return Math.max(0, Math.min(TILE_SIZE, inTile));
  };
  const parts: Part[] = [];
  for (let j = first(coords.y); j * side < (coords.y + 1) * TILE_SIZE; j++) {
    for (let i = first(coords.x); i * side < (coords.x + 1) * TILE_SIZE; i++) {
      const [x, y] = [edge(i, coords.x), edge(j, coords.y)];
      const [width, height] = [edge(i + 1, coords.x) - x, edge(j + 1, coords.y) - y];
      const isCovered = cells.keys.has(key(i - count * Math.floor(i / count), j));
      if (isCovered && width > 0 && height > 0) parts.push({ x, y, width, height });
    }
  }
  return parts;
}
