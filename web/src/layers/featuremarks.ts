// How lines and areas look: their widths, dashes, opacities and outlines.

import { tokens } from "../canvas/colors.ts";
import { featureStroke, type Stroke } from "../canvas/strokes.ts";
import { safeColor } from "../canvas/symbols.ts";
import type { Codes } from "../data/loader.ts";
import type { EntrySpec, MarksSpec, VectorStyleSpec } from "../data/spec.ts";

/** The width of the outline of areas with a rim, in CSS pixels. */
const RIM = 0.6;

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
    return Math.max(1, ...(this.marks.line_width ?? widths));
  }

  /** Return the opacity of a feature, if its layer has one. */
  alpha(id: number): number | undefined {
    return this.marks.opacity?.[this.codes.opacity?.[id] ?? 0];
  }

  /** Return the stroke of a line. */
  line(id: number, entry: EntrySpec): Stroke {
    const { marks, codes, style } = this;
    const stroke = {
      ...featureStroke(this.dashed(id, entry), style.weight),
      alpha: this.alpha(id),
    };
    if (codes.line_width && marks.line_width) stroke.width = marks.line_width[codes.line_width[id]];
    const scale = Math.max(1, stroke.width / PLAIN_WIDTH);
    if (stroke.dash) stroke.dash = stroke.dash.map((length) => length * scale);
    return stroke;
  }

  /** Return the stroke of the outline of an area; null where it has none. */
  outline(id: number, entry: EntrySpec): Stroke | null {
    const { outline, outline_width: width } = this.marks;
    if (outline === "none") return null;
    const isRim = this.style.rim && outline === undefined;
    const stroke = isRim
      ? { color: tokens("ink")[0], width: RIM }
      : featureStroke(this.dashed(id, entry), this.style.weight);
    if (outline !== undefined) stroke.color = safeColor(outline);
    if (width !== undefined) stroke.width = width;
    return stroke;
  }

  /** Return the entry with the dashes of a feature. */
  private dashed(id: number, entry: EntrySpec): EntrySpec {
    const dash = this.codes.dash && this.marks.dash?.[this.codes.dash[id]];
    return dash === undefined ? entry : { ...entry, dash: dash.length > 0 ? dash : undefined };
  }
}
