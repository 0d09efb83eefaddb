// Legends of sizes, widths, opacities, shapes and dashes, and swatches drawn as the layer is.

import { cssInkOf } from "../canvas/colors.ts";
import { featureStroke, UNMEASURED } from "../canvas/strokes.ts";
import { hollow, RING, symbolPicture, USUAL_PX } from "../canvas/symbols.ts";
import type { Records } from "../data/records.ts";
import type { LengthSpec, MarksSpec, SizeScaleSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { formatLimit } from "../words/format.ts";
import { t } from "../words/language.ts";
import { legend, lineSwatch, type Swatch, withTitle } from "./legend.ts";

/** A swatch of a line of this width is long enough for its dashes. */
const WIDTH = 1.5;

/**
 * Legends besides that of the colours. `fit` draws their sizes at a scale, since symbols are smaller
 * at far zooms.
 */
export type MarkLegends = { elements: HTMLElement[]; fit(scale: number): void };

export function markLegends(marks: MarksSpec = {}, count = 0): MarkLegends {
  const fits: ((scale: number) => void)[] = [];
  const elements = (marks.legends ?? []).map((spec) => {
    // Only the legend of colours has counts, which follow filters and the view.
    if (!("channel" in spec)) return legend(spec, marked(patternSwatch, marks), undefined, false);
    const { element, fit } = scaleLegend(spec, marks, count);
    fits.push(fit);
    return element;
  });
  return { elements, fit: (scale) => fits.forEach((fit) => void fit(scale)) };
}

const patternSwatch: Swatch = (entry) =>
  entry.shape === "line"
    ? lineSwatch([featureStroke(entry, WIDTH, cssInkOf)])
    : symbolPicture(entry, USUAL_PX);

/** Return the legend of numbers, the greatest first. */
function scaleLegend(spec: SizeScaleSpec, marks: MarksSpec, count: number) {
  const { title, unit, samples, missing, least, floor } = spec;
  const lines: { swatch: HTMLElement; value: LengthSpec }[] = [];
  const line = (label: string, value: LengthSpec): HTMLElement => {
    const swatch = h("span.mm-swatch");
    lines.push({ swatch, value });
    return h("li", h("div.mm-check", swatch, h("span.mm-legend__label", label)));
  };
  const items = samples.map(([number, value]) => line(formatLimit(number), value));
  if (floor !== null) items.push(line(`≤ ${formatLimit(floor)}`, least));
  if (missing > 0) items.push(line(t("notGiven"), spec.channel === "opacity" ? least : null));
  const list = h("ul.mm-legend.mm-legend--scale", ...items);
  // The print sheet draws what is measured on the map to the scale of its own.
  if (spec.channel !== "opacity") list.dataset.points = String(count);
  if (spec.shape === "line") list.classList.add("mm-legend--lines");
  const fit = (scale: number): void => {
    const pictures = lines.map(({ value }) => sampleOf(spec, value, scale, marks));
    const widest = Math.max(...pictures.map(({ width }) => width.baseVal.value));
    lines.forEach(({ swatch }, i) => {
      swatch.replaceChildren(pictures[i]);
      swatch.style.minWidth = `${widest}px`;
    });
  };
  fit(1);
  return { element: withTitle(title, unit, list), fit };
}

const widthOf = (width: LengthSpec) => (width === null ? UNMEASURED : { width });

function sampleOf(
  spec: SizeScaleSpec,
  value: LengthSpec,
  scale: number,
  { opacity = [] }: MarksSpec,
): SVGSVGElement {
  const { channel, shape } = spec;
  const symbol = { ...spec, shape: shape === "area" ? "square" : shape };
  const picture =
    shape === "line"
      ? lineSwatch([{ ...cssInkOf(spec.color), ...widthOf(channel === "line_width" ? value : 3) }])
      : value === null
        ? symbolPicture(hollow(symbol), RING.size)
        : symbolPicture(symbol, channel === "size" ? Math.max(3, value * scale) : USUAL_PX);
  const own = channel === "opacity" ? value : null;
  const alpha = own ?? (opacity.length === 1 ? opacity[0] : 1);
  picture.style.opacity = String(alpha);
  return picture;
}

/** Return the values of a record in the columns of these legends, for the tooltip. */
export const markHints = (records: Records, row: number): string[] =>
  (records.spec.marks?.columns ?? []).map((column) => {
    const name = records.spec.columns[column].label;
    return t("ofColumn", { name, value: records.text(row, column) ?? t("notGiven") });
  });

/** Return a swatch with the opacity of a layer, which in areas is that of the fill. */
export const marked =
  (swatch: Swatch, { opacity: opacities = [] }: MarksSpec = {}): Swatch =>
  (entry) => {
    if (opacities.length !== 1) return swatch(entry);
    const [alpha] = opacities;
    if (entry.shape === "area") return swatch({ ...entry, opacity: (entry.opacity ?? 1) * alpha });
    const picture = swatch(entry);
    picture.style.opacity = String(alpha);
    return picture;
  };
