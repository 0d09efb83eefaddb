// The base map of the page: land and waters of the world, in detail near the data of the map, and
// roads and railways there.

import { type Palette, palette } from "../canvas/colors.ts";
import { applyMask, type Extent, fadeMask, type IsCovered, isWithin } from "../canvas/fading.ts";
import { type FeaturePainter, featurePainters } from "../canvas/featurepainter.ts";
import { GROUND, groundStrokes, riverStroke } from "../canvas/groundstrokes.ts";
import { readLabels } from "../canvas/labels.ts";
import { type Pen, penOf } from "../canvas/surface.ts";
import { CanvasTiles, type Tile } from "../canvas/tiles.ts";
import { damaged, readBytes, readTable } from "../data/payload.ts";
import { decodeShapes } from "../data/shapecoding.ts";
import type { BaseSpec } from "../data/spec.ts";
import { FeatureIndex } from "../geo/featureindex.ts";
import { pixelUnits, TILE_SIZE, type TileCoords, WORLD } from "../geo/mercator.ts";
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

/** Cells fade over this share of their side into what is coarser beside them. */
const BAND = 1 / 8;
/** Pixels of a side of a tile's mask, which is enlarged. */
const MASK_SIZE = 128;

function* paintBase(tile: Tile, map: BaseMap): Steps {
  const { pen, coords } = tile;
  const { world, region, regionZoom, fromZoom, relief } = map;
  const colors = palette();
  const paint = (pen: Pen, { index }: CellMap, shade: ReliefPainter | null): Steps =>
    paintCells(pen, index, coords, colors, fromZoom, shade);
  const isNear = coords.z >= regionZoom;
  if (!isNear || !isWithin(extentIn(coords, region), coverOf(region), BAND)) {
    flood(pen, colors);
    yield* paint(pen, world, relief);
  }
  if (!isNear) return;
  yield* paintOver(tile, region, function* (pen) {
    flood(pen, colors);
    yield* paint(pen, region, relief);
  });
  // Minor roads first, so that main roads cross above them.
  for (const cells of [...map.routes].reverse()) {
    yield* paintOver(tile, cells, (pen) => paint(pen, cells, null));
  }
}

function flood(pen: Pen, { water }: Palette): void {
  pen.fillStyle = water;
  pen.fillRect(0, 0, TILE_SIZE, TILE_SIZE);
}

/** Paint cells over what is coarser; towards cells that the page lacks they fade out. */
function* paintOver(
  { pen, coords, ratio }: Tile,
  cells: CellMap,
  paint: (pen: Pen) => Steps,
): Steps {
  const [extent, isCovered] = [extentIn(coords, cells), coverOf(cells)];
  if (isWithin(extent, isCovered, BAND)) {
    yield* paint(pen);
    return;
  }
  if (isWithin(extent, (x, y) => !isCovered(x, y), 0)) return;
  const above = penOf(TILE_SIZE * ratio, TILE_SIZE * ratio);
  above.scale(ratio, ratio);
  yield* paint(above);
  const mask = fadeMask(extent, MASK_SIZE / extent.across, isCovered, BAND);
  applyMask(above, mask, true, WHOLE);
  pen.drawImage(above.canvas, 0, 0, TILE_SIZE, TILE_SIZE);
  yield;
}

const WHOLE = { x: 0, y: 0, width: TILE_SIZE, height: TILE_SIZE };

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
  return { layers: [tiles], labels, depth, found: () => placesOf(labels) };
}

export const baseDraft = (spec: BaseSpec, context: LayerContext): Draft => {
  return { parts: [], content: baseContent(spec, context) };
};

/** The zoom levels up to which the ground has detail: the world, the region, the region's minor roads. */
const [WORLD_DEPTH, REGION_DEPTH, ROADS_DEPTH] = [5, 9, 12];
/** Open water has nothing within a tile of this zoom. */
const WATER_ZOOM = 9;

/** Return how far the ground has detail at a place in world units. */
function depthAt(x: number, y: number, { world, region, routes }: BaseMap): Depth {
  const isIn = (cells: CellSet): boolean => {
    const side = WORLD / 2 ** cells.zoom;
    return coverOf(cells)(Math.floor(x / side), Math.floor(y / side));
  };
  const hasRoads = routes.length > 0 && isIn(routes[routes.length - 1]);
  if (hasRoads) return { waters: REGION_DEPTH, roads: ROADS_DEPTH };
  if (isIn(region)) return { waters: REGION_DEPTH, roads: REGION_DEPTH };
  const side = TILE_SIZE * pixelUnits(WATER_ZOOM);
  const around = { x: Math.floor(x / side), y: Math.floor(y / side), z: WATER_ZOOM };
  const deepest = emptyTiles(world.index)(around) ? Number.POSITIVE_INFINITY : WORLD_DEPTH;
  return { waters: deepest, roads: deepest };
}

/** The cells of a zoom that have features, as "x y". */
type CellSet = { zoom: number; keys: ReadonlySet<string> };

const key = (x: number, y: number): string => `${x} ${y}`;

export const cellKeys = (cells: readonly (readonly [x: number, y: number])[]): Set<string> =>
  new Set(cells.map(([x, y]) => key(x, y)));

/** The side of a cell at its own zoom, in CSS pixels: that of a usual web tile. */
const CELL_PX = 256;

/** Return whether there are such cells, in any copy of the world. */
export function coverOf({ zoom, keys }: CellSet): IsCovered {
  const count = 2 ** zoom;
  return (x, y) => keys.has(key(x - count * Math.floor(x / count), y));
}

/** Return where a tile lies among cells, in their sides. */
export function extentIn({ x, y, z }: TileCoords, { zoom }: Pick<CellSet, "zoom">): Extent {
  const across = TILE_SIZE / (CELL_PX * 2 ** (z - zoom));
  return { x: x * across, y: y * across, across, down: across };
}
