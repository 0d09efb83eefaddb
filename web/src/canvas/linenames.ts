// The names of corridors along their lines.

import { put } from "../data/collections.ts";
import { type Box, pixelUnits } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import { palette, readable } from "./colors.ts";
import type { SymbolSource, SymbolVisitor } from "./labels.ts";
import { discsOf, type NamedLines, placeNames, type Written } from "./lineplaces.ts";
import type { Frame } from "./names.ts";
import { look, type Pen, penOf } from "./surface.ts";

const SIZE = 11;
/** The radius within which other names keep off, in CSS pixels. */
const REACH = 8;

export class LineNames implements SymbolSource {
  private readonly shown = new Set<NamedLines>();
  /** The names of the last frame, which several layers ask for. */
  private last: { key: string; names: Written[] } | null = null;
  private pen: Pen | null = null;
  readonly hasRecords = false;
  readonly areNames = true;
  private readonly changed: () => void;

  /** `changed` is called when lines come or go. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Write the name of lines; return a function that ends it. */
  add(named: NamedLines): () => void {
    const remove = put(this.shown, named);
    const change = (): void => {
      this.last = null;
      this.changed();
    };
    change();
    return () => {
      remove();
      change();
    };
  }

  /** Visit discs that cover the names, so that others keep off. */
  symbolsIn(box: Box, zoom: number, visit: SymbolVisitor): void {
    const unit = pixelUnits(zoom);
    const corner = L.point(box.minX / unit, box.minY / unit);
    const extent = L.point((box.maxX - box.minX) / unit, (box.maxY - box.minY) / unit);
    for (const name of this.placed({ corner, extent, zoom })) {
      for (const [x, y] of discsOf(name))
        visit((x + corner.x) * unit, (y + corner.y) * unit, REACH);
    }
  }

  private placed(frame: Frame): Written[] {
    const { font } = palette();
    const { corner, extent, zoom } = frame;
    const key = [zoom, corner.x, corner.y, extent.x, extent.y, font].map(String).join(" ");
    if (this.last?.key !== key) {
      this.pen ??= penOf(1, 1);
      const pen = this.pen;
      look(pen, { font: `600 ${SIZE}px ${font}` });
      const names = placeNames(this.shown, frame, (text) => pen.measureText(text).width);
      this.last = { key, names };
    }
    return this.last.names;
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
