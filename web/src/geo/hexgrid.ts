// Hexagons of one area on the ground: a grid on the faces of an icosahedron, without seams.

import { FACES, type Place, placeOf, pointAt, type Vector } from "./icosahedron.ts";
import {
  type Box,
  EARTH_M,
  latOf,
  MAX_LATITUDE,
  unitsPerMetre,
  WORLD,
  worldY,
} from "./mercator.ts";

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
const WHOLE = 4 * Math.PI * EARTH_M ** 2 * POLE;

/** Return the sine of the latitude below which such an area lies, by Newton's method. */
function sineOf(zone: number): number {
  let sine = zone / POLE;
  for (let turn = 0; turn < 4; turn++)
    sine -= ((zoneOf(sine) - zone) * (1 - E2 * sine * sine) ** 2) / (1 - E2);
  return sine;
}

const sineAt = (y: number): number => Math.tanh(Math.PI * (1 - (2 * y) / WORLD));

/** Return the point of a sphere of the same area, on which areas of the ellipsoid are true. */
function pointOf(x: number, y: number): Vector {
  const up = zoneOf(sineAt(y)) / POLE;
  const out = Math.sqrt(1 - up * up);
  const east = (2 * Math.PI * x) / WORLD - Math.PI;
  return [out * Math.cos(east), out * Math.sin(east), up];
}

/** Return the place of a point of that sphere on the map, in world units. */
function onMap([ahead, aside, up]: Vector): [x: number, y: number] {
  const sine = sineOf(Math.max(-1, Math.min(1, up)) * POLE);
  const x = ((Math.atan2(aside, ahead) + Math.PI) / (2 * Math.PI)) * WORLD;
  return [x, ((1 - Math.atanh(sine) / Math.PI) / 2) * WORLD];
}

/** The width of a regular hexagon with two upright sides, as a share of the root of its area. */
export const WIDTH = Math.sqrt(2 / Math.sqrt(3));
/** No hexagon on the map is longer, as a share of the root of its area. */
const LONGEST = 1.75;

/** The steps from the middle of a hexagon to its corners, as shares of the corners of a face. */
const STEPS = [
  [2, -1, -1],
  [1, 1, -2],
  [-1, 2, -1],
  [-2, 1, 1],
  [-1, -1, 2],
  [1, -2, 1],
].map((thirds) => thirds.map((third) => third / 3));

/** A place on a face: its shares of the three corners, each times `parts`. They add up to `parts`. */
type Shares = [number, number, number];

/**
 * For each face and corner: the first face that has the opposite edge, and which shares of this face
 * are the first two of that one; -1 for a share of 0.
 */
const EDGES = FACES.flatMap((_, face) =>
  [0, 1, 2].map((corner) => {
    const marked: Shares = [1, 2, 3];
    marked[corner] = 0;
    const [first, own] = facesOf(face, marked)[0];
    return { first, from: own.map((mark) => mark - 1) };
  }),
);

/** Copies of the world have numbers from -8 to 7. */
const COPIES = 16;

export class HexGrid {
  /** The area of each hexagon in square metres. */
  readonly area: number;
  /** The number of parts of each side of a face. Hexagons lie around the ends of parts. */
  private readonly parts: number;
  /** The numbers of the two hexagons around the poles. */
  private readonly poles: number[];
  private readonly middles = new Map<number, [x: number, y: number]>();

  /** The area is the nearest possible one. The twelve cells around the corners are pentagons. */
  constructor(area: number) {
    this.parts = Math.max(2, Math.round(Math.sqrt(WHOLE / (10 * area))));
    this.area = WHOLE / (10 * this.parts ** 2);
    this.poles = [1, -1].map((up) => this.ownCode([0, 0, up]));
  }

  /** Return a number for the hexagon around a place. */
  codeAt(x: number, y: number): number {
    const code = this.ownCode(pointOf(x, y));
    return code * COPIES + COPIES / 2 + this.copyOf(code, x, y);
  }

  private ownCode(point: Vector): number {
    const { face, shares } = placeOf(point);
    return this.codeOf(face, this.nearest(shares));
  }

  /** Return the copy of the world in which the middle of a hexagon around a place is. */
  private copyOf(code: number, x: number, y: number): number {
    const reach = LONGEST * Math.sqrt(this.area) * unitsPerMetre(y);
    const rest = x - Math.floor(x / WORLD) * WORLD;
    // Only near the antimeridian a hexagon is in two copies.
    if (rest > reach && rest < WORLD - reach) return Math.floor(x / WORLD);
    return Math.round((x - this.middleOf(code)[0]) / WORLD);
  }

