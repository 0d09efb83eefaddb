// Where names stand along lines: rotated with them, upright, repeated, and clear of each other.

import { entry } from "../data/collections.ts";
import { clipSegment, type Edges } from "../geo/clip.ts";
import { boxCopies, pixelUnits } from "../geo/mercator.ts";
import { between, type Line, lengthOf, type Place } from "../geo/polyline.ts";
import { boxOfFrame, type Frame } from "./frame.ts";

/** A name and its lines, in world units; without a colour it is written as other names are. */
export type NamedLines = { text: string; color: string | null; lines: Line[] };

/** A name on a frame: its middle in CSS pixels, its slope in radians and its width. */
export type LineName = { named: NamedLines; x: number; y: number; angle: number; width: number };

/** The height of a name, and the room between it and its line, in CSS pixels. */
const HIGH = 12;
const GAP = 6;
/** A name is repeated at about this distance, and not nearer than the second. */
const REPEAT = 460;
const NEAREST = 280;
/** The distance between two places that are tried. */
const STEP = 16;
/** How far a line may leave the straight line below its name, and how much longer it may be. */
const MOST_BEND = 8;
const MOST_LONGER = 1.25;
/** The cost of a name a whole interval from its ideal place, in pixels of bend. */
const CENTRED = 6;
/** The cost, in pixels of bend, of each disc of a name that is near a symbol. */
export const CROWDED = 4;
/** A shorter line is not named. */
const SHORTEST = 14;
/** The radius of the discs that cover a name, and the distance between two. */
const DISC = HIGH / 2 + 1;
const DISCS_APART = 10;

/** A straight place along a line. */
type Stretch = { from: Place; to: Place; points: Place[]; bend: number; cell: number };

/** The names on a frame that have their room. */
class Written {
  readonly names: LineName[] = [];
  private readonly discs: Place[] = [];
  private readonly isOpen: (place: Place) => boolean;

  constructor(frame: Frame, costAt: (place: Place) => number) {
    const isInView = openIn(frame);
    this.isOpen = (place) => isInView(place) && costAt(place) < Infinity;
  }

  /** Write a name if there is room for it; return whether there is. */
  write(one: LineName): boolean {
    const own = discsOf(one);
    if (this.isRepeated(one) || !own.every((disc) => this.isFree(disc))) return false;
    this.discs.push(...own);
    this.names.push(one);
    return true;
  }

  private isFree(place: Place): boolean {
    const [x, y] = place;
    const isApart = ([ax, ay]: Place): boolean => Math.hypot(ax - x, ay - y) > 2 * DISC;
    return this.isOpen(place) && this.discs.every(isApart);
  }

  /** Return whether the same name is near. */
  private isRepeated({ named, x, y }: LineName): boolean {
    const own = this.names.filter((other) => other.named === named);
    return own.some((other) => Math.hypot(other.x - x, other.y - y) < NEAREST);
  }
}

/**
 * Return the names for which there is room; those of short lines get it first. `costAt` returns
 * the cost of a place, which is higher near symbols, and infinite where no name may be.
 */
export function placeNames(
  all: Iterable<NamedLines>,
  frame: Frame,
  widthOf: (text: string) => number,
  costAt = (_: Place): number => 0,
): LineName[] {
  const length = ({ lines }: NamedLines): number =>
    lines.reduce((sum, line) => sum + lengthOf(line), 0);
  const written = new Written(frame, costAt);
  const cost = (one: LineName): number =>
    discsOf(one).reduce((sum, place) => sum + costAt(place), 0);
  for (const named of [...all].sort((a, b) => length(a) - length(b))) {
    const width = widthOf(named.text);
    const seen = named.lines.flatMap((line) => seenParts(line, frame, width));
    const along = seen.map((part) => writeAlong(named, part, width, written, cost));
    if (!along.includes(true)) writeBeside(named, seen, width, written);
  }
  return written.names;
}

/** Return a test whether a disc is in the part of a frame that is seen, and not below buttons. */
function openIn({ extent, seen, covered = [] }: Frame): (place: Place) => boolean {
  const whole = seen ?? { left: 0, top: 0, right: extent.x, bottom: extent.y };
  const depth = ([x, y]: Place, { left, top, right, bottom }: Edges): number =>
    Math.min(x - left, right - x, y - top, bottom - y);
  return (place) => depth(place, whole) > DISC && covered.every((box) => depth(place, box) < -DISC);
}

/** Return the middles of the discs that cover a name. */
export function discsOf({ x, y, angle, width }: LineName): Place[] {
  const count = Math.max(2, Math.ceil((width - HIGH) / DISCS_APART) + 1);
  return Array.from({ length: count }, (_, i) => {
    const along = (i / (count - 1) - 0.5) * (width - HIGH);
    return [x + along * Math.cos(angle), y + along * Math.sin(angle)];
  });
}

/** The part of a line in a frame, in its pixels, and the length of the line up to each vertex. */
type Part = { points: Place[]; ends: number[] };

