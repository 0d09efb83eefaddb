// The names of corridors along their lines.

import { put } from "../data/collections.ts";
import { type Box, pixelUnits } from "../geo/mercator.ts";
import type { Place } from "../geo/polyline.ts";
import type { Steps } from "../ui/queue.ts";
import { palette, readable } from "./colors.ts";
import { boxOfFrame, type Frame } from "./frame.ts";
import type { SymbolSource, SymbolVisitor } from "./labels.ts";
import { CROWDED, discsOf, type LineName, type NamedLines, placeNames } from "./lineplaces.ts";
import { look, type Pen, penOf } from "./surface.ts";

const SIZE = 11;
/** The radius within which other names keep off, in CSS pixels. */
const REACH = 8;
/** The side of the cells in which symbols are noted. */
const CELL = 10;
/** More cells than a row of a frame has. */
const ROW = 10_000;

export class LineNames implements SymbolSource {
  private readonly shown = new Set<NamedLines>();
  /** The names of the last frame, which several layers ask for. */
  private last: { key: string; names: LineName[] } | null = null;
  private pen: Pen | null = null;
  private readonly changed: () => void;
  private readonly obstacles: () => SymbolSource[];

  /** `changed` is called when lines come or go; names avoid `obstacles` if they can. */
  constructor(changed: () => void, obstacles: () => SymbolSource[]) {
    this.changed = changed;
    this.obstacles = obstacles;
  }

  get isEmpty(): boolean {
    return this.shown.size === 0;
  }

  /** Choose places again, since symbols have changed. */
  forget(): void {
    this.last = null;
  }

  /** Write the name of lines; return a function that ends it. */
  add(named: NamedLines): () => void {
    return put(this.shown, named, this.changed);
  }

  /** Visit discs that cover the names, so that others keep off. */
  symbolsIn(box: Box, zoom: number, visit: SymbolVisitor, frame = frameOf(box, zoom)): void {
    const unit = pixelUnits(zoom);
    const { corner } = frame;
    for (const name of this.placed(frame)) {
      for (const [x, y] of discsOf(name))
        visit((x + corner.x) * unit, (y + corner.y) * unit, REACH, "text");
    }
  }

  private placed(frame: Frame): LineName[] {
    const { font } = palette();
    const key = JSON.stringify([frame, font]);
    if (this.last?.key !== key) {
      this.pen ??= penOf(1, 1);
      const pen = this.pen;
      look(pen, { font: `600 ${SIZE}px ${font}` });
      const widthOf = (text: string): number => pen.measureText(text).width;
      const names = placeNames(this.shown, frame, widthOf, this.costIn(frame));
      this.last = { key, names };
    }
    return this.last.names;
  }

  /** Return the cost of a place of a frame: infinity at texts. */
  private costIn(frame: Frame): (place: Place) => number {
    const { corner, zoom } = frame;
    const unit = pixelUnits(zoom);
    const costs = new Map<number, number>();
    const cellOf = (x: number, y: number): number =>
      Math.floor(x / CELL) + ROW * Math.floor(y / CELL);
    if (this.shown.size === 0) return () => 0;
    for (const source of this.obstacles()) {
      source.symbolsIn(boxOfFrame(frame), zoom, (worldX, worldY, radius, kind) => {
        if (kind === "line") return;
        const [x, y] = [worldX / unit - corner.x, worldY / unit - corner.y];
        const cost = kind === "text" ? Infinity : CROWDED;
        // Places across a symbol, at most a cell apart.
        const count = Math.ceil((2 * radius) / CELL);
        const across = Array.from(
          { length: count + 1 },
          (_, i) => (2 * i * radius) / count - radius,
        );
        for (const dx of across)
          for (const dy of across) {
            const cell = cellOf(x + dx, y + dy);
            costs.set(cell, Math.max(cost, costs.get(cell) ?? 0));
          }
      });
    }
    return ([x, y]) => costs.get(cellOf(x, y)) ?? 0;
  }

  /** Write the names of a frame, in CSS pixels of its zoom. */
  *paint(pen: Pen, frame: Frame): Steps {
    const { font, label, halo: strokeStyle } = palette();
    for (const { named, x, y, angle, width } of this.placed(frame)) {
      const fillStyle = named.color === null ? label : readable(named.color);
      look(pen, { font: `600 ${SIZE}px ${font}`, textBaseline: "middle" });
      look(pen, { lineJoin: "round", lineWidth: 3, strokeStyle, fillStyle });
      pen.save();
      pen.translate(x, y);
      pen.rotate(angle);
      pen.strokeText(named.text, -width / 2, 0);
      pen.fillText(named.text, -width / 2, 0);
      pen.restore();
    }
    yield;
  }
}

/** Return the frame of a box. */
function frameOf({ minX, minY, maxX, maxY }: Box, zoom: number): Frame {
  const unit = pixelUnits(zoom);
  const extent = L.point((maxX - minX) / unit, (maxY - minY) / unit);
  return { corner: L.point(minX / unit, minY / unit), extent, zoom };
}
