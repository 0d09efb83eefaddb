// Hexagons of one area on the ground: a grid in the equal-area cylindrical projection of WGS 84.

import { type Box, EARTH_M, WORLD, worldY } from "./mercator.ts";

/** The flattening of WGS 84, and the square of its eccentricity. */
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);
const E = Math.sqrt(E2);

/**
 * Return the area between the equator and a latitude of this sine, for a radian of longitude and
 * an equator of radius 1 (Snyder 1987, equation 3-12, halved).
 */
const zoneOf = (sine: number): number =>
  ((1 - E2) / 2) * (sine / (1 - E2 * sine * sine) + Math.atanh(E * sine) / E);

const POLE = zoneOf(1);

/** Return the sine of the latitude below which such an area lies, by Newton's method. */
function sineOf(zone: number): number {
  let sine = zone / POLE;
  for (let turn = 0; turn < 4; turn++)
    sine -= ((zoneOf(sine) - zone) * (1 - E2 * sine * sine) ** 2) / (1 - E2);
  return sine;
}

const sineAt = (y: number): number => Math.tanh(Math.PI * (1 - (2 * y) / WORLD));
const NORTHERNMOST = zoneOf(sineAt(0));

/** The width of a regular hexagon with two upright sides, as a share of the root of its area. */
export const WIDTH = Math.sqrt(2 / Math.sqrt(3));

/**
 * Rows of hexagons of one width. Towards a pole the next band has fewer columns, so that they stay
 * about regular. Bands meet in a parallel: the last hexagons of each have a straight side there,
 * halfway between the teeth of a row, which keeps their area.
 */
interface Band {
  /** The southern edge, and the height of a row, as `zoneOf`. */
  from: number;
  step: number;
  columns: number;
  rows: number;
  /** The number of its first row among those of all bands. */
  first: number;
}

/** A band ends where its parallel has this share of the length at its beginning. */
const SHRUNK = 0.8;
const LEAST_ROWS = 2;

/** Return the bands from the south to the north. */
function bandsOf(area: number): Band[] {
  const north: Omit<Band, "first">[] = [];
  const radiusAt = (zone: number): number => {
    const sine = sineOf(Math.min(zone, NORTHERNMOST));
    return Math.sqrt((1 - sine ** 2) / (1 - E2 * sine ** 2));
  };
  for (let to = 0; to < NORTHERNMOST; ) {
    const radius = radiusAt(to) * Math.sqrt(SHRUNK);
    const columns = Math.max(
      3,
      Math.round((2 * Math.PI * EARTH_M * radius) / (WIDTH * Math.sqrt(area))),
    );
    const step = (area * columns) / (2 * Math.PI * EARTH_M ** 2);
    // The band of the equator is as high in the south.
    const from = to === 0 ? -step / 2 : to;
    let rows = LEAST_ROWS;
    while (
      from + rows * step < NORTHERNMOST &&
      radiusAt(from + rows * step) > radiusAt(to) * SHRUNK
    )
      rows++;
    to = from + rows * step;
    north.push({ from, step, columns, rows });
  }
  const [equator, ...others] = north;
  const rows = 2 * equator.rows - 1;
  const south = others.map((band) => ({ ...band, from: -band.from - band.rows * band.step }));
  const middle = { ...equator, rows, from: (-rows * equator.step) / 2 };
  let first = 0;
  return [...south.reverse(), middle, ...others].map((band) => {
    first += band.rows;
    return { ...band, first: first - band.rows };
  });
}

/** The hexagons of a row have numbers in a span of this length. */
const SPAN = 2 ** 28;

export class HexGrid {
  private readonly bands: Band[];

  /** Each hexagon has an area in square metres. */
  constructor(area: number) {
    this.bands = bandsOf(area);
  }

  /** Return a number for the hexagon around a place. */
  codeAt(x: number, y: number): number {
    const zone = zoneOf(sineAt(y));
    const band = this.bandOf(zone);
    const row = (zone - band.from) / band.step - 0.5;
    const column = (x / WORLD) * band.columns;
    // The middles of even rows, and those of odd ones half a column further on.
    const even = 2 * Math.round(row / 2);
    const odd = 2 * Math.floor(row / 2) + 1;
    const whole = Math.round(column);
    const half = Math.floor(column) + 0.5;
    const toEven = (column - whole) ** 2 + 0.75 * (row - even) ** 2;
    const toOdd = (column - half) ** 2 + 0.75 * (row - odd) ** 2;
    // A band ends in a straight line.
    const isEven = odd < 0 || odd === band.rows || (even < band.rows && toEven <= toOdd);
    return (band.first + (isEven ? even : odd)) * SPAN + 2 * (isEven ? whole : half);
  }

  /** Return the corners, in world units, of the hexagon of a number. */
  cornersOf(code: number): [x: number, y: number][] {
    const place = Math.round(code / SPAN);
    const { from, step, columns, rows, first } = this.bands.findLast(
      (band) => band.first <= place,
    )!;
    const middle = (code - place * SPAN) / 2;
    const row = place - first;
    const corner = (u: number, v: number): [number, number] => [
      ((middle + u) / columns) * WORLD,
      yOf(from + (row + 0.5 + v) * step),
    ];
    const north =
      row === rows - 1
        ? [corner(-0.5, 0.5), corner(0.5, 0.5)]
        : [corner(-0.5, 1 / 3), corner(0, 2 / 3), corner(0.5, 1 / 3)];
    const south =
      row === 0
        ? [corner(0.5, -0.5), corner(-0.5, -0.5)]
        : [corner(0.5, -1 / 3), corner(0, -2 / 3), corner(-0.5, -1 / 3)];
    return [...north, ...south];
  }

  /** Return a box that holds every hexagon which a box meets. */
  around({ minX, minY, maxX, maxY }: Box): Box {
    const [north, south] = [minY, maxY].map((y) => zoneOf(sineAt(y)));
    const [upper, lower] = [north, south].map((zone) => this.bandOf(zone));
    // Towards a pole hexagons are wider, towards the equator higher.
    const aside = (1.5 * WORLD) / Math.min(upper.columns, lower.columns);
    return {
      minX: minX - aside,
      minY: Math.floor(yOf(north + 2 * upper.step)),
      maxX: maxX + aside,
      maxY: Math.ceil(yOf(south - 2 * lower.step)),
    };
  }

  private bandOf(zone: number): Band {
    const { bands } = this;
    let at = bands.length >> 1;
    while (at > 0 && zone < bands[at].from) at--;
    while (at < bands.length - 1 && zone >= bands[at + 1].from) at++;
    return bands[at];
  }
}

/** Return the y of a zone: that of the map's edge beyond it. */
function yOf(zone: number): number {
  const inside = Math.max(-NORTHERNMOST, Math.min(NORTHERNMOST, zone));
  return worldY((Math.asin(sineOf(inside)) * 180) / Math.PI);
}
