// The base map of the page: land and waters of the world, in detail near the data of the map, and
// roads and railways there.

import { type Palette, palette } from "../canvas/colors.ts";
import { type FeaturePainter, featurePainters } from "../canvas/featurepainter.ts";
import { GROUND, groundStrokes, riverStroke } from "../canvas/groundstrokes.ts";
import { readLabels } from "../canvas/labels.ts";
import type { Pen } from "../canvas/surface.ts";
import { CanvasTiles, type Tile } from "../canvas/tiles.ts";
import { damaged, readBytes, readTable } from "../data/payload.ts";
import { decodeShapes } from "../data/shapecoding.ts";
import type { BaseSpec } from "../data/spec.ts";
import { FeatureIndex } from "../geo/featureindex.ts";
import { TILE_SIZE, type TileCoords, WORLD } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import type { Content, Depth, Draft, LayerContext } from "./content.ts";
import { placesOf } from "./findable.ts";
import { type ReliefPainter, readRelief } from "./relief.ts";
import { emptyTiles } from "./vector.ts";

/** Shapes cut into square cells of a zoom. */
type CellMap = CellSet & { index: FeatureIndex };

type BaseMap = {
  /** The whole world, and the cells that replace it from a zoom on. */
  world: CellMap;
  region: CellMap;
  regionZoom: number;
  /** Roads and railways over either. */
  routes: CellMap[];
  fromZoom: number[];
  relief: ReliefPainter | null;
};

function* paintBase({ pen, coords, ratio }: Tile, map: BaseMap): Steps {
  const { world, region, regionZoom, fromZoom, relief } = map;
  const colors = palette();
  const parts = coords.z >= regionZoom ? coveredParts(coords, region, ratio) : [];
  const flood = ({ x, y, width, height }: Part): void => {
    pen.fillStyle = colors.water;
    pen.fillRect(x, y, width, height);
  };
  const paint = (index: FeatureIndex, relief: ReliefPainter | null): Steps =>
    paintCells(pen, index, coords, colors, fromZoom, relief);
  const covered = parts.reduce((sum, { width, height }) => sum + width * height, 0);
  if (covered < TILE_SIZE ** 2) {
    flood({ x: 0, y: 0, width: TILE_SIZE, height: TILE_SIZE });
    yield* paint(world.index, relief);
  }
  for (const part of parts) {
    pen.save();
    pen.beginPath();
    pen.rect(part.x, part.y, part.width, part.height);
    pen.clip();
    flood(part);
    yield* paint(region.index, relief);
    pen.restore();
  }
  if (coords.z < regionZoom) return;
  // Minor roads first, so that main roads cross above them.
  for (const { index } of [...map.routes].reverse()) yield* paint(index, null);
}

function* paintCells(
  pen: Pen,
  index: FeatureIndex,
  coords: TileCoords,
  colors: Palette,
  fromZoom: number[],
  relief: ReliefPainter | null,
): Steps {
  const copies = Array.from(featurePainters(pen, index, coords), (painter) => {
    return { painter, of: byGround(painter, fromZoom, coords.z) };
  });
  for (const { painter, of } of copies) {
    for (const ground of AREAS) fillAll(painter, of[GROUND[ground]], colors[ground]);
    yield;
  }
  if (relief !== null) yield* relief(pen, coords);
  for (const { painter, of } of copies) {
    yield* paintWaters(painter, of, coords.z, colors);
    for (const { ground, stroke } of groundStrokes(coords.z, colors)) {
      if (of[ground].length === 0) continue;
      painter.stroke(of[ground], stroke);
      yield;
    }
  }
}

/** What relief lies on, the lowest first. */
const AREAS = ["land", "playa", "urban", "glacier"] as const;

/** Paint what covers relief: the edges of ice, and waters. */
function* paintWaters(
  painter: FeaturePainter,
  of: number[][],
  zoom: number,
  colors: Palette,
): Steps {
  painter.stroke(of[GROUND.glacier], { color: colors["glacier-edge"], width: 0.7 });
  painter.stroke(of[GROUND.river], riverStroke(zoom, colors));
  yield;
  fillAll(painter, of[GROUND.lake], colors.water);
  yield;
}