/** Return the parts of a line within a margin of a frame. */
function seenParts({ places, ends }: Line, frame: Frame, margin: number): Part[] {
  const unit = pixelUnits(frame.zoom);
  const { corner, extent } = frame;
  const edges = {
    left: -margin,
    top: -margin,
    right: extent.x + margin,
    bottom: extent.y + margin,
  };
  return boxCopies(boxOfFrame(frame)).flatMap(({ shift }) => {
    const at = ([x, y]: Place): Place => [(x - shift) / unit - corner.x, y / unit - corner.y];
    const parts: Part[] = [];
    let isOpen = false;
    for (let i = 1; i < places.length; i++) {
      const [a, b] = [at(places[i - 1]), at(places[i])];
      const [t0, t1] = clipSegment(a, b, edges) ?? [1, 0];
      const [start, length] = [ends[i - 1] / unit, (ends[i] - ends[i - 1]) / unit];
      if (t0 <= t1) {
        if (!isOpen || t0 > 0) {
          parts.push({ points: [between(a, b, t0)], ends: [start + t0 * length] });
        }
        parts.at(-1)!.points.push(between(a, b, t1));
        parts.at(-1)!.ends.push(start + t1 * length);
      }
      isOpen = t0 <= t1 && t1 === 1;
    }
    return parts;
  });
}

/** Write a name at the straightest places of a part; return whether there was one. */
function writeAlong(
  named: NamedLines,
  part: Part,
  width: number,
  written: Written,
  costOf: (one: LineName) => number,
): boolean {
  const cells = new Map<number, Stretch[]>();
  for (const one of stretches(part, width)) entry(cells, one.cell, () => []).push(one);
  let isWritten = false;
  for (const tried of cells.values()) {
    const places = tried.flatMap((stretch) =>
      onBothSides(named, stretch, width).map((one) => ({ one, cost: stretch.bend + costOf(one) })),
    );
    places.sort((a, b) => a.cost - b.cost);
    if (places.some(({ one }) => written.write(one))) isWritten = true;
  }
  return isWritten;
}

/** Return the stretches of a part that are straight enough for a width. */
function stretches({ points, ends }: Part, width: number): Stretch[] {
  const found: Stretch[] = [];
  let next = 1;
  for (let along = Math.ceil(ends[0] / STEP) * STEP; along < ends.at(-1)!; along += STEP) {
    while (ends[next] < along) next++;
    const share = (along - ends[next - 1]) / (ends[next] - ends[next - 1] || 1);
    const from = between(points[next - 1], points[next], share);
    let to = next;
    const distance = (i: number): number =>
      Math.hypot(points[i][0] - from[0], points[i][1] - from[1]);
    while (to < points.length && distance(to) < width) to++;
    if (to === points.length) break;
    const before = to === next ? 0 : distance(to - 1);
    const rest = (width - before) / (distance(to) - before);
    const end = between(to === next ? from : points[to - 1], points[to], rest);
    const arc = ends[to - 1] + rest * (ends[to] - ends[to - 1]) - along;
    const inside = points.slice(next, to);
    const off = inside.map((point) => Math.abs(offset(point, from, end)));
    const bend = Math.max(0, ...off);
    if (bend > MOST_BEND || arc > MOST_LONGER * width) continue;
    const cell = Math.floor((along + width / 2) / REPEAT);
    const aside = Math.abs((along + width / 2) / REPEAT - cell - 0.5);
    found.push({ from, to: end, points: inside, bend: bend + aside * CENTRED, cell });
  }
  return found;
}

/** Return how far a place is to the left of the way from a to b. */
const offset = ([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number =>
  ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / (Math.hypot(bx - ax, by - ay) || 1);

/** Return the places above and below a stretch. */
function onBothSides(named: NamedLines, { from, to, points }: Stretch, width: number): LineName[] {
  const [a, b] = from[0] <= to[0] ? [from, to] : [to, from];
  const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
  const lefts = points.map((point) => offset(point, a, b));
  const [mx, my] = between(a, b, 0.5);
  return [1, -1].map((side) => {
    const away = side * (GAP + HIGH / 2 + Math.max(0, ...lefts.map((left) => side * left)));
    return { named, x: mx + away * Math.sin(angle), y: my - away * Math.cos(angle), angle, width };
  });
}

/** Write a name beside the middle of the longest part, which is too short for it. */
function writeBeside(named: NamedLines, parts: Part[], width: number, written: Written): void {
  const length = ({ ends }: Part): number => ends.at(-1)! - ends[0];
  const [longest] = parts.toSorted((a, b) => length(b) - length(a));
  if (longest === undefined || length(longest) < SHORTEST || length(longest) > 3 * width) return;
  const xs = longest.points.map(([x]) => x);
  const ys = longest.points.map(([, y]) => y);
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const [mx, my] = [(left + right) / 2, (top + bottom) / 2];
  const [aside, up] = [GAP + width / 2, GAP + HIGH / 2];
  const tried: Place[] = [
    [mx, top - up],
    [mx, bottom + up],
    [right + aside, my],
    [left - aside, my],
  ];
  tried.find(([x, y]) => written.write({ named, x, y, angle: 0, width }));
}
