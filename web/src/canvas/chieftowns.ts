// The names of chief towns below symbols: beside these, with a line to the town.

import type { Edges } from "../geo/clip.ts";
import type { Board, Spot } from "./board.ts";
import { LABEL, type Label } from "./labels.ts";
import type { Lettering } from "./lettering.ts";

/** Towns up to this rank are large. */
const LARGE_TOWN = 5;
/** The distances from a town at which its name is tried, in CSS pixels, and in how many directions. */
const AROUND = [8, 13, 18, 23, 28, 33, 38, 43, 48, 53, 58];
const DIRECTIONS = 36;
/** Only the first of them may be more than this on the ground, in metres. */
const MOST_AROUND = 300_000;
/** The shares of a name that symbols may cover in a crowd. */
const COVERED_SHARES = [0, 0.2];
/** Half the side of the square that is drawn for a town, in CSS pixels. */
const DOT_PX = 1;
/** A line is kept free at points this far apart, in CSS pixels. */
const STEP = 4;

/** Take room for the name of a chief town below symbols, beside these. */
export function roomBeside(
  board: Board,
  label: Label,
  spot: Spot,
  { width, height }: Lettering,
): Edges | null {
  const { placement } = board;
  const square = boxAround(spot);
  if (!hasLine(board, label, spot) || !placement.isFree(square)) return null;
  const most = Math.max(AROUND[0], board.pixels(MOST_AROUND, label.y));
  const near = AROUND.filter((radius) => radius <= most);
  const rooms = near.flatMap((radius) => roomsAround(spot, width, height, radius));
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

/** Return whether a label is of a large town in a country with data. */
export const isLargeTown = ({ regions }: Board, { kind, rank, region }: Label): boolean =>
  kind === LABEL.town && rank <= LARGE_TOWN && regions.has(region);

/** Return whether a name may stand apart, with a line to its town: a capital, or a large one at a node. */
const hasLine = (board: Board, label: Label, spot: Spot): boolean =>
  label.kind === LABEL.capital
    ? board.regions.has(label.region)
    : isLargeTown(board, label) && board.nodeOf(label, spot) !== null;

/** Return boxes that are as far from a spot as a radius, in all directions. */
const roomsAround = ([x, y]: Spot, width: number, height: number, radius: number): Edges[] =>
  Array.from({ length: DIRECTIONS }, (_, n) => {
    const angle = (2 * Math.PI * n) / DIRECTIONS;
    const [across, down] = [Math.cos(angle), Math.sin(angle)];
    const left = x + radius * across - (width * (1 - across)) / 2;
    const top = y + radius * down - (height * (1 - down)) / 2;
    return { left, top, right: left + width, bottom: top + height };
  });

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
