// Lines with the lengths along them.

import { bisect } from "./bisection.ts";

/** A place, in world units or in pixels. */
export type Place = [x: number, y: number];

/** A line, with its length up to each vertex. */
export type Line = { places: Place[]; ends: number[] };

export function lineOf(places: Place[]): Line {
  let length = 0;
  const ends = places.map(([x, y], i) => {
    const [ax, ay] = places[Math.max(0, i - 1)];
    return (length += Math.hypot(x - ax, y - ay));
  });
  return { places, ends };
}

export const lengthOf = ({ ends }: Line): number => ends.at(-1) ?? 0;

/** Return the place on the way from a to b at a share of it. */
export const between = ([ax, ay]: Place, [bx, by]: Place, share: number): Place => [
  ax + (bx - ax) * share,
  ay + (by - ay) * share,
];

/** Return the place at a length along a line of several vertices, and the angle of the line there. */
export function placeAlong({ places, ends }: Line, along: number): { at: Place; angle: number } {
  const next = bisect(1, ends.length - 1, (i) => ends[i] >= along);
  const [a, b] = [places[next - 1], places[next]];
  const share = (along - ends[next - 1]) / (ends[next] - ends[next - 1] || 1);
  return { at: between(a, b, share), angle: Math.atan2(b[1] - a[1], b[0] - a[0]) };
}

/** Return the part of a line from the place on it that is nearest to another place. */
export function lineFrom(places: Place[], [x, y]: Place): Place[] {
  let best = { rest: places, squared: Number.POSITIVE_INFINITY };
  for (let i = 1; i < places.length; i++) {
    const [a, b] = [places[i - 1], places[i]];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const share = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const foot = between(a, b, Math.min(1, Math.max(0, share)));
    const squared = (foot[0] - x) ** 2 + (foot[1] - y) ** 2;
    if (squared < best.squared) best = { rest: [foot, ...places.slice(i)], squared };
  }
  return best.rest;
}
