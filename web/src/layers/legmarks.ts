// The marks along the legs of a corridor: arrows for its direction, lengths and names.

import { type FeaturePainter, PAD } from "../canvas/featurepainter.ts";
import { LABEL, type Label } from "../canvas/labels.ts";
import { look, type Pen } from "../canvas/surface.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { laneOf } from "../geo/lanes.ts";
import { MAX_ZOOM, pixelUnits, TILE_SIZE } from "../geo/mercator.ts";
import { lengthOf, lineOf, type Place, placeAlong } from "../geo/polyline.ts";

/** From this zoom on there is room for arrows and names. */
export const MARKED_ZOOM = 7;
/** The distance between two arrows, and the shortest leg that has one, in CSS pixels. */
const ARROWS_PX = 170;
const SHORTEST_PX = 48;
/** Half the length and half the width of an arrow. */
const LONG = 5;
const WIDE = 4;

type ArrowColors = { fill: string; halo: string };

/** Draw arrows from a leg's first node towards its last; each tile finds the same places. */
export function paintArrows(
  painter: FeaturePainter,
  id: number,
  colors: ArrowColors,
  left = 0,
): void {
  painter.index.forEachRing(id, (from, to) => {
    const line = Array.from({ length: to - from }, (_, i) => painter.pixel(from + i)).flat();
    const lane = laneOf(line, left);
    const points = Array.from(
      { length: lane.length / 2 },
      (_, i): Place => [lane[2 * i], lane[2 * i + 1]],
    );
    const whole = lineOf(points);
    const length = lengthOf(whole);
    if (length < SHORTEST_PX) return;
    const count = Math.max(1, Math.round(length / ARROWS_PX));
    for (let n = 0; n < count; n++) {
      const { at, angle } = placeAlong(whole, ((n + 0.5) * length) / count);
      drawArrow(painter.pen, at, angle, colors);
    }
  });
}

function drawArrow(pen: Pen, [x, y]: Place, angle: number, colors: ArrowColors): void {
  if (Math.min(x, y) < -PAD || Math.max(x, y) > TILE_SIZE + PAD) return;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  pen.beginPath();
  const corner = (u: number, v: number): void =>
    pen.lineTo(x + u * cos - v * sin, y + u * sin + v * cos);
  corner(LONG, 0);
  corner(-LONG, WIDE);
  corner(-LONG, -WIDE);
  pen.closePath();
  const { halo: strokeStyle, fill: fillStyle } = colors;
  look(pen, { lineJoin: "round", lineWidth: 2.5, strokeStyle, fillStyle });
  pen.stroke();
  pen.fill();
}

/** About the width of a letter, and the length of a leg as a multiple of its label's. */
const LETTER_PX = 6;
const ROOM = 2;
/** The number of zoom levels that add names to a leg. */
const MOST_ROUNDS = 6;
/** The share of a line on both sides of a place that gives its direction. */
const NEARBY = 0.02;

/**
 * Return the labels of a leg: its length at its middle, its name on both sides from the zoom that
 * has room for it, and more names at each deeper zoom. `Names` keeps them from overlapping.
 */
export function legLabels(index: FeatureIndex, id: number, name: string, length: string | null) {
  const line = longestLine(index, id);
  const rankFor = (text: string): number => {
    const needed = ROOM * LETTER_PX * text.length;
    let zoom = MARKED_ZOOM;
    while (zoom <= MAX_ZOOM && line.length / pixelUnits(zoom) < needed) zoom++;
    return zoom;
  };
  const labels: Label[] = [];
  const add = (part: number, rank: number, text: string): void => {
    if (rank <= MAX_ZOOM) labels.push({ ...line.at(part), rank, kind: LABEL.leg, text });
  };
  if (length !== null) add(0.5, rankFor(length), length);
  // Each zoom doubles the room, so it halves the distance between two names.
  const first = rankFor(name);
  for (let rank = first + 1; rank <= MAX_ZOOM && rank <= first + MOST_ROUNDS; rank++) {
    const parts = 2 ** (rank - first);
    for (let part = 1; part < 2 * parts; part += 2) add(part / (2 * parts), rank, name);
  }
  return labels;
}

/** Return the length of the longest part of a leg, in world units, and a function for its places. */
function longestLine(index: FeatureIndex, id: number) {
  const [line = lineOf([])] = index.lines(id).sort((a, b) => lengthOf(b) - lengthOf(a));
  const length = lengthOf(line);
  const place = (part: number): Place => placeAlong(line, part * length).at;
  // A place, and the direction away from the line: up, or right of an upright line.
  const at = (part: number): { x: number; y: number; aside: [number, number] } => {
    const [x, y] = place(part);
    const [ax, ay] = place(Math.max(0, part - NEARBY));
    const [bx, by] = place(Math.min(1, part + NEARBY));
    const [dx, dy] = [bx - ax, by - ay];
    const size = Math.hypot(dx, dy) || 1;
    const turn = dx > 0 || (dx === 0 && dy < 0) ? 1 : -1;
    return { x, y, aside: [(turn * dy) / size, (-turn * dx) / size] };
  };
  return { length, at };
}
