// Web Mercator scaled to 30-bit integers: X grows east from 180 W, Y grows south from 85.0511 N.

const WORLD_BITS = 30;
export const WORLD = 2 ** WORLD_BITS;
/** Web Mercator's world is 2^8 pixels wide at zoom 0. */
const PIXEL_BITS = 8;
/**
 * The deepest zoom of a map: 0.6 m a pixel at the equator, finer than any location in the sources.
 */
export const MAX_ZOOM = 18;
/** Side of a tile in CSS pixels. A canvas costs a browser more by its number than by its size. */
export const TILE_SIZE = 512;

export const worldX = (lon: number): number => ((lon + 180) / 360) * WORLD;

export function worldY(lat: number): number {
  const northing = Math.asinh(Math.tan((lat * Math.PI) / 180));
  return ((1 - northing / Math.PI) / 2) * WORLD;
}

export const lonOf = (x: number): number => (x / WORLD) * 360 - 180;

export const latOf = (y: number): number =>
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) * 180) / Math.PI;

/** The latitude of the upper edge of the map's square. */
export const MAX_LATITUDE = latOf(0);

/** The error that rounding may add to a place on the edge of its square, in world units. */
const EDGE = 1e-5;

/**
 * Return the longitude with the fewest decimals in step x of the grid. A place that was given with
 * up to six decimals comes back as it was given: shorter decimals are further apart than a step.
 */
export const shortLon = (x: number): number =>
  shortest(lonOf(x - EDGE), lonOf(x + 1 + (x + 1 < WORLD ? -EDGE : EDGE)));

/** Return the latitude with the fewest decimals in step y of the grid. */
export const shortLat = (y: number): number => shortest(latOf(y + 1 - EDGE), latOf(y - EDGE));

/** Return the number with the fewest decimals between two others, nearest to their middle. */
function shortest(low: number, high: number): number {
  const middle = (low + high) / 2;
  for (let scale = 1; scale < 1e12; scale *= 10) {
    const rounded = Math.round(middle * scale) / scale;
    if (rounded >= low && rounded <= high) return rounded + 0;
  }
  return middle;
}

/** The radius of the equator of WGS 84, in metres. */
export const EARTH_M = 6378137;

/** Return the world units of a metre at a place, stretched as Mercator stretches its latitude. */
export function unitsPerMetre(y: number): number {
  const northing = Math.PI * (1 - (2 * y) / WORLD);
  return (WORLD / (2 * Math.PI * EARTH_M)) * Math.cosh(northing);
}

/** Return the world units of one CSS pixel at a zoom. */
export const pixelUnits = (zoom: number): number => 2 ** (WORLD_BITS - PIXEL_BITS - zoom);

/** Return the zoom at which a CSS pixel has a number of world units. */
export const zoomOf = (units: number): number => WORLD_BITS - PIXEL_BITS - Math.log2(units);

export type Box = { minX: number; minY: number; maxX: number; maxY: number };

/** Return the box of a south-west and a north-east corner, in degrees. */
export const boxOfBounds = ([[south, west], [north, east]]: [number, number][]): Box => ({
  minX: worldX(west),
  maxX: worldX(east),
  minY: worldY(north),
  maxY: worldY(south),
});

/** Return a box, at most as wide as the world, so that it holds no place twice. */
export const withinTurn = (box: Box): Box => ({
  ...box,
  maxX: Math.min(box.maxX, box.minX + WORLD),
});

/** Return whether two boxes, or copies of them in other copies of the world, meet. */
export const meetsAnywhere = (a: Box, b: Box): boolean =>
  a.minY <= b.maxY &&
  b.minY <= a.maxY &&
  Math.floor((a.maxX - b.minX) / WORLD) * WORLD >= a.minX - b.maxX;

/** A tile: its zoom, which may be fractional, and its place in the grid of that zoom. */
export type TileCoords = { x: number; y: number; z: number };

/**
 * Return the square of a tile, widened by `pad` CSS pixels on every side. Upper bounds are
 * exclusive.
 */
export function tileBox({ x, y, z }: TileCoords, pad = 0): Box {
  const side = TILE_SIZE * pixelUnits(z);
  const margin = pad * pixelUnits(z);
  return {
    minX: x * side - margin,
    minY: y * side - margin,
    maxX: (x + 1) * side + margin,
    maxY: (y + 1) * side + margin,
  };
}

/** A box moved onto the data: `shift` is what was added to its x. */
type BoxCopy = { box: Box; shift: number };

/**
 * Return a box once for each copy of the world that it reaches into, moved to where the data is.
 */
export function boxCopies(box: Box): BoxCopy[] {
  const copies: BoxCopy[] = [];
  for (let copy = Math.floor(box.minX / WORLD); copy * WORLD < box.maxX; copy++) {
    const shift = 0 - copy * WORLD;
    copies.push({ box: { ...box, minX: box.minX + shift, maxX: box.maxX + shift }, shift });
  }
  return copies;
}

/** Return a longitude, by whole turns, as near as possible to another. */
export const lonBeside = (lon: number, other: number): number =>
  lon + 360 * Math.round((other - lon) / 360);
