// Where the name of an area is written: inside it, in the part of it that is in view.

import type { Edges } from "../geo/clip.ts";
import type { Room } from "./labels.ts";

/** A room on a picture, in CSS pixels. */
export type Space = Edges & { west: number; east: number };

type Size = [width: number, height: number];

/** The places that are tried across and down a room, as shares of what a name leaves free. */
const ACROSS = [0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9, 0, 1];
const DOWN = [0.5, 0.3, 0.7, 0.15, 0.85, 0, 1];
/** A name is about as many times as wide as it is high. */
const FLAT = 5;

/** Return rooms on a picture whose left upper corner is a place of the world. */
export const spacesOf = (rooms: Room[], left: number, top: number, unit: number): Space[] =>
  rooms.map(({ minX, minY, maxX, maxY, west, east }) => {
    const edges = { left: minX / unit - left, right: maxX / unit - left };
    const sides = { top: minY / unit - top, bottom: maxY / unit - top };
    return { ...edges, ...sides, west: west / unit, east: east / unit };
  });

/** Return the width of the largest name inside the part of a room that is in view. */
export function fitIn({ left, top, right, bottom }: Edges, view: Edges): number {
  const width = Math.min(right, view.right) - Math.max(left, view.left);
  return Math.min(width, FLAT * (Math.min(bottom, view.bottom) - Math.max(top, view.top)));
}

/** Return the rooms that are in view, that of the largest name first. */
export function inView(rooms: Space[], view: Edges): Space[] {
  const fits = rooms.map((room): [number, Space] => [fitIn(room, view), room]);
  const seen = fits.filter(([fit]) => fit > 0).sort(([a], [b]) => b - a);
  return seen.map(([, room]) => room);
}

/** How far a name may reach beyond its area, in CSS pixels, and whether it may be at sea. */
type Leave = { over: number; atSea?: boolean };

/**
 * Return the boxes in view for a name of a size, the best first. Its middle is in a room unless it
 * may be at sea beside it; it may reach beyond the room and what is free beside it by `over` on
 * each side.
 */
export function* boxesIn(
  rooms: Space[],
  [width, height]: Size,
  view: Edges,
  { over, atSea = false }: Leave,
): Generator<Edges> {
  for (const room of rooms) {
    const [west, east] = atSea ? [-Infinity, Infinity] : [room.left, room.right];
    const x = range(
      Math.max(west, room.left - room.west - over + width / 2, view.left + width / 2),
      Math.min(east, room.right + room.east + over - width / 2, view.right - width / 2),
    );
    const y = range(
      Math.max(Math.min(room.top - over + height / 2, room.bottom), view.top + height / 2),
      Math.min(Math.max(room.bottom + over - height / 2, room.top), view.bottom - height / 2),
    );
    if (x === null || y === null) continue;
    for (const down of DOWN) {
      for (const across of ACROSS) yield centredBox(x(across), y(down), width, height);
    }
  }
}

/** Return the function of a share of a range; null where the range is empty. */
const range = (low: number, high: number): ((share: number) => number) | null =>
  low > high ? null : (share) => low + share * (high - low);

function centredBox(x: number, y: number, width: number, height: number): Edges {
  const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
  return { left, top, right: left + width, bottom: top + height };
}
