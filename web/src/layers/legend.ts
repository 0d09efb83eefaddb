// Legends: the symbols of the map beside their meaning and their counts; ramps of colours.

import { featureStroke, legStrokes, outlineStroke, type Stroke } from "../canvas/strokes.ts";
import { isGlyph, nodePicture, safeColor, symbolPicture } from "../canvas/symbols.ts";
import { dateText, monthStarts } from "../data/dates.ts";
import type { Records } from "../data/records.ts";
import type { ClassesSpec, EntrySpec, LegendSpec, RampSpec, ScaleSpec } from "../data/spec.ts";
import { button, checkbox, h, svg } from "../ui/dom.ts";
import { formatCount, formatNumber, formatReading } from "../words/format.ts";
import { labelWithUnit, plural, t, term, unitLabel } from "../words/language.ts";

export type Swatch = (entry: EntrySpec) => SVGSVGElement;
type Toggle = (style: number, isShown: boolean) => void;

/** No swatch is more than this much larger than usual. */
const MOST = 2;

export const pointSwatch: Swatch = (entry) =>
  symbolPicture(entry, 11 * Math.min(entry.size ?? 1, MOST));

export const nodeSwatch: Swatch = ({ shape, color }) =>
  nodePicture(shape, color, isGlyph(shape) ? 15 : 11);

export const legSwatch: Swatch = (entry) => lineSwatch(legStrokes(entry));

/** Return the swatch of features: an area, a line or a symbol. */
export const featureSwatch =
  (weight: number): Swatch =>
  (entry) => {
    if (entry.shape === "line") return lineSwatch([featureStroke(entry, Math.max(weight, 1.5))]);
    return entry.shape === "area" ? areaSwatch(entry, weight) : pointSwatch(entry);
  };

/** No outline of a swatch is wider, in CSS pixels, so that its fill is seen. */
const WIDEST = 4;

function areaSwatch(entry: EntrySpec, weight: number): SVGSVGElement {
  const stroke = outlineStroke(entry, weight, "var(--mm-ink)");
  const width = Math.min(stroke?.width ?? 0, WIDEST);
  const inset = width / 2;
  const box = { x: inset, y: inset, width: 22 - width, height: 14 - width };
  const fill = { fill: safeColor(entry.color), "fill-opacity": entry.opacity ?? 1 };
  const rect = svg("rect", { ...box, ...fill, ...dashesOf(stroke?.dash) });
  if (stroke !== null) {
    rect.style.stroke = stroke.color;
    rect.style.strokeWidth = String(width);
  }
  return picture(22, 14, rect);
}

function picture(width: number, height: number, ...shapes: SVGElement[]): SVGSVGElement {
  const viewBox = `0 0 ${width} ${height}`;
  return svg("svg", { width, height, viewBox, "aria-hidden": "true" }, ...shapes);
}

const dashesOf = (dash: Stroke["dash"]): Record<string, string> =>
  dash ? { "stroke-dasharray": dash.join(" ") } : {};