/** Return the features of a tile by what they are, as far as they are drawn at a zoom. */
function byGround(painter: FeaturePainter, fromZoom: number[], zoom: number): number[][] {
  const found: number[][] = fromZoom.map(() => []);
  for (const id of painter.ids()) {
    const ground = painter.index.styles[id];
    if (fromZoom[ground] <= zoom) found[ground].push(id);
  }
  return found;
}

/** Fill areas one by one: where pieces of neighbouring cells overlap, even-odd leaves a hole. */
function fillAll(painter: FeaturePainter, ids: number[], color: string): void {
  const { pen } = painter;
  pen.fillStyle = color;
  for (const id of ids) {
    pen.beginPath();
    painter.tracePolygon(id);
    pen.fill("evenodd");
  }
}

async function baseContent(spec: BaseSpec, { options, store }: LayerContext): Promise<Content> {
  const read = async (id: string): Promise<CellMap> => {
    const { zoom, cells, arrays } = decodeShapes(await readBytes(store, id));
    return { index: new FeatureIndex(arrays), zoom, keys: cellKeys(cells) };
  };
  const reading = spec.names ? readTable(store, spec.names) : null;
  const shading = spec.relief ? readRelief(spec.relief, store) : null;
  const [world, region, ...routes] = await Promise.all(spec.shapes.map(read));
  const [names, relief] = [await reading, await shading];
  const { region_zoom: regionZoom, from_zoom: fromZoom } = spec;
  // Tiles are painted later, when nobody waits for an error.
  if (!Array.isArray(fromZoom)) throw damaged(fromZoom);
  const map = { world, region, routes, regionZoom, fromZoom, relief };
  const tests = [world, region].map(({ index }) => emptyTiles(index));
  // Open water has the colour of the page.
  const isEmpty = (coords: TileCoords): boolean => tests.every((isEmptyIn) => isEmptyIn(coords));
  const paint = (tile: Tile): Steps => paintBase(tile, map);
  const tiles = new CanvasTiles({ ...options, isEmpty, paint });
  const depth = (x: number, y: number): Depth => depthAt(x, y, map);
  const labels = names === null ? [] : readLabels(names);
  return { layers: [tiles], labels, depth, found: placesOf(labels) };
}

export const baseDraft = (spec: BaseSpec, context: LayerContext): Draft => {
  return { parts: [], content: baseContent(spec, context) };
};

/** The zooms up to which the ground has detail: the world, the region, the region's minor roads. */
const [WORLD_DEPTH, REGION_DEPTH, ROADS_DEPTH] = [5, 9, 12];

/** Return how far the ground has detail at a place in world units. */
function depthAt(x: number, y: number, { region, routes }: BaseMap): Depth {
  const isIn = ({ zoom, keys }: CellSet): boolean => {
    const side = WORLD / 2 ** zoom;
    return keys.has(key(Math.floor(x / side), Math.floor(y / side)));
  };
  const hasRoads = routes.length > 0 && isIn(routes[routes.length - 1]);
  if (hasRoads) return { zoom: ROADS_DEPTH, hasRoads };
  return { zoom: isIn(region) ? REGION_DEPTH : WORLD_DEPTH, hasRoads };
}

/** The cells of a zoom that have features, as "x y". */
export type CellSet = { zoom: number; keys: ReadonlySet<string> };

const key = (x: number, y: number): string => `${x} ${y}`;

export const cellKeys = (cells: readonly (readonly [x: number, y: number])[]): Set<string> =>
  new Set(cells.map(([x, y]) => key(x, y)));

type Part = { x: number; y: number; width: number; height: number };

/** The side of a cell at its own zoom, in CSS pixels: that of a usual web tile. */
const CELL_PX = 256;

/**
 * Return the parts of a tile that cells cover, in CSS pixels. Their edges lie on pixels of the screen,
 * so that neighbours leave no seam.
 */
export function coveredParts(coords: TileCoords, cells: CellSet, ratio: number): Part[] {
  const side = CELL_PX * 2 ** (coords.z - cells.zoom);
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