  /** Return the end of parts of the sides that is nearest to a place on a face. */
  private nearest([first, second, third]: Place["shares"]): Shares {
    const { parts } = this;
    const ends: Shares = [first, second, third];
    let [left, worst, most] = [parts, 0, -1];
    for (let i = 0; i < 3; i++) {
      const exact = ends[i] * parts;
      ends[i] = Math.round(exact);
      left -= ends[i];
      const off = Math.abs(exact - ends[i]);
      if (off > most) [worst, most] = [i, off];
    }
    ends[worst] += left;
    return ends;
  }

  /** Return the number of a hexagon, by the first of the faces on which it lies. */
  private codeOf(face: number, ends: Shares): number {
    const off = ends.indexOf(0);
    if (off < 0) return this.numberOf(face, ends[0], ends[1]);
    if (ends.indexOf(0, off + 1) > 0) {
      const [first, own] = facesOf(face, ends)[0];
      return this.numberOf(first, own[0], own[1]);
    }
    const { first, from } = EDGES[3 * face + off];
    return this.numberOf(first, ends[from[0]] ?? 0, ends[from[1]] ?? 0);
  }

  private numberOf(face: number, first: number, second: number): number {
    return (face * (this.parts + 1) + first) * (this.parts + 1) + second;
  }

  private endsOf(code: number): [face: number, ends: Shares] {
    const side = this.parts + 1;
    const [first, second] = [Math.floor(code / side) % side, code % side];
    return [Math.floor(code / side ** 2), [first, second, this.parts - first - second]];
  }

  private pointOn(face: number, ends: Shares): [x: number, y: number] {
    const [first, second, third] = ends;
    const { parts } = this;
    return onMap(pointAt({ face, shares: [first / parts, second / parts, third / parts] }));
  }

  private middleOf(code: number): [x: number, y: number] {
    const known = this.middles.get(code);
    if (known !== undefined) return known;
    const middle = this.pointOn(...this.endsOf(code));
    this.middles.set(code, middle);
    return middle;
  }

  /** Return the corners, in world units, of the hexagon of a number. */
  cornersOf(code: number): [x: number, y: number][] {
    const own = Math.floor(code / COPIES);
    const shift = (code - own * COPIES - COPIES / 2) * WORLD;
    const [middleX, middleY] = this.middleOf(own);
    const corners = facesOf(...this.endsOf(own)).flatMap(([face, ends]) =>
      STEPS.map((step): Shares => [ends[0] + step[0], ends[1] + step[1], ends[2] + step[2]])
        .filter((corner) => corner.every((end) => end > 0))
        .map((corner) => this.pointOn(face, corner)),
    );
    const angle = ([x, y]: [number, number]): number =>
      Math.atan2(y - middleY, x - middleX - shift);
    const placed = corners.map(([x, y]): [number, number] => [
      x + shift + WORLD * Math.round((middleX - x) / WORLD),
      y,
    ]);
    const pole = this.poles.indexOf(own);
    if (pole < 0) return placed.sort((a, b) => angle(a) - angle(b));
    // A hexagon around a pole reaches to the edge of the map, all along.
    const [first, ...others] = placed.sort(([a], [b]) => a - b);
    const [west, east, edge] = [first[0], first[0] + WORLD, pole * WORLD];
    return [first, ...others, [east, first[1]], [east, edge], [west, edge]];
  }

  /** Return a box that holds every hexagon which a box meets. */
  around({ minX, minY, maxX, maxY }: Box): Box {
    const reach = LONGEST * Math.sqrt(this.area);
    const degrees = (reach / EARTH_M) * (180 / Math.PI) * 1.01;
    const beyond = (y: number, by: number): number =>
      worldY(Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latOf(y) + by)));
    const [north, south] = [beyond(minY, degrees), beyond(maxY, -degrees)];
    const aside = reach * Math.max(unitsPerMetre(north), unitsPerMetre(south));
    return {
      minX: minX - aside,
      minY: Math.floor(north),
      maxX: maxX + aside,
      maxY: Math.ceil(south),
    };
  }
}

/** Return the faces on which an end of parts lies, each with its shares of their corners. */
function facesOf(face: number, ends: Shares): [face: number, ends: Shares][] {
  if (ends.every((end) => end > 0)) return [[face, ends]];
  const shares = new Map(FACES[face].corners.map((corner, i) => [corner, ends[i]]));
  const needed = [...shares].filter(([, share]) => share > 0).map(([corner]) => corner);
  const shareOf = (corner: number): number => shares.get(corner) ?? 0;
  return FACES.flatMap(({ corners: [a, b, c] }, other): [face: number, ends: Shares][] => {
    const has = (corner: number): boolean => corner === a || corner === b || corner === c;
    return needed.every(has) ? [[other, [shareOf(a), shareOf(b), shareOf(c)]]] : [];
  });
}