export function lineSwatch(strokes: Stroke[]): SVGSVGElement {
  const line = ({ color, width, dash, cap = "round", alpha = 1 }: Stroke): SVGElement => {
    const look = { stroke: color, "stroke-width": width, "stroke-linecap": cap };
    const ends = { x1: 2, y1: 6, x2: 28, y2: 6 };
    return svg("line", { ...ends, ...look, "stroke-opacity": alpha, ...dashesOf(dash) });
  };
  return picture(30, 12, ...strokes.map(line));
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
  const bar = scale === undefined ? null : scaleRamp(scale, entries.filter(isStep), dates);
  const parts = [bar, items.length > 0 ? list : null, foldTool(items)];
  const made = withTitle(title, unit, ...parts);
  const note = scheme && t("classesBy", { scheme: term(scheme) });
  if (note) made.append(h("p.mm-note.mm-legend__scheme", note));
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

/** Return the meaning of the widths of lines. */
export function widthLegend(samples: { number: number; width: number }[]): HTMLElement {
  const items = samples.map(({ number, width }) => {
    const swatch = lineSwatch([{ color: "currentColor", width: 4 * width, cap: "butt" }]);
    const label = h("span.mm-legend__label", formatCount(number));
    return h("li.mm-check", h("span.mm-swatch", swatch), label);
  });
  const list = h("ul.mm-legend.mm-legend--lines.mm-legend--widths", ...items);
  return withTitle(t("widthLegend"), null, list);
}

/** Grey, so that white and black are visible on any background. */
const SWATCH_EDGE = "#808080";

export function rasterLegend(spec: RampSpec | ClassesSpec): HTMLElement {
  if (spec.shown === false) return h("div");
  if ("ramp" in spec) return withTitle(spec.title, spec.unit, ramp(spec));
  const items = spec.entries.map(({ label, color }) => {
    const look = { fill: safeColor(color), stroke: SWATCH_EDGE };
    const swatch = picture(16, 12, svg("rect", { x: 0.5, y: 0.5, width: 15, height: 11, ...look }));
    return h("li.mm-check", h("span.mm-swatch", swatch), term(label));
  });
  return withTitle(spec.title, spec.unit, h("ul.mm-legend", ...items));
}

type Optional = string | null | undefined;

export function withTitle(title: Optional, unit: Optional, ...content: (HTMLElement | null)[]) {
  const text = labelWithUnit(title ?? "", unit);
  return h("div", text === "" ? null : h("h5", text), ...content);
}

/** Numbers from here on cannot be years, and get separators for thousands. */
const GROUPED_FROM = 10_000;

/** Numbers from here on are written with a power of ten. */
const SCIENTIFIC_FROM = 1e15;

export function limit(value: number): string {
  const size = Math.abs(value);
  const text =
    size < SCIENTIFIC_FROM
      ? formatNumber(value, size >= GROUPED_FROM ? "" : null)
      : value.toExponential();
  return text.replace("-", "−");
}

/** Return the label of a class in the reader's language. */
export function entryLabel({ label, limits, mode, ...more }: EntrySpec, dates = false): string {
  const { text, others, missing } = more;
  if (text !== undefined) return text;
  if (others !== undefined) return plural("otherValues", others, formatCount(others));
  if (missing !== undefined) return `${term("not given")} (${missing.map(limit).join(", ")})`;
  // The label of a leg has its mode, gauge and status.
  if (mode !== undefined) return label.split(", ").map(legWord).join(", ");
  if (limits === undefined) return term(label);
  // The limits of dates are in their label, which is the same in all languages.
  if (dates) return label;
  const [low, high] = limits;
  return low === high ? limit(low) : `${limit(low)} – ${limit(high)}`;
}

const legWord = (part: string): string => term(part).replace(/ mm$/, () => ` ${unitLabel("mm")}`);

/** Return the number of a record and its class; null where the layer has no classes. */
export function classHint(records: Records, row: number, entry?: EntrySpec): string | null {
  const { by, columns, legend } = records.spec;
  if (by === undefined || entry === undefined) return null;
  const name = term(columns[by].label);
  const label = entryLabel(entry, legend.dates);
  const value = records.text(row, by);
  if (value === null) return t("ofColumn", { name, value: label });
  const [low, high] = entry.limits ?? [0, 0];
  const isExact = low === high || legend.scale !== undefined;
  return t("ofColumn", { name, value: isExact ? value : t("inClass", { value, label }) });
}

/** Steps that people count in, times a power of ten. */
const ROUND = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 3;
/** A number this near an end, as a share of the bar, would overlap the number of that end. */
const CLEAR = 0.22;

/** Return one to three round numbers between the ends, or none where there is no room. */
export function ticks(min: number, max: number, areWhole = false): number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / (MOST_TICKS + 1)));
  let best: number[] = [];
  for (const step of ROUND.map((round) => round * power)) {
    if (areWhole && !Number.isInteger(step)) continue;
    const inside: number[] = [];
    const first = Math.ceil((min + CLEAR * span) / step);
    for (let n = first; n * step <= max - CLEAR * span; n++) inside.push(n * step);
    if (inside.length <= MOST_TICKS && inside.length > best.length) best = inside;
  }
  return best;
}

/** Return the decimals that distinguish the numbers of a scale: three digits in all. */
export const digitsOf = (span: number): number =>
  span > 0 ? Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(span)))) : 3;

const MOST_DECIMALS = 5;

/** Return three digits of a number at an uneven bar; tiny numbers are short too. */
function tickText(value: number): string {
  const digits = digitsOf(Math.abs(value));
  return formatReading(value, digits > MOST_DECIMALS ? Infinity : digits, null);
}

export function ramp({ ramp: colors, min, max, ticks: uneven }: RampSpec): HTMLElement {
  const even = (value: number): Mark => {
    const text = formatReading(value, digitsOf(max - min), null);
    return { text, share: (value - min) / (max - min || 1) };
  };
  const marks =
    uneven?.map(([share, value]): Mark => ({ text: tickText(value), share })) ??
    (max > min ? [min, ...ticks(min, max), max] : [min]).map(even);
  return rampBar(colors, marks);
}

/** A number beside a bar, and its place as a share of the bar. */
type Mark = { text: string; share: number };

/** Return the ends, and the marks between them whose texts touch no other. */
export function withRoom(marks: Mark[]): Mark[] {
  if (marks.length < 3) return marks;
  const widthOf = ({ text }: Mark): number => text.length * LETTER;
  const [first, last] = [marks[0], marks[marks.length - 1]];
  let end = widthOf(first);
  const inner = marks.slice(1, -1).filter((mark) => {
    const half = widthOf(mark) / 2;
    const hasRoom = mark.share - half >= end && mark.share + half <= 1 - widthOf(last);
    if (hasRoom) end = mark.share + half;
    return hasRoom;
  });
  return [first, ...inner, last];
}

