// The names of capitals below symbols: beside these, with a line to the capital.

import type { Edges } from "../geo/clip.ts";
import type { Board, Spot } from "./board.ts";
import { LABEL, type Label } from "./labels.ts";
import type { Lettering } from "./lettering.ts";
import { besides } from "./placement.ts";

/** The distances from a capital at which its name is tried, in CSS pixels. */
const AROUND = [6, 12, 18, 24, 28];
/** Only the first of them may be more than this on the ground, in metres. */
const MOST_AROUND = 200_000;
/** The shares of a name that symbols may cover in a crowd. */
const COVERED_SHARES = [0, 0.2];
/** Half the side of the square that is drawn for a capital, in CSS pixels. */
const DOT_PX = 1;
/** A line is kept free at points this far apart, in CSS pixels. */
const STEP = 4;

/** Take room for the name of a capital below symbols, beside these, in a country with data. */
export function roomBeside(
  board: Board,
  { kind, region, y: worldY }: Label,
  spot: Spot,
  { width, height }: Lettering,
): Edges | null {
  const { placement, regions } = board;
  const square = boxAround(spot);
  if (kind !== LABEL.capital || !regions.has(region) || !placement.isFree(square)) return null;
  const most = Math.max(AROUND[0], board.pixels(MOST_AROUND, worldY));
  const near = AROUND.filter((radius) => radius <= most);
  const rooms = near.flatMap((radius) => besides(...spot, width, height, radius));
  // Neither the line to the name crosses another name, nor is the name nearer to another capital.
  const isOwn = (room: Edges): boolean =>
    placement.areFree(leaderOf(spot, room)) &&
    board.capitals.every((other) => gapTo(room, other) >= gapTo(room, spot));
  for (const share of placement.isCrowded ? COVERED_SHARES : [0]) {
    const room = placement.choose(rooms, share, isOwn);
    if (room === null) continue;
    placement.takeAll(leaderOf(spot, room));
    placement.take(square);
    return room;
  }
  return null;
}

/** Return how far a place is from a box. */
const gapTo = ({ left, top, right, bottom }: Edges, [x, y]: Spot): number =>
  Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));

const boxAround = ([x, y]: Spot): Edges => {
  return { left: x - DOT_PX, top: y - DOT_PX, right: x + DOT_PX, bottom: y + DOT_PX };
};

/** Return places along the line from a spot to the edge of a room. */
export function leaderOf([x, y]: Spot, { left, top, right, bottom }: Edges): Spot[] {
  const [dx, dy] = [Math.max(left, Math.min(x, right)) - x, Math.max(top, Math.min(y, bottom)) - y];
  const count = Math.ceil(Math.hypot(dx, dy) / STEP);
  return Array.from({ length: count + 1 }, (_, i) => [x + (dx * i) / count, y + (dy * i) / count]);
}
