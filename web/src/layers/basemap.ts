// The base map inside the page: land, lakes, rivers, borders and coast; finer cells where the page has them.

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
import { type Cells, cellKeys, coveredParts } from "./basecells.ts";
import { type Content, type LayerContext, PANES } from "./content.ts";
import { emptyTiles, featureIndex } from "./vector.ts";

const STYLE = { land: 0, lake: 1, border: 2, river: 3, disputed: 4, coast: 5 } as const;

/** Features cut into square cells of a zoom. */
export interface CellMap extends Cells {
  index: FeatureIndex;
}

export function cellMap(table: Table, zoom: number): CellMap {
  return {
    index: featureIndex(table),
    zoom,
    keys: cellKeys(required(table, "_cx"), required(table, "_cy")),
  };
}

export interface BaseMap {
  coarse: CellMap;
  detail: CellMap | null;
  detailZoom: number;
}

export function baseTiles(map: BaseMap, options: L.GridLayerOptions): CanvasTiles {
  const empty = [map.coarse, map.detail].flatMap((part) =>
    part === null ? [] : [emptyTiles(part.index)],
  );
  // Open water is the colour of the page itself.
  const isEmpty = (coords: TileCoords): boolean => empty.every((isEmptyIn) => isEmptyIn(coords));
  return new CanvasTiles({ ...options, isEmpty, paint: (tile) => paintBase(tile, map, palette()) });
}

function* paintBase({ pen, coords }: Tile, map: BaseMap, colors: Palette): Steps {
  const parts =
    map.detail !== null && coords.z >= map.detailZoom ? coveredParts(coords, map.detail) : [];
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

function* paintCells(pen: Pen, index: FeatureIndex, coords: TileCoords, colors: Palette): Steps {
  for (const painter of featurePainters(pen, index, coords))
    yield* paintCopy(pen, painter, index, coords.z, colors);
}

function* paintCopy(
  pen: Pen,
  painter: FeaturePainter,
  index: FeatureIndex,
  zoom: number,
  colors: Palette,
): Steps {
  const byStyle: number[][] = Object.values(STYLE).map(() => []);
  for (const id of painter.ids()) byStyle[index.styles[id]]?.push(id);
  const scale = Math.max(0.6, Math.min(1.4, zoom / 6));
  const fill = (style: number, color: string): void => {
    pen.fillStyle = color;
    // One by one: the pieces of neighbouring cells overlap, which together would be a hole.
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
  painter.stroke(byStyle[STYLE.border], { color: colors.border, width: 1.1 * scale });
  for (const id of byStyle[STYLE.disputed]) {
    painter.stroke([id], { color: colors.border, width: 1.1 * scale, dash: [4, 3], cap: "butt" });
  }
}

export async function baseContent(
  spec: BaseSpec,
  { zIndex, store }: LayerContext,
): Promise<Content> {
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
  return {
    layers: [baseTiles(base, { pane: PANES.base.name, zIndex })],
    picks: [],
    labels: labels === null ? [] : readLabels(labels),
  };
}
