// The sphere on the faces of an icosahedron, which keep its areas: Snyder (1992), An equal-area map
// projection for polyhedral globes, https://doi.org/10.3138/27H7-8K88-4882-1752.

export type Vector = [x: number, y: number, z: number];

/** The spherical distance from the middle of a face to a corner, and half the angle there. */
const CORNER = Math.acos(Math.sqrt((5 + 2 * Math.sqrt(5)) / 15));
const ANGLE = Math.PI / 5;
const THIRD = (2 * Math.PI) / 3;
/** The square of the distance from the middle to a corner where the face is flat. */
const FLAT = (4 * Math.PI) / (15 * Math.sqrt(3));

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const sum = (...parts: [share: number, vector: Vector][]): Vector =>
  [0, 1, 2].map((axis) =>
    parts.reduce((all, [share, one]) => all + share * one[axis], 0),
  ) as Vector;
const unit = (a: Vector): Vector => sum([1 / Math.hypot(...a), a]);

/** Return the part of a vector across another, of length 1. */
const across = (a: Vector, axis: Vector): Vector => unit(sum([1, a], [-dot(a, axis), axis]));

function onSphere(lon: number, lat: number): Vector {
  const [east, north] = [lon, lat].map((degrees) => (degrees * Math.PI) / 180);
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
}

/** Return the corners of an icosahedron by one of them and a point towards a second. */
function cornersBy(first: Vector, towards: Vector): Vector[] {
  const ahead = across(towards, first);
  const aside = cross(first, ahead);
  const ring = [0, 1, 2, 3, 4].map((turn) => {
    const angle = 2 * turn * ANGLE;
    const [along, beside] = [2 * Math.cos(angle), 2 * Math.sin(angle)];
    return unit(sum([1, first], [along, ahead], [beside, aside]));
  });
  const half = [first, ...ring];
  return [...half, ...half.map((corner) => sum([-1, corner]))];
}

/** All corners lie at sea, as in Fuller's map. */
const CORNERS = cornersBy(onSphere(10.536198, 64.7), onSphere(-5.24539, 2.300882));

interface Face {
  corners: [number, number, number];
  middle: Vector;
  /** The directions from the middle to the first corner, and a quarter turn from it to the left. */
  ahead: Vector;
  aside: Vector;
}

export const FACES: Face[] = CORNERS.flatMap((a, i) =>
  CORNERS.flatMap((b, j) =>
    CORNERS.flatMap((c, k): Face[] => {
      const isFace = i < j && j < k && dot(a, b) > 0 && dot(b, c) > 0 && dot(c, a) > 0;
      if (!isFace) return [];
      const middle = unit(sum([1, a], [1, b], [1, c]));
      const ahead = across(a, middle);
      const isLeft = dot(cross(a, b), c) > 0;
      return [
        { corners: isLeft ? [i, j, k] : [i, k, j], middle, ahead, aside: cross(middle, ahead) },
      ];
    }),
  ),
);

/** A place on a face: the shares of its three corners. */
export type Place = { face: number; shares: [number, number, number] };

/** Return how much further the corner is than the edge, in a direction on a flat face. */
const slope = (angle: number): number => Math.cos(angle) + Math.sqrt(3) * Math.sin(angle);

/** Return the distance of the edge in a direction from the middle, on the sphere. */
const edgeAt = (angle: number): number => Math.atan2(Math.tan(CORNER), slope(angle));

/** Return the third angle of the triangle between a corner, the middle and a direction. */
const thirdAngle = (angle: number): number =>
  Math.acos(
    Math.sin(angle) * Math.sin(ANGLE) * Math.cos(CORNER) - Math.cos(angle) * Math.cos(ANGLE),
  );

/** Return an angle without whole thirds of a turn, and these. */
function withoutThirds(angle: number): [rest: number, thirds: number] {
  const positive = angle < 0 ? angle + 2 * Math.PI : angle;
  const thirds = Math.floor(positive / THIRD);
  return [positive - thirds * THIRD, thirds * THIRD];
}

/** Points nearer to the middle of a face than its edges are on it: the cosine of their distance. */
const INSIDE = Math.cos(edgeAt(THIRD / 2));

/** The face of the last point, on which the next one mostly is. */
let last = 0;

/** Return the face on which a point is. */
function faceOf(point: Vector): number {
  let nearest = dot(FACES[last].middle, point);
  if (nearest > INSIDE) return last;
  for (let face = 0; face < FACES.length; face++) {
    const near = dot(FACES[face].middle, point);
    if (near <= nearest) continue;
    nearest = near;
    last = face;
  }
  return last;
}

/** Return the place of a point of the sphere. */
export function placeOf(point: Vector): Place {
  const face = faceOf(point);
  const { middle, ahead, aside } = FACES[face];
  const [angle, thirds] = withoutThirds(Math.atan2(dot(point, aside), dot(point, ahead)));
  const area = angle + ANGLE + thirdAngle(angle) - Math.PI;
  const flat = Math.atan2(2 * area, FLAT - 2 * area * Math.sqrt(3));
  const half = Math.hypot(point[0] - middle[0], point[1] - middle[1], point[2] - middle[2]) / 2;
  const distance = half / (Math.sin(edgeAt(angle) / 2) * slope(flat));
  const share = (corner: number): number =>
    (1 + 2 * distance * Math.cos(flat + thirds - corner * THIRD)) / 3;
  return { face, shares: [share(0), share(1), share(2)] };
}

/** Return the point of the sphere at a place. */
export function pointAt({ face, shares }: Place): Vector {
  const { middle, ahead, aside } = FACES[face];
  const x = shares[0] - (shares[1] + shares[2]) / 2;
  const y = ((shares[1] - shares[2]) * Math.sqrt(3)) / 2;
  const [flat, thirds] = withoutThirds(Math.atan2(y, x));
  const area = (FLAT * Math.sin(flat)) / (2 * slope(flat));
  let angle = flat;
  for (let turn = 0; turn < 6; turn++) {
    const third = thirdAngle(angle);
    const rise =
      1 -
      (Math.cos(angle) * Math.sin(ANGLE) * Math.cos(CORNER) + Math.sin(angle) * Math.cos(ANGLE)) /
        Math.sin(third);
    angle -= (angle + ANGLE + third - Math.PI - area) / rise;
  }
  const distance = 2 * Math.asin(Math.hypot(x, y) * slope(flat) * Math.sin(edgeAt(angle) / 2));
  const aim = angle + thirds;
  const side = Math.sin(distance);
  return sum(
    [Math.cos(distance), middle],
    [side * Math.cos(aim), ahead],
    [side * Math.sin(aim), aside],
  );
}
