// The base map inside the page: land, lakes, rivers, borders and coast; finer cells where the page has them.

import { brushes, type Brush } from "../canvas/featurepainter.ts";
import { cellKeys, coveredParts, type Cells } from "./basecells.ts";
import type { Pen } from "../canvas/surface.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { TILE_SIZE, type TileCoords } from "../geo/mercator.ts";
import { palette, type Palette } from "../canvas/colors.ts";
import { required, type Table } from "../data/payload.ts";
import { CanvasTiles, type Tile } from "../canvas/tiles.ts";
import { emptyTiles, featureIndex } from "./vector.ts";

const STYLE = { land: 0, lake: 1, border: 2, river: 3, disputed: 4, coast: 5 } as const;

/** Features cut into square cells of a zoom. */
export interface CellMap extends Cells {
  index: FeatureIndex;
}

export function cellMap(table: Table, zoom: number): CellMap {
  return { index: featureIndex(table), zoom, keys: cellKeys(required(table, "_cx"), required(table, "_cy")) };
}

export interface BaseMap {
  coarse: CellMap;
  detail: CellMap | null;
  detailZoom: number;
}

export function baseTiles(map: BaseMap, options: L.GridLayerOptions): CanvasTiles {
  const empty = [map.coarse, map.detail].flatMap((part) => (part === null ? [] : [emptyTiles(part.index)]));
  // Open water is the colour of the page itself.
  const isEmpty = (coords: TileCoords): boolean => empty.every((isEmptyIn) => isEmptyIn(coords));
  return new CanvasTiles({ ...options, isEmpty, paint: (tile) => paintBase(tile, map, palette()) });
}

function* paintBase({ pen, coords }: Tile, map: BaseMap, colors: Palette): Generator<void, void, void> {
  const parts = map.detail !== null && coords.z >= map.detailZoom ? coveredParts(coords, map.detail) : [];
  if (parts.length !== 1 || parts[0].size < TILE_SIZE) {
    flood(pen, colors, 0, 0, TILE_SIZE);
    yield* paintCells(pen, map.coarse.index, coords, colors);
  }
  for (const { x, y, size } of parts) {
    pen.save();
    pen.beginPath();
    pen.rect(x, y, size, size);
    pen.clip();
    flood(pen, colors, x, y, size);
    yield* paintCells(pen, map.detail!.index, coords, colors);
    pen.restore();
  }
}

function flood(pen: Pen, colors: Palette, x: number, y: number, size: number): void {
  pen.fillStyle = colors.water;
  pen.fillRect(x, y, size, size);
}

function* paintCells(pen: Pen, index: FeatureIndex, coords: TileCoords, colors: Palette): Generator<void, void, void> {
  for (const brush of brushes(pen, index, coords)) yield* paintCopy(pen, brush, index, coords.z, colors);
}

function* paintCopy(pen: Pen, brush: Brush, index: FeatureIndex, zoom: number, colors: Palette): Generator<void, void, void> {
  const byStyle: number[][] = Object.values(STYLE).map(() => []);
  for (const id of brush.ids()) byStyle[index.styles[id]]?.push(id);
  const scale = Math.max(0.6, Math.min(1.4, zoom / 6));
  const fill = (style: number, color: string): void => {
    pen.fillStyle = color;
    // One by one: the pieces of neighbouring cells overlap, which together would be a hole.
    for (const id of byStyle[style]) {
      pen.beginPath();
      brush.tracePolygon(id);
      pen.fill("evenodd");
    }
  };
  fill(STYLE.land, colors.land);
  yield;
  brush.stroke(byStyle[STYLE.river], { color: colors.river, width: 0.9 * scale });
  fill(STYLE.lake, colors.water);
  yield;
  brush.stroke(byStyle[STYLE.coast], { color: colors.coast, width: 0.8 });
  brush.stroke(byStyle[STYLE.border], { color: colors.border, width: 1.1 * scale });
  for (const id of byStyle[STYLE.disputed]) {
    brush.stroke([id], { color: colors.border, width: 1.1 * scale, dash: [4, 3], cap: "butt" });
  }
}
