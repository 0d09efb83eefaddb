// How lines and areas look: their widths, dashes, opacities and outlines.

import { inkOf } from "../canvas/colors.ts";
import { featureStroke, outlineStroke, type Stroke, UNMEASURED } from "../canvas/strokes.ts";
import type { Codes } from "../data/loader.ts";
import type { EntrySpec, MarksSpec, VectorStyleSpec } from "../data/spec.ts";

/** The dashes of wider lines are longer in proportion, in CSS pixels. */
const PLAIN_WIDTH = 2.5;

export class FeatureMarks {
  private readonly style: VectorStyleSpec;
  private readonly marks: MarksSpec;
  private readonly codes: Codes;

  constructor(style: VectorStyleSpec, marks: MarksSpec = {}, codes: Codes = {}) {
    this.style = style;
    this.marks = marks;
    this.codes = codes;
  }

  /** The width of the widest lines, in CSS pixels. */
  widest(entries: EntrySpec[]): number {
    const widths = entries.map((entry) => this.style.weight * (entry.size ?? 1));
    return Math.max(1, ...(this.marks.line_width?.map((width) => width ?? 0) ?? widths));
  }

  /** Return the opacity of a feature in its layer. */
  alpha(id: number): number {
    return this.marks.opacity?.[this.codes.opacity?.[id] ?? 0] ?? 1;
  }

  /** Return the opacity of the fill of a feature. */
  fill(id: number, { opacity = 1 }: EntrySpec): number {
    return opacity * this.alpha(id);
  }

  /** Return the stroke of a line. */
  line(id: number, entry: EntrySpec): Stroke {
    const { marks, codes, style } = this;
    const stroke = featureStroke(this.dashed(id, entry), style.weight, inkOf);
    stroke.alpha = (stroke.alpha ?? 1) * this.alpha(id);
    const width = codes.line_width && marks.line_width?.[codes.line_width[id]];
    if (width === null) return { ...stroke, ...UNMEASURED };
    stroke.width = width ?? stroke.width;
    const scale = Math.max(1, stroke.width / PLAIN_WIDTH);
    if (stroke.dash) stroke.dash = stroke.dash.map((length) => length * scale);
    return stroke;
  }

  /** Return the stroke of the outline of an area; null where it has none. */
  outline(id: number, entry: EntrySpec): Stroke | null {
    const shown = { ...this.dashed(id, entry), opacity: this.fill(id, entry) };
    return outlineStroke(shown, this.style.weight, inkOf);
  }

  /** Return the entry with the dashes of a feature. */
  private dashed(id: number, entry: EntrySpec): EntrySpec {
    const dash = this.codes.dash && this.marks.dash?.[this.codes.dash[id]];
    return dash === undefined ? entry : { ...entry, dash: dash.length > 0 ? dash : undefined };
  }
}
