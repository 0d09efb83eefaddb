// What is written and drawn along the legs of a corridor: which way it runs, how long a leg is, what it is called.

import { type FeaturePainter, PAD } from "../canvas/featurepainter.ts";
import { LABEL, type Label } from "../canvas/labels.ts";
import type { Pen } from "../canvas/surface.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { MAX_ZOOM, pixelUnits, TILE_SIZE } from "../geo/mercator.ts";

/** From this zoom on there is room for arrows and names. */
export const MARKED_ZOOM = 7;
/** About how far arrows are apart, and how long a leg must be to have one, in CSS pixels. */
const ARROWS_PX = 170;
const SHORTEST_PX = 48;
/** Half the length and half the width of an arrow. */
const LONG = 5;
const WIDE = 4;

/** An arrow from a leg's first node towards its last, as often as there is room; each tile finds the same places. */
export function paintArrows(
  pen: Pen,
  painter: FeaturePainter,
  index: FeatureIndex,
  id: number,
  colors: { fill: string; halo: string },
): void {
  index.forEachRing(id, (from, to) => {
    let length = 0;
    for (let i = from + 1; i < to; i++) length += stepOf(painter, i);
    if (length < SHORTEST_PX) return;
    const apart = length / Math.max(1, Math.round(length / ARROWS_PX));
    let done = 0;
    for (let i = from + 1; i < to; i++) {
      const [ax, ay] = painter.pixel(i - 1);
      const [bx, by] = painter.pixel(i);
      const step = Math.hypot(bx - ax, by - ay);
      for (let n = Math.ceil(done / apart - 0.5); (n + 0.5) * apart < done + step; n++) {
        const part = ((n + 0.5) * apart - done) / step;
        arrow(
          pen,
          ax + (bx - ax) * part,
          ay + (by - ay) * part,
          Math.atan2(by - ay, bx - ax),
          colors,
        );
      }
      done += step;
    }
  });
}

function stepOf(painter: FeaturePainter, vertex: number): number {
  const [ax, ay] = painter.pixel(vertex - 1);
  const [bx, by] = painter.pixel(vertex);
  return Math.hypot(bx - ax, by - ay);
}

function arrow(
  pen: Pen,
  x: number,
  y: number,
  angle: number,
  { fill, halo }: { fill: string; halo: string },
): void {
  if (Math.min(x, y) < -PAD || Math.max(x, y) > TILE_SIZE + PAD) return;
  const [along, across] = [Math.cos(angle), Math.sin(angle)];
  pen.beginPath();
  for (const [u, v] of [
    [LONG, 0],
    [-LONG, WIDE],
    [-LONG, -WIDE],
  ])
    pen.lineTo(x + u * along - v * across, y + u * across + v * along);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 2.5;
  pen.strokeStyle = halo;
  pen.stroke();
  pen.fillStyle = fill;
  pen.fill();
}

/** The width of a letter, about, and how much longer than its label a leg must be. */
const LETTER_PX = 6;
const ROOM = 2;
/** How much of a line on both sides of a place tells its direction. */
const NEARBY = 0.02;

/**
 * Labels of a leg: its length at its middle, its name on both sides from where there is room, and more of them the nearer
 * one looks. They are given by their zooms; that none is over another is seen to where they are drawn.
 */
export function legLabels(
  index: FeatureIndex,
  id: number,
  name: string,
  length: string | null,
): Label[] {
  const line = new Line(index, id);
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
  // Halves of halves: each zoom doubles the room.
  for (
    let parts = 2, rank = rankFor(name) + 1;
    rank <= MAX_ZOOM && parts <= 64;
    parts *= 2, rank++
  ) {
    for (let part = 1; part < 2 * parts; part += 2) add(part / (2 * parts), rank, name);
  }
  return labels;
}

/** The longest part of a leg, measured in world units. */
class Line {
  readonly length: number;
  private readonly index: FeatureIndex;
  private from = 0;
  private readonly ends: number[] = [];

  constructor(index: FeatureIndex, id: number) {
    this.index = index;
    let most = -1;
    index.forEachRing(id, (from, to) => {
      const ends = [0];
      for (let i = from + 1; i < to; i++) {
        ends.push(
          ends.at(-1)! + Math.hypot(index.xs[i] - index.xs[i - 1], index.ys[i] - index.ys[i - 1]),
        );
      }
      if (ends.at(-1)! <= most) return;
      most = ends.at(-1)!;
      this.from = from;
      this.ends.splice(0, Infinity, ...ends);
    });
    this.length = Math.max(most, 0);
  }

  /** A place on the line, and which way is aside of it: up, or to the right of a line that is upright. */
  at(part: number): { x: number; y: number; aside: [number, number] } {
    const [before, after] = [
      this.place(Math.max(0, part - NEARBY)),
      this.place(Math.min(1, part + NEARBY)),
    ];
    const [dx, dy] = [after.x - before.x, after.y - before.y];
    const size = Math.hypot(dx, dy) || 1;
    const turn = dx > 0 || (dx === 0 && dy < 0) ? 1 : -1;
    return { ...this.place(part), aside: [(turn * dy) / size, (-turn * dx) / size] };
  }

  private place(part: number): { x: number; y: number } {
    const { index, ends, from } = this;
    const wanted = part * this.length;
    const next = Math.max(
      1,
      ends.findIndex((end) => end >= wanted),
    );
    const step = ends[next] - ends[next - 1] || 1;
    const within = (wanted - ends[next - 1]) / step;
    const between = (values: Int32Array): number =>
      values[from + next - 1] + within * (values[from + next] - values[from + next - 1]);
    return { x: between(index.xs), y: between(index.ys) };
  }
}
