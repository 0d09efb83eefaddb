// Where the name of an area is written: inside it, in the part of it that is in view.

import { entry, replayed } from "../data/collections.ts";
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

/**
 * Return the boxes in view for a name of a size, the best first. Its middle is in a room; it may
 * reach beyond the room and what is free beside it by `over` CSS pixels on each side, and by the
 * same share of its height above and below.
 */
export function* boxesIn(
  rooms: Space[],
  [width, height]: Size,
  view: Edges,
  over: number,
): Generator<Edges> {
  const above = (over / width) * height;
  for (const room of rooms) {
    const x = range(
      Math.max(room.left, room.left - room.west - over + width / 2, view.left + width / 2),
      Math.min(room.right, room.right + room.east + over - width / 2, view.right - width / 2),
    );
    const y = range(
      Math.max(Math.min(room.top - above + height / 2, room.bottom), view.top + height / 2),
      Math.min(Math.max(room.bottom + above - height / 2, room.top), view.bottom - height / 2),
    );
    if (x === null || y === null) continue;
    for (const down of DOWN) {
      for (const across of ACROSS) yield centredBox(x(across), y(down), width, height);
    }
  }
}

/** The share of the name of a country that is on its own land, or over the sea at its coast. */
const ENOUGH = 0.9;
/** A name that reaches beyond its room is tried only in this many rooms, the best ones. */
const MOST_CROSSED = 8;
/** The distance from the coast of a small country to its name at sea, in CSS pixels. */
const OFF_COAST = 3;

/** Boxes that are tried for a name, the best first, and a test that is slower than making them. */
export interface Boxes {
  boxes: Iterable<Edges>;
  isGood(box: Edges): boolean;
}

/**
 * Return the boxes in view for the name of a country: on its own land, and for a small country
 * then over the sea at its coast. A good box covers hardly any land of other countries.
 */
export function boxesOnLand(rooms: Space[], size: Size, view: Edges, isSmall: boolean): Boxes {
  const [width, height] = size;
  const land = rooms.map((room) => ({ ...room, west: 0, east: 0 }));
  const own = fromTheLeft(land);
  const free = isSmall ? fromTheLeft(rooms.map((room) => withCoast(room, height))) : [];
  const good = new Map<Edges, boolean>();
  const boxes = function* (): Generator<Edges> {
    for (const box of boxesIn(land, size, view, 0)) {
      good.set(box, true);
      yield box;
    }
    yield* boxesIn(land.slice(0, MOST_CROSSED), size, view, width / 2);
    if (!isSmall) return;
    const aside = width / 2 + OFF_COAST;
    const beside = rooms.map((room) => {
      return { ...room, left: room.left - aside, right: room.right + aside };
    });
    yield* boxesIn(rooms, size, view, width / 2);
    yield* boxesIn(beside, size, view, width);
  };
  const test = (box: Edges): boolean => shareIn(own, box) >= ENOUGH || shareIn(free, box) >= ENOUGH;
  return { boxes: replayed(boxes()), isGood: (box) => entry(good, box, test) };
}

/** Return a room with what is free beside it, as high as a line at least. */
function withCoast({ left, top, right, bottom, west, east }: Space, height: number): Edges {
  const by = Math.max(0, (height - (bottom - top)) / 2);
  return { left: left - west, top: top - by, right: right + east, bottom: bottom + by };
}

const fromTheLeft = (rooms: Edges[]): Edges[] => [...rooms].sort((a, b) => a.left - b.left);

/**
 * Return the share of a box that rooms, sorted from the left, cover along its edges and its middle.
 */
function shareIn(rooms: Edges[], { left, top, right, bottom }: Edges): number {
  let sum = 0;
  for (const y of [top + 1, (top + bottom) / 2, bottom - 1]) {
    let end = left;
    for (const room of rooms) {
      if (room.left >= right) break;
      if (room.top > y || room.bottom < y) continue;
      const to = Math.min(right, room.right);
      if (to <= end) continue;
      sum += to - Math.max(end, room.left);
      end = to;
    }
  }
  return sum / (3 * (right - left));
}

/** Return the function of a share of a range; null where the range is empty. */
const range = (low: number, high: number): ((share: number) => number) | null =>
  low > high ? null : (share) => low + share * (high - low);

function centredBox(x: number, y: number, width: number, height: number): Edges {
  const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
  return { left, top, right: left + width, bottom: top + height };
}
