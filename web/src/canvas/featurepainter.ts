// Lines and polygons of a feature index on a tile's canvas, clipped to the tile and thinned to its pixels.

import { clipRing, clipSegment, type Frame } from "../geo/clip.ts";
import { type FeatureIndex, KIND } from "../geo/featureindex.ts";
import {
  type Box,
  pixelUnits,
  TILE_SIZE,
  type TileCoords,
  tileBox,
  worldShifts,
} from "../geo/mercator.ts";
import type { Stroke } from "./strokes.ts";
import type { Pen } from "./surface.ts";

/** Vertices closer than this to the last one drawn are left out, in CSS pixels. */
const THIN = 0.6;
/** Room around a tile for the width of lines, in CSS pixels. */
export const PAD = 8;
const FRAME: Frame = { left: -PAD, top: -PAD, right: TILE_SIZE + PAD, bottom: TILE_SIZE + PAD };

export class FeaturePainter {
  private readonly pen: Pen;
  private readonly index: FeatureIndex;
  private readonly box: Box;
  private readonly originX: number;
  private readonly originY: number;
  private readonly unit: number;

  /** `shift` moves the features east, in world units: for what reaches over the antimeridian. */
  constructor(pen: Pen, index: FeatureIndex, coords: TileCoords, shift = 0) {
    this.pen = pen;
    this.index = index;
    const tile = tileBox(coords);
    const padded = tileBox(coords, PAD);
    this.box = { ...padded, minX: padded.minX - shift, maxX: padded.maxX - shift };
    this.originX = tile.minX - shift;
    this.originY = tile.minY;
    this.unit = pixelUnits(coords.z);
  }

  /** The features that meet the tile, in drawing order. */
  ids(): number[] {
    return this.index.search(this.box);
  }

  /** A place in the tile, in CSS pixels. */
  pixel(vertex: number): [x: number, y: number] {
    const { index } = this;
    return [
      (index.xs[vertex] - this.originX) / this.unit,
      (index.ys[vertex] - this.originY) / this.unit,
    ];
  }

  /** Width and height of a feature, in CSS pixels. */
  extent(id: number): [width: number, height: number] {
    const [width, height] = this.index.extent(id);
    return [width / this.unit, height / this.unit];
  }

  /** Add a polygon's rings to the current path, to be filled even-odd; true where none of it was cut off. */
  tracePolygon(id: number): boolean {
    const whole = this.index.isInside(id, this.box);
    this.index.forEachRing(id, (from, to) => {
      const ring = this.thinned(from, to, id);
      const drawn = whole ? ring : clipRing(ring, FRAME);
      if (drawn.length < 6) return;
      this.pen.moveTo(drawn[0], drawn[1]);
      for (let i = 2; i < drawn.length; i += 2) this.pen.lineTo(drawn[i], drawn[i + 1]);
      this.pen.closePath();
    });
    return whole;
  }

  /** Draw the lines, or the outlines of the polygons, of some features with a stroke. */
  stroke(ids: Iterable<number>, { color, width, dash, cap }: Stroke): void {
    const { pen } = this;
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.lineCap = cap ?? "round";
    pen.lineJoin = "round";
    pen.setLineDash(dash ?? []);
    pen.beginPath();
    for (const id of ids) this.traceLine(id, dash ?? null);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** With a dash each run is stroked by itself, its pattern begun where the line's is at that length. */
  private traceLine(id: number, dash: number[] | null): void {
    const { pen } = this;
    const begin = (x: number, y: number, length: number): void => {
      if (dash !== null) {
        pen.stroke();
        pen.beginPath();
        pen.lineDashOffset = length;
      }
      pen.moveTo(x, y);
    };
    const closed = this.index.kinds[id] === KIND.polygon;
    this.index.forEachRing(id, (from, to) => {
      const points = this.thinned(from, to);
      if (closed && points.length > 2) points.push(points[0], points[1]);
      this.traceRuns(points, begin);
    });
  }

  private traceRuns(points: number[], begin: (x: number, y: number, length: number) => void): void {
    const { pen } = this;
    let length = 0;
    let open = false;
    for (let i = 2; i < points.length; i += 2) {
      const [ax, ay, bx, by] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
      const step = Math.hypot(bx - ax, by - ay);
      const part = clipSegment(ax, ay, bx, by, FRAME);
      if (part !== null) {
        const [t0, t1] = part;
        if (!open || t0 > 0) begin(ax + (bx - ax) * t0, ay + (by - ay) * t0, length + step * t0);
        pen.lineTo(ax + (bx - ax) * t1, ay + (by - ay) * t1);
        open = t1 === 1;
      } else open = false;
      length += step;
    }
  }

  /**
   * The vertices from..to in CSS pixels, without those that would not show. Of a polygon those on its box stay too:
   * where features are cut into cells, these are the cut, and abutting cells must keep the same line.
   */
  private thinned(from: number, to: number, polygon?: number): number[] {
    const { xs, ys } = this.index;
    const least = THIN * this.unit;
    const points: number[] = [];
    let lastX = 0,
      lastY = 0;
    for (let i = from; i < to; i++) {
      const near = Math.abs(xs[i] - lastX) < least && Math.abs(ys[i] - lastY) < least;
      if (
        near &&
        i > from &&
        i < to - 1 &&
        (polygon === undefined || !this.index.isOnBox(polygon, i))
      )
        continue;
      lastX = xs[i];
      lastY = ys[i];
      points.push((lastX - this.originX) / this.unit, (lastY - this.originY) / this.unit);
    }
    return points;
  }
}

/** A painter for each copy of the world that a tile touches. */
export function featurePainters(
  pen: Pen,
  index: FeatureIndex,
  coords: TileCoords,
): FeaturePainter[] {
  return worldShifts(tileBox(coords, PAD)).map(
    (shift) => new FeaturePainter(pen, index, coords, -shift),
  );
}
