// Legends: the symbols of the map beside their meaning and their counts.

import { cssInkOf, cssRimOf, onDark, safeColor, setByTheme } from "../canvas/colors.ts";
import {
  featureStroke,
  legStrokes,
  outlineStroke,
  type Stroke,
  withRim,
} from "../canvas/strokes.ts";
import { isGlyph, nodePicture, symbolPicture, USUAL_PX } from "../canvas/symbols.ts";
import type { Records } from "../data/records.ts";
import type { ClassesSpec, EntrySpec, LegendSpec, RampSpec } from "../data/spec.ts";
import { button, checkbox, h, svg } from "../ui/dom.ts";
import { formatCount, formatLimit } from "../words/format.ts";
import { labelWithUnit, legendNote, plural, t, term, unitLabel } from "../words/language.ts";
import { colorBar } from "./colorbar.ts";

export type Swatch = (entry: EntrySpec) => SVGSVGElement;
type Toggle = (style: number, isShown: boolean) => void;

/** No swatch is more than this much larger than usual. */
const MOST = 2;

export const pointSwatch: Swatch = (entry) =>
  symbolPicture(entry, USUAL_PX * Math.min(entry.size ?? 1, MOST));

export const nodeSwatch: Swatch = ({ shape, color }) =>
  nodePicture(shape, color, isGlyph(shape) ? 15 : 11);

export const legSwatch: Swatch = (entry) => lineSwatch(legStrokes(entry, cssRimOf));

/** Return the swatch of features: an area, a line or a symbol. */
export const featureSwatch =
  (weight: number): Swatch =>
  (entry) => {
    if (entry.shape === "line")
      return lineSwatch([featureStroke(entry, Math.max(weight, 1.5), cssInkOf)]);
    return entry.shape === "area" ? areaSwatch(entry, weight) : pointSwatch(entry);
  };

/** No outline of a swatch is wider, in CSS pixels, so that its fill is seen. */
const WIDEST = 4;

function areaSwatch(entry: EntrySpec, weight: number): SVGSVGElement {
  const stroke = outlineStroke(onDark(entry), weight, cssInkOf);
  const lines = stroke ? withRim({ ...stroke, width: Math.min(stroke.width, WIDEST) }) : [];
  const [{ width } = { width: 0 }] = lines;
  const box = { x: width / 2, y: width / 2, width: 22 - width, height: 14 - width };
  const [fill, dark] = [entry, onDark(entry)].map(({ color }) => safeColor(color));
  // The lowest has the fill; above it is a line within its rim.
  const rects = (lines.length > 0 ? lines : [null]).map((line, place) => {
    const inside = { fill: "none", "fill-opacity": entry.opacity ?? 1 };
    const rect = svg("rect", { ...box, ...inside, ...dashesOf(line?.dash) });
    if (place === 0) setByTheme(rect, "fill", fill, dark);
    if (line !== null) {
      setByTheme(rect, "stroke", entry.outline ? line.color : fill, line.color);
      rect.style.strokeWidth = String(line.width);
    }
    return rect;
  });
  return picture(22, 14, ...rects);
}

export function picture(width: number, height: number, ...shapes: SVGElement[]): SVGSVGElement {
  const viewBox = `0 0 ${width} ${height}`;
  return svg("svg", { width, height, viewBox, "aria-hidden": "true" }, ...shapes);
}

const dashesOf = (dash: Stroke["dash"]): Record<string, string> =>
  dash ? { "stroke-dasharray": dash.join(" ") } : {};

export function lineSwatch(strokes: Stroke[]): SVGSVGElement {
  // Between two rows of pixels, a thin line would be pale.
  const y = 6 + (Math.round(strokes[0].width) % 2) / 2;
  const line = ({ color, width, dash, cap = "round", alpha = 1 }: Stroke): SVGElement => {
    const look = { "stroke-width": width, "stroke-linecap": cap, "stroke-opacity": alpha };
    const made = svg("line", { x1: 2, y1: y, x2: 28, y2: y, ...look, ...dashesOf(dash) });
    made.style.stroke = color;
    return made;
  };
  return picture(30, 12, ...strokes.flatMap(withRim).map(line));
}

/** What stands beside the name of a layer whose only entry would repeat that name. */
export interface Sole {
  swatch: HTMLElement;
  count: HTMLElement;
}

export function soleEntry(spec: LegendSpec, name: string, swatch: Swatch): Sole | null {
  const [entry, more] = spec.entries;
  const isTitled = spec.shown === false || labelWithUnit(spec.title ?? "", spec.unit) !== "";
  if (entry === undefined || more !== undefined || isTitled) return null;
  if (entry.hidden || entryLabel(entry) !== name) return null;
  const count = h("span.mm-legend__count", formatCount(entry.count));
  return { swatch: h("span.mm-swatch", swatch(entry)), count };
}

