// Draws lines and polygons of a feature index on a tile, clipped to it and thinned to its pixels.

import { clipRing, clipSegment, type Edges } from "../geo/clip.ts";
import { type FeatureIndex, KIND } from "../geo/featureindex.ts";
import { laneOf } from "../geo/lanes.ts";
import type { Box, TileCoords } from "../geo/mercator.ts";
import { boxCopies, pixelUnits, TILE_SIZE, tileBox } from "../geo/mercator.ts";
import type { Stroke } from "./strokes.ts";
import { look, type Pen } from "./surface.ts";

/** Vertices closer than this to the last one drawn are left out, in CSS pixels. */
const THIN = 0.6;
/** Room around a tile for the width of lines, in CSS pixels. */
export const PAD = 8;
const FRAME: Edges = { left: -PAD, top: -PAD, right: TILE_SIZE + PAD, bottom: TILE_SIZE + PAD };

export class FeaturePainter {
  readonly pen: Pen;
  readonly index: FeatureIndex;
  private readonly box: Box;
  private readonly originX: number;
  private readonly originY: number;
  private readonly unit: number;

  /** `shift` moves the features west, in world units, where they cross the antimeridian. */
  constructor(pen: Pen, index: FeatureIndex, coords: TileCoords, shift = 0) {
    this.pen = pen;
    this.index = index;
    const tile = tileBox(coords);
    const { minX, maxX, minY, maxY } = tileBox(coords, PAD);
    this.box = { minX: minX + shift, maxX: maxX + shift, minY, maxY };
    this.originX = tile.minX + shift;
    this.originY = tile.minY;
    this.unit = pixelUnits(coords.z);
  }

  /** Return the features that meet the tile, in drawing order. */
  ids(): number[] {
    return this.index.search(this.box);
  }

  /** Return the place of a vertex in the tile, in CSS pixels. */
  pixel(vertex: number): [x: number, y: number] {
    const { xs, ys } = this.index;
    return [(xs[vertex] - this.originX) / this.unit, (ys[vertex] - this.originY) / this.unit];
  }

  /** Return the width and height of a feature, in CSS pixels. */
  extent(id: number): [width: number, height: number] {
    const [width, height] = this.index.extent(id);
    return [width / this.unit, height / this.unit];
  }

  /** Add the rings of a polygon to the path, for an even-odd fill; return whether it is whole. */
  tracePolygon(id: number): boolean {
    const isWhole = this.index.isInside(id, this.box);
    this.index.forEachRing(id, (from, to) => {
      const ring = this.thinned(from, to, id);
      const drawn = isWhole ? ring : clipRing(ring, FRAME);
      if (drawn.length < 6) return;
      this.pen.moveTo(drawn[0], drawn[1]);
      for (let i = 2; i < drawn.length; i += 2) this.pen.lineTo(drawn[i], drawn[i + 1]);
      this.pen.closePath();
    });
    return isWhole;
  }

  /** Draw the lines, or the outlines of the polygons, of some features, moved to their `left`. */
  stroke(
    ids: Iterable<number>,
    { color, width, dash, cap = "round", alpha = 1 }: Stroke,
    left = 0,
  ): void {
    const { pen } = this;
    look(pen, { strokeStyle: color, lineWidth: width, lineCap: cap, lineJoin: "round" });
    pen.globalAlpha = alpha;
    pen.setLineDash(dash ?? []);
    pen.beginPath();
    for (const id of ids) this.traceLine(id, dash != null, left);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  private traceLine(id: number, isDashed: boolean, left: number): void {
    const isClosed = this.index.kinds[id] === KIND.polygon;
    this.index.forEachRing(id, (from, to) => {
      const points = laneOf(this.thinned(from, to), left);
      if (isClosed && points.length > 2) points.push(points[0], points[1]);
      this.traceRuns(points, isDashed);
    });
  }

  /**
   * Trace the parts of a line in the tile. The dashes of each start where the whole line has them.
   */
  private traceRuns(points: number[], isDashed: boolean): void {
    const { pen } = this;
    let length = 0;
    let isOpen = false;
    for (let i = 2; i < points.length; i += 2) {
      const [ax, ay, bx, by] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
      const step = Math.hypot(bx - ax, by - ay);
      const [t0, t1] = clipSegment([ax, ay], [bx, by], FRAME) ?? [1, 0];
      if (t0 <= t1) {
        if (!isOpen || t0 > 0) {
          if (isDashed) {
            pen.stroke();
            pen.beginPath();
            pen.lineDashOffset = length + step * t0;
          }
          pen.moveTo(ax + (bx - ax) * t0, ay + (by - ay) * t0);
        }
        pen.lineTo(ax + (bx - ax) * t1, ay + (by - ay) * t1);
      }
      isOpen = t1 === 1;
      length += step;
    }
  }

  /**
   * Return vertices in CSS pixels, without those that would not show. A polygon keeps those on its
   * box: where features are cut into cells, they are the cut, which neighbours must share.
   */
  private thinned(from: number, to: number, polygon?: number): number[] {
    const { xs, ys } = this.index;
    const least = THIN * this.unit;
    const points: number[] = [];
    let lastX = 0;
    let lastY = 0;
    for (let i = from; i < to; i++) {
      const isNear = Math.abs(xs[i] - lastX) < least && Math.abs(ys[i] - lastY) < least;
      const isEnd = i === from || i === to - 1;
      if (isNear && !isEnd && !(polygon !== undefined && this.index.isOnBox(polygon, i))) continue;
      lastX = xs[i];
      lastY = ys[i];
      points.push((lastX - this.originX) / this.unit, (lastY - this.originY) / this.unit);
    }
    return points;
  }
}

/** Return a painter for each copy of the world that a tile touches. */
export const featurePainters = (pen: Pen, index: FeatureIndex, coords: TileCoords) =>
  boxCopies(tileBox(coords, PAD)).map(({ shift }) => new FeaturePainter(pen, index, coords, shift));
