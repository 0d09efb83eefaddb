// Legends: the symbols of the map beside what they mean and how many there are.

import { featureStroke, legStrokes, type Stroke } from "../canvas/strokes.ts";
import { isGlyph, nodePicture, safeColor, symbolPicture } from "../canvas/symbols.ts";
import type { ClassesSpec, EntrySpec, LegendSpec, RampSpec } from "../data/spec.ts";
import { checkbox, h, svg } from "../ui/dom.ts";
import { formatCount } from "../words/format.ts";
import { labelWithUnit, t, term } from "../words/language.ts";
import { entryLabel } from "./classes.ts";
import { ramp } from "./ramp.ts";

type Swatch = (entry: EntrySpec) => SVGSVGElement;

export const pointSwatch: Swatch = ({ shape, color, size }) =>
  symbolPicture(shape, color, 11 * (size ?? 1));

export const nodeSwatch: Swatch = ({ shape, color }) =>
  nodePicture(shape, color, isGlyph(shape) ? 15 : 11);

export const legSwatch: Swatch = (entry) => lineSwatch(legStrokes(entry));

/** The swatch of a feature: an area, a line or a symbol. */
export const featureSwatch =
  (fillOpacity: number, weight: number): Swatch =>
  (entry) => {
    if (entry.shape === "line") return lineSwatch([featureStroke(entry, Math.max(weight, 1.5))]);
    if (entry.shape !== "area") return pointSwatch(entry);
    const picture = frame(22, 14);
    const color = safeColor(entry.color);
    picture.append(
      svg("rect", {
        x: 1,
        y: 1,
        width: 20,
        height: 12,
        fill: color,
        "fill-opacity": fillOpacity,
        stroke: color,
        "stroke-width": Math.max(1, weight),
      }),
    );
    return picture;
  };

const frame = (width: number, height: number): SVGSVGElement =>
  svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });

function lineSwatch(strokes: Stroke[]): SVGSVGElement {
  const picture = frame(30, 12);
  for (const { color, width, dash, cap } of strokes) {
    picture.append(
      svg("line", {
        x1: 2,
        y1: 6,
        x2: 28,
        y2: 6,
        stroke: color,
        "stroke-width": width,
        "stroke-linecap": cap ?? "round",
        ...(dash ? { "stroke-dasharray": dash.join(" ") } : {}),
      }),
    );
  }
  return picture;
}

/** A legend; with `toggle` each entry has a checkbox of its own. */
export function legend(
  { title, unit, scheme, entries }: LegendSpec,
  swatch: Swatch,
  toggle?: (style: number, shown: boolean) => void,
): HTMLElement {
  const lines = entries.some(({ shape }) => shape === "line");
  const sized = entries.some(({ size }) => size !== undefined);
  const list = h("ul", {
    class: `mm-legend${lines ? " mm-legend--lines" : sized ? " mm-legend--sized" : ""}`,
  });
  entries.forEach((entry, style) => {
    const face = [
      h("span.mm-swatch", swatch(entry)),
      h("span.mm-legend__label", entryLabel(entry)),
      h("span.mm-legend__count", formatCount(entry.count)),
    ];
    const line = toggle
      ? checkbox(true, (shown) => toggle(style, shown), ...face)
      : h("div.mm-check", ...face);
    list.append(h("li", line));
  });
  const made = withTitle(title, unit, list);
  if (scheme)
    made.append(h("p.mm-note.mm-legend__scheme", t("classesBy", { scheme: term(scheme) })));
  return made;
}

/** What the widths of lines mean. */
export function widthLegend(samples: { number: number; width: number }[]): HTMLElement {
  const list = h("ul.mm-legend.mm-legend--lines.mm-legend--widths");
  for (const { number, width } of samples) {
    const swatch = lineSwatch([{ color: "currentColor", width: 4 * width, cap: "butt" }]);
    list.append(
      h(
        "li.mm-check",
        h("span.mm-swatch", swatch),
        h("span.mm-legend__label", formatCount(number)),
      ),
    );
  }
  return withTitle(t("widthLegend"), null, list);
}

export function rasterLegend(spec: RampSpec | ClassesSpec): HTMLElement {
  return withTitle(spec.title, spec.unit, "ramp" in spec ? ramp(spec) : classes(spec));
}

function classes({ entries }: ClassesSpec): HTMLElement {
  const list = h("ul.mm-legend");
  for (const { label, color } of entries) {
    const picture = frame(16, 12);
    picture.append(svg("rect", { width: 16, height: 12, fill: safeColor(color) }));
    list.append(h("li.mm-check", h("span.mm-swatch", picture), label));
  }
  return list;
}

function withTitle(
  title: string | null | undefined,
  unit: string | null | undefined,
  content: HTMLElement,
): HTMLElement {
  const text = labelWithUnit(title ?? "", unit);
  return h("div", text === "" ? null : h("h5", text), content);
}