/** Return a legend; with `toggle` each class has a checkbox, and with `counted` its count. */
export function legend(
  spec: LegendSpec,
  swatch: Swatch,
  toggle?: Toggle,
  counted = true,
): HTMLElement {
  const { title, unit, scheme, entries, scale, dates = false } = spec;
  if (spec.shown === false) return h("div");
  const hasLines = entries.some(({ shape }) => shape === "line");
  const hasSizes = entries.some(({ size }) => size !== undefined);
  const isStep = ({ limits }: EntrySpec): boolean => scale !== undefined && limits !== undefined;
  const items = entries.flatMap((entry, style) => {
    if (isStep(entry)) return [];
    const face = [
      h("span.mm-swatch", swatch(entry)),
      h("span.mm-legend__label", entryLabel(entry, dates)),
      ...(counted ? [h("span.mm-legend__count", formatCount(entry.count))] : []),
    ];
    const change = (isShown: boolean): void => toggle?.(style, isShown);
    const isOn = !entry.hidden;
    const line = toggle ? checkbox(isOn, change, ...face) : h("div.mm-check", ...face);
    return [h("li", { "data-style": String(style) }, line)];
  });
  const list = h("ul.mm-legend", ...items);
  if (hasLines) list.classList.add("mm-legend--lines");
  else if (hasSizes) list.classList.add("mm-legend--sized");
  list.classList.toggle("mm-legend--long", items.length > MOST_ENTRIES);
  const steps = entries.filter(isStep);
  const [colors, dark] = [steps, steps.map(onDark)].map((ones) => ones.map(({ color }) => color));
  const bar = scale === undefined ? null : colorBar(colors, scale, dark);
  const parts = [bar, items.length > 0 ? list : null, foldTool(items)];
  const made = withTitle(title, unit, ...parts);
  if (scheme) made.append(note(t("classesBy", { scheme: term(scheme) })));
  if (spec.note) made.append(keptNote(legendNote(spec.note)));
  return made;
}

/** Legends with more entries than this are folded to the first ones. */
const MOST_ENTRIES = 20;
const FIRST_ENTRIES = 15;

/** Fold the entries of a long legend; return the button that unfolds them. */
function foldTool(items: HTMLElement[]): HTMLElement | null {
  if (items.length <= MOST_ENTRIES) return null;
  const n = formatCount(items.length);
  const tool = button("", { class: "mm-link" }, () => fold(!items.at(-1)!.hidden));
  const fold = (isFolded: boolean): void => {
    for (const item of items.slice(FIRST_ENTRIES)) item.hidden = isFolded;
    tool.textContent = isFolded ? t("showAll", { n }) : t("showFewer");
    tool.setAttribute("aria-expanded", String(!isFolded));
  };
  fold(true);
  return tool;
}

/** Return a note below a legend. */
export const note = (text: string): HTMLElement => h("p.mm-note.mm-legend__scheme", text);

/** Return a note that stays where a map is published: beside the legend alone, and on paper. */
export const keptNote = (text: string): HTMLElement => h("p.mm-note.mm-note--kept", text);

/** Return a line of a legend that has no count. */
export const legendLine = (swatch: SVGSVGElement, label: string): HTMLElement =>
  h("li.mm-check", h("span.mm-swatch", swatch), h("span.mm-legend__label", label));

/** Return the meaning of the widths of lines. */
export function widthLegend(samples: { number: number; width: number }[]): HTMLElement {
  const items = samples.map(({ number, width }) => {
    const swatch = lineSwatch([{ color: "currentColor", width: 4 * width, cap: "butt" }]);
    return legendLine(swatch, formatCount(number));
  });
  const list = h("ul.mm-legend.mm-legend--lines.mm-legend--widths", ...items);
  return withTitle(t("widthLegend"), null, list);
}

/** Grey, so that white and black are visible on any background. */
const SWATCH_EDGE = "#808080";

export function rasterLegend(spec: RampSpec | ClassesSpec): HTMLElement {
  if (spec.shown === false) return h("div");
  if ("ramp" in spec) return withTitle(spec.title, spec.unit, colorBar(spec.ramp, spec));
  const items = spec.entries.map(({ label, color }) => {
    const look = { fill: safeColor(color), stroke: SWATCH_EDGE };
    const swatch = picture(16, 12, svg("rect", { x: 0.5, y: 0.5, width: 15, height: 11, ...look }));
    return h("li.mm-check", h("span.mm-swatch", swatch), term(label));
  });
  // The unit of a relief is that of its heights, which the cursor reads; light has none.
  const isRelief = spec.entries.every(({ value }) => value === null);
  return withTitle(spec.title, isRelief ? null : spec.unit, h("ul.mm-legend", ...items));
}

type Optional = string | null | undefined;

export function withTitle(title: Optional, unit: Optional, ...content: (HTMLElement | null)[]) {
  const text = labelWithUnit(title ?? "", unit);
  return h("div", text === "" ? null : h("h5", text), ...content);
}

/** Return the label of a class in the reader's language. */
export function entryLabel({ label, limits, mode, ...more }: EntrySpec, dates = false): string {
  const { text, others, missing } = more;
  if (text !== undefined) return text;
  if (others !== undefined) return plural("otherValues", others, formatCount(others));
  if (missing !== undefined) return `${term("not given")} (${missing.map(formatLimit).join(", ")})`;
  // The label of a leg has its mode, gauge and status.
  if (mode !== undefined) return label.split(", ").map(legWord).join(", ");
  if (limits === undefined) return term(label);
  // The limits of dates are in their label, which is the same in all languages.
  if (dates) return label;
  const [low, high] = limits;
  return low === high ? formatLimit(low) : `${formatLimit(low)} – ${formatLimit(high)}`;
}

const legWord = (part: string): string => term(part).replace(/ mm$/, () => ` ${unitLabel("mm")}`);

/** Return what the colour of a record shows: its number and class, or its entry, if there are several. */
export function classHint(records: Records, row: number, entry?: EntrySpec): string | null {
  const { by, columns, legend } = records.spec;
  if (entry === undefined) return null;
  const label = entryLabel(entry, legend.dates);
  if (by === undefined)
    return legend.entries.length > 1 && label !== records.titleOf(row) ? label : null;
  const name = columns[by].label;
  const value = records.text(row, by);
  if (value === null) return t("ofColumn", { name, value: label });
  // The name of the record says it already.
  if (value === records.titleOf(row)) return null;
  const [low, high] = entry.limits ?? [0, 0];
  const isExact = low === high || legend.scale !== undefined;
  return t("ofColumn", { name, value: isExact ? value : t("inClass", { value, label }) });
}
