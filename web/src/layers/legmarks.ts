// The marks along the legs of a corridor: arrows for its direction, lengths and names.

import { type FeaturePainter, PAD } from "../canvas/featurepainter.ts";
import { LABEL, type Label } from "../canvas/labels.ts";
import { look, type Pen } from "../canvas/surface.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { laneOf } from "../geo/lanes.ts";
import { MAX_ZOOM, pixelUnits, TILE_SIZE } from "../geo/mercator.ts";

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
    const points = Array.from(lane.slice(lane.length / 2), (_, i) => [
      lane[2 * i],
      lane[2 * i + 1],
    ]);
    const steps = points
      .slice(1)
      .map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
    const length = steps.reduce((sum, step) => sum + step, 0);
    if (length < SHORTEST_PX) return;
    const apart = length / Math.max(1, Math.round(length / ARROWS_PX));
    let done = 0;
    steps.forEach((step, i) => {
      const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
      for (let n = Math.ceil(done / apart - 0.5); (n + 0.5) * apart < done + step; n++) {
        const part = ((n + 0.5) * apart - done) / step;
        const [x, y] = [ax + (bx - ax) * part, ay + (by - ay) * part];
        drawArrow(painter.pen, x, y, Math.atan2(by - ay, bx - ax), colors);
      }
      done += step;
    });
  });
}

function drawArrow(pen: Pen, x: number, y: number, angle: number, colors: ArrowColors): void {
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
    if (rank <= MAX_ZOOM) labels.push({ ...line.at(part), rank, style: LABEL.leg, text });
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
  const { xs, ys } = index;
  let from = 0;
  // The length of the line up to each vertex.
  let ends = [0];
  index.forEachRing(id, (first, to) => {
    const sums = [0];
    for (let i = first + 1; i < to; i++) {
      sums.push(sums.at(-1)! + Math.hypot(xs[i] - xs[i - 1], ys[i] - ys[i - 1]));
    }
    if (ends.length < 2 || sums.at(-1)! > ends.at(-1)!) [from, ends] = [first, sums];
  });
  const length = ends.at(-1)!;
  const place = (part: number): { x: number; y: number } => {
    const wanted = part * length;
    const found = ends.findIndex((end) => end >= wanted);
    const next = Math.max(1, found);
    const within = (wanted - ends[next - 1]) / (ends[next] - ends[next - 1] || 1);
    const between = (values: Int32Array): number => {
      const [a, b] = [values[from + next - 1], values[from + next]];
      return a + within * (b - a);
    };
    return { x: between(xs), y: between(ys) };
  };
  // A place, and the direction away from the line: up, or right of an upright line.
  const at = (part: number): { x: number; y: number; aside: [number, number] } => {
    const before = place(Math.max(0, part - NEARBY));
    const after = place(Math.min(1, part + NEARBY));
    const [dx, dy] = [after.x - before.x, after.y - before.y];
    const size = Math.hypot(dx, dy) || 1;
    const turn = dx > 0 || (dx === 0 && dy < 0) ? 1 : -1;
    return { ...place(part), aside: [(turn * dy) / size, (-turn * dx) / size] };
  };
  return { length, at };
}