function rampBar(colors: string[], marks: Mark[]): HTMLElement {
  const bar = h("div.mm-ramp__bar");
  bar.style.background = `linear-gradient(to right, ${colors.map(safeColor).join(", ")})`;
  const texts = withRoom(marks).map(({ text, share }) => {
    const mark = h("span", text);
    mark.style.left = `${100 * share}%`;
    return mark;
  });
  return h("div.mm-ramp", bar, h("div.mm-ramp__ticks", ...texts));
}

/** Return the bar of a scale, with signs at the ends beyond which there are numbers. */
function scaleRamp(scale: ScaleSpec, steps: EntrySpec[], dates: boolean) {
  const { least, greatest, log, below, above } = scale;
  const place = log ? Math.log10 : (value: number): number => value;
  const [low, span] = [place(least), place(greatest) - place(least)];
  const read = dates ? datesOn : log ? logarithmsOn : numbersOn;
  const labels = read(least, greatest);
  const marks = labels.map(([value, text], i): Mark => {
    const isLow = below && i === 0;
    const isHigh = above && i === labels.length - 1;
    const sign = isLow ? "≤ " : isHigh ? "≥ " : "";
    return { text: `${sign}${text}`, share: span > 0 ? (place(value) - low) / span : 0 };
  });
  return rampBar(
    steps.map(({ color }) => color),
    marks,
  );
}

/** The numbers of a scale, from its least to its greatest, and their texts. */
type Labels = [number, string][];

const between = (least: number, inner: number[], greatest: number): number[] =>
  greatest > least ? [least, ...inner, greatest] : [least];

/** Whole numbers from 1500 to 2100 are years, as filters take them. */
const isYear = (value: number): boolean =>
  Number.isInteger(value) && value >= 1500 && value <= 2100;

function numbersOn(least: number, greatest: number): Labels {
  const areYears = isYear(least) && isYear(greatest);
  const digits = digitsOf(greatest - least);
  const inner = ticks(least, greatest, areYears);
  const textOf = (value: number): string =>
    areYears ? limit(value) : formatReading(value, digits, null);
  return between(least, inner, greatest).map((value) => [value, textOf(value)]);
}

function logarithmsOn(least: number, greatest: number): Labels {
  const values = between(least, logTicks(least, greatest), greatest);
  return values.map((value) => [value, limit(Number(value.toPrecision(3)))]);
}

/** Months between round dates: centuries, decades, years, and parts of a year. */
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000];
const YEAR_DAYS = 365.25;
const MONTH_DAYS = YEAR_DAYS / 12;
/** The letters of a year, a month and a day. */
const LETTERS = [4, 7, 10] as const;
/** A letter as a share of the bar. */
const LETTER = 0.03;

/** Return the dates of a scale: the ends as exact as there is room, and round ones between. */
export function datesOn(least: number, greatest: number): Labels {
  const span = greatest - least;
  if (!(span > 0)) return [[least, dateText(least)]];
  const years = span / YEAR_DAYS;
  const letters = years > 20 ? LETTERS[0] : years > 2 ? LETTERS[1] : undefined;
  const endText = (value: number): string =>
    letters === undefined ? dateText(value) : dateText(Math.floor(value)).slice(0, letters);
  const ends = [least, greatest].map((value): [number, string] => [value, endText(value)]);
  let best: Labels = [];
  for (const step of MONTHS) {
    const shown = step % 12 === 0 ? LETTERS[0] : LETTERS[1];
    const clear = span * LETTER * (ends[0][1].length + shown / 2 + 1);
    const inside = monthStarts(least + clear, greatest - clear, step);
    const hasRoom = step * MONTH_DAYS >= span * LETTER * (shown + 1);
    if (
      (hasRoom || inside.length === 1) &&
      inside.length <= MOST_TICKS &&
      inside.length > best.length
    )
      best = inside.map((value) => [value, dateText(value).slice(0, shown)]);
  }
  return [ends[0], ...best, ends[1]];
}

/** Return one to three powers of ten between the ends, or twos and fives where there are none. */
export function logTicks(min: number, max: number): number[] {
  const [low, high] = [Math.log10(min), Math.log10(max)];
  const isClear = (value: number): boolean => {
    const share = (Math.log10(value) - low) / (high - low);
    return share >= CLEAR && share <= 1 - CLEAR;
  };
  const powers: number[] = [];
  for (let n = Math.floor(low); n <= high; n++) powers.push(10 ** n);
  const whole = powers.filter(isClear);
  const found =
    whole.length > 0 ? whole : powers.flatMap((power) => [2 * power, 5 * power]).filter(isClear);
  const step = Math.ceil(found.length / MOST_TICKS);
  return found.filter((_, i) => i % step === 0);
}
