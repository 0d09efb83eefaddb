// The names of capitals below symbols: beside these, with a line to the capital.

import type { Edges } from "../geo/clip.ts";
import type { Board, Spot } from "./board.ts";
import { LABEL, type Label } from "./labels.ts";
import type { Lettering } from "./lettering.ts";
import { besides, SHARES } from "./placement.ts";

/** The distances from a capital at which its name is tried, in CSS pixels. */
const AROUND = [6, 12, 18, 24, 28];
/** A line is kept free at points this far apart, in CSS pixels. */
const STEP = 4;

/** Take room for the name of a capital below symbols, beside these, in a country with data. */
export function roomBeside(
  { placement, regions, frame }: Board,
  { style, region }: Label,
  [x, y]: Spot,
  { width, height }: Lettering,
): Edges | null {
  const isBelow = (box: Edges): boolean =>
    x > box.left && x < box.right && y > box.top && y < box.bottom;
  if (style !== LABEL.capital || !regions.has(region) || frame.covered?.some(isBelow)) return null;
  const rooms = AROUND.flatMap((radius) => besides(x, y, width, height, radius));
  // A line that crosses no other name comes first.
  const free = rooms.filter((room) => placement.areFree(leaderOf([x, y], room)));
  for (const share of placement.isCrowded ? SHARES : [0]) {
    const room = placement.choose(free, share) ?? placement.choose(rooms, share);
    if (room === null) continue;
    placement.takeAll(leaderOf([x, y], room));
    return room;
  }
  return null;
}

/** Return places along the line from a spot to the edge of a room. */
export function leaderOf([x, y]: Spot, { left, top, right, bottom }: Edges): Spot[] {
  const [dx, dy] = [Math.max(left, Math.min(x, right)) - x, Math.max(top, Math.min(y, bottom)) - y];
  const count = Math.ceil(Math.hypot(dx, dy) / STEP);
  return Array.from({ length: count + 1 }, (_, i) => [x + (dx * i) / count, y + (dy * i) / count]);
}
