// The sheet as the browser lays it out: title, map, legend, scale, sources; printed and saved
// alike.

import { scaledSize } from "../canvas/symbols.ts";
import type { SourceSpec } from "../data/spec.ts";
import type { Sole } from "../layers/legend.ts";
import { h, svg } from "../ui/dom.ts";
import { formatNumber, sentence, withUnit } from "../words/format.ts";
import { currentLanguage, t } from "../words/language.ts";
import { parallel } from "./graticule.ts";
import { northArrow } from "./northarrow.ts";
import type { Paper } from "./paper.ts";
import { across, scaleBar, scaleNumber } from "./scale.ts";
import type { Size, View } from "./view.ts";

/** A layer on a sheet. */
export interface SheetLayer {
  name: string;
  layer: L.Layer;
  /** The parts of the layer in the panel; the sheet copies their legends. */
  parts: HTMLElement[];
  sole?: Sole | null;
  sources: SourceSpec[];
}

/** The titles, layers and credits of a sheet. */
interface SheetContent {
  titles: string[];
  layers: SheetLayer[];
  credits: string[];
}

/** Return layers in the order in which the panel lists them; those without parts come last. */
export function inPanelOrder(layers: SheetLayer[]): SheetLayer[] {
  const placeOf = ({ sole, parts }: SheetLayer): Node | undefined => sole?.swatch ?? parts[0];
  const [listed, others] = [true, false].map((isListed) =>
    layers.filter((layer) => (placeOf(layer) !== undefined) === isListed),
  );
  const isBefore = (a: Node, b: Node): boolean =>
    (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  listed.sort((a, b) => (isBefore(placeOf(a)!, placeOf(b)!) ? -1 : 1));
  return [...listed, ...others];
}

/** The legends in a layer's part of the panel. */
const LEGEND = "h5, .mm-legend, .mm-ramp, .mm-legend__scheme, .mm-note--kept";
/** Legends of what is not drawn now. */
const UNDRAWN = "[hidden], .mm-undrawn";
/** Elements that are of no use on paper. */
const SCREEN = "input, button, select, details, output";
/** Type sizes to fit a text, in points. */
const LEGEND_TYPE = [8.5, 7.5, 6.5, 5.5, 5] as const;
const SOURCES_TYPE = [7, 6, 5.5, 5] as const;
/** The heights for the sources, and the share of a sheet that these or a legend below may take. */
const SOURCES_MM = [19, 28];
const SHARE = 0.3;
/** The greatest share of the map's width for the scale bar, which is longer on a small map. */
const BAR = 0.28;
const LEAST_BAR_PX = 120;
/** A bit more than half the width of a digit at the bar, in CSS pixels. */
const HALF_DIGIT_PX = 3.6;
/** The room for the figures at the ends of the bar, in CSS pixels. */
const FIGURES_PX = 60;
/** A legend stands beside a map that is this wide, and not much higher. */
const BESIDE_PX = 450;
const BESIDE = 0.8;

export class Sheet {
  readonly paper: HTMLElement;
  readonly map = h("div.mm-sheet__map");
  private readonly heading = h("h2");
  private readonly subtitle = h("p.mm-sheet__subtitle");
  private readonly legend = h("aside.mm-sheet__legend");
  private readonly scale = h("div.mm-sheet__scale");
  private readonly sources = h("div.mm-sheet__sources");
  private readonly header = h("header", this.heading, this.subtitle);
  private readonly footer = h("footer", this.scale, this.sources);
  private credit: string | null = null;

  constructor() {
    const { header, map, legend, footer } = this;
    this.paper = h("article.mm-sheet", header, map, legend, footer);
  }

  /** Put a logo beside the title and a credit below the sources. */
  addLogo(logo: HTMLElement | null, credit: string | null): void {
    if (logo !== null) this.header.prepend(logo);
    this.credit = credit;
  }

  /** Return an empty sheet with the same logo and credit. */
  copy(): Sheet {
    const made = new Sheet();
    const logo = this.header.querySelector<HTMLElement>(".mm-logo");
    made.addLogo(logo && (logo.cloneNode() as HTMLElement), this.credit);
    return made;
  }

  /** Lay out everything but the map on paper, so that its frame gets its size. */
  layOut({ width, height }: Paper, words: SheetContent): void {
    const { paper, legend, sources, footer } = this;
    const isUpright = width <= height;
    this.write(words, isUpright);
    Object.assign(paper.style, { width: `${width}mm`, height: `${height}mm` });
    for (const room of [...SOURCES_MM, SHARE * height]) {
      sources.style.maxHeight = `${room}mm`;
      if (fit(sources, SOURCES_TYPE)) break;
    }
    if (isUpright) legend.style.maxHeight = `${SHARE * height}mm`;
    this.fitLegend();
    // The frame of the map keeps its size. A fraction of a pixel less would break a column anew.
    for (const part of [legend, footer]) {
      part.style.height = `${Math.ceil(parseFloat(getComputedStyle(part).height))}px`;
    }
  }

  /** Make the map of an upright sheet lower, so that what is below follows it. */
  lower(height: number): void {
    this.paper.classList.add("mm-sheet--low");
    this.map.style.height = `${height}px`;
  }

  /** Lay out everything around a map of a size, which makes the sheet as large as it needs. */
  layOutAround([width, height]: Size, words: SheetContent): void {
    const { classList, style } = this.paper;
    classList.add("mm-sheet--picture");
    classList.toggle("mm-sheet--narrow", width < BESIDE_PX);
    style.setProperty("--mm-frame-width", `${width}px`);
    style.setProperty("--mm-frame-height", `${height}px`);
    this.write(words, width < Math.max(BESIDE_PX, BESIDE * height));
    this.sources.style.fontSize = `${SOURCES_TYPE[1]}pt`;
    if (!this.fitLegend()) this.write(words, true);
  }

  /** Write titles, legends and sources; an upright sheet has its legends below its map. */
  private write({ titles, layers, credits }: SheetContent, isUpright: boolean): void {
    const { paper, legend, footer, heading, subtitle, sources } = this;
    [heading.textContent, subtitle.textContent] = titles;
    subtitle.hidden = titles[1] === "";
    for (const part of [legend, footer]) Object.assign(part.style, { height: "", maxHeight: "" });
    legend.style.fontSize = "";
    this.fillLegend(layers);
    legend.hidden = legend.childElementCount === 0;
    paper.classList.remove("mm-sheet--wide", "mm-sheet--low");
    this.map.style.height = "";
    paper.classList.toggle("mm-sheet--upright", isUpright);
    paper.classList.toggle("mm-sheet--bare", legend.hidden);
    const date = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: "long" });
    const made = t("sheetMade", { date: date.format(new Date()) });
    const cited = `${t("sources")}: ${citations(layers, credits).join(" ")}`;
    const credit = this.credit === null ? [] : [h("p", this.credit)];
    sources.replaceChildren(...credit, h("p", cited), h("p", made));
  }

  /** Set the legend in a readable type, beside a map in two columns if it must. */
  private fitLegend(): boolean {
    const { legend, paper } = this;
    if (legend.hidden || fit(legend, LEGEND_TYPE.slice(0, 3))) return true;
    if (!paper.classList.contains("mm-sheet--upright")) paper.classList.add("mm-sheet--wide");
    return fit(legend, LEGEND_TYPE);
  }

  /** Write the legends of layers, with the counts that they have now. */
  fillLegend(layers: SheetLayer[]): void {
    this.legend.replaceChildren(...layers.flatMap(legendOf));
  }

  /** Whether the legend and the sources fit on the sheet. */
  get isWhole(): boolean {
    return (this.legend.hidden || fits(this.legend)) && fits(this.sources);
  }

  /** Put the map into its frame, and write its scale. */
  placeMap(view: View, canvas: HTMLCanvasElement, missing: string[]): void {
    const { width, height } = view;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.heading.textContent ?? "");
    this.map.replaceChildren(canvas, northArrow());
    for (const list of this.legend.querySelectorAll<HTMLElement>("[data-points]"))
      drawToScale(list, view);
    const [[south, west], [north, east]] = view.corners;
    Object.assign(this.map.dataset, { west, north, east, south });
    const middle = view.placeAt(width / 2, height / 2);
    const length = across((offset) => view.placeAt(width / 2 + offset, height / 2));
    const room = this.scale.clientWidth - FIGURES_PX;
    const bar = scaleBar(length, Math.min(room, Math.max(LEAST_BAR_PX, width * BAR)));
    Object.assign(this.scale.dataset, { metres: bar.metres, width: bar.width });
    const n = formatNumber(scaleNumber(length), "");
    const scale = t("scaleAt", { n, place: parallel(Math.round(middle.lat) * 3600) });
    this.scale.replaceChildren(drawBar(bar.metres, bar.width), h("p", scale));
    this.sources.querySelector(".mm-sheet__missing")?.remove();
    const note = h("p.mm-sheet__missing", t("notOnSheet", { names: missing.join("; ") }));
    if (missing.length > 0) this.sources.prepend(note);
    // A picture grows by what is new; on paper it takes its part of the room.
    if (this.paper.classList.contains("mm-sheet--picture")) return;
    fit(this.legend, LEGEND_TYPE);
    fit(this.sources, SOURCES_TYPE);
  }
}

/** Draw the samples of a legend of sizes or widths as large as on the map of the sheet. */
function drawToScale(list: HTMLElement, { map, zoom }: View): void {
  const count = Number(list.dataset.points);
  if (count === 0) return;
  const factor = scaledSize(zoom, count) / scaledSize(map.getZoom(), count);
  for (const picture of list.querySelectorAll("svg")) {
    const { width, height } = picture;
    picture.setAttribute("width", String(width.baseVal.value * factor));
    picture.setAttribute("height", String(height.baseVal.value * factor));
  }
}

function legendOf({ name, parts, sole }: SheetLayer): HTMLElement[] {
  const [notes, others] = [true, false].map((isNote) =>
    parts.filter((part) => part.matches(".mm-note") === isNote),
  );
  const legends = [...others, ...notes].flatMap((part) => {
    const found = part.matches(LEGEND) ? [part] : [...part.querySelectorAll<HTMLElement>(LEGEND)];
    return found.filter((legend) => isDrawn(legend, part));
  });
  const copies = legends.map(copyForPaper);
  if (sole && !sole.swatch.matches(UNDRAWN)) {
    const [swatch, count] = [sole.swatch, sole.count].map((part) => part.cloneNode(true));
    const heading = h("div.mm-check", swatch, h("h3.mm-legend__label", name), count);
    return [h("section", heading, ...copies)];
  }
  return copies.length === 0 ? [] : [h("section", h("h3", name), ...copies)];
}

/** Return whether a legend shows in its part; the part itself may be folded. */
const isDrawn = (legend: HTMLElement, part: HTMLElement): boolean =>
  !legend.matches(UNDRAWN) && (legend === part || isDrawn(legend.parentElement!, part));

function copyForPaper(part: HTMLElement): HTMLElement {
  // On the sheet a legend is one heading level higher than in the panel.
  if (part.tagName === "H5") return h("h4", part.textContent);
  const copy = part.cloneNode(true) as HTMLElement;
  // A copy does not keep which boxes are ticked.
  const lines = [...part.querySelectorAll("li")];
  copy.querySelectorAll("li").forEach((line, i) => {
    const box = lines[i].querySelector<HTMLInputElement>("input[type=checkbox]");
    if (box?.checked === false) line.remove();
    line.hidden = false;
  });
  for (const control of copy.querySelectorAll(SCREEN)) control.remove();
  for (const label of copy.querySelectorAll("label")) {
    label.replaceWith(h("div", { class: label.className }, ...label.childNodes));
  }
  return copy;
}

function citations(layers: SheetLayer[], credits: string[]): string[] {
  const sources = layers.flatMap((layer) => layer.sources);
  // What must be credited wherever the map is shown, such as the base map, comes first.
  const isOwed = ({ credit }: SourceSpec): number => Number(credit !== undefined);
  sources.sort((a, b) => isOwed(b) - isOwed(a));
  const cited = sources.map(({ title, citation, licence }) => {
    const name = citation?.includes(title) ? "" : title;
    const terms = licence ? t("licence", { name: licence }) : "";
    return [name, citation ?? "", terms].map(sentence).filter(Boolean).join(" ");
  });
  return [...new Set([...cited, ...credits.map(sentence)])];
}

const fits = (box: HTMLElement): boolean =>
  box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

/** Set the largest type in which everything fits, else the last; return whether it fits. */
const fit = (box: HTMLElement, sizes: readonly number[]): boolean =>
  sizes.some((points) => {
    box.style.fontSize = `${points}pt`;
    return fits(box);
  });

/** Draw the four fields of the bar, dark and light, with its length at the ends. */
function drawBar(metres: number, width: number): SVGSVGElement {
  const [rim, height] = [24, 24];
  const [unit, size] = metres >= 1000 ? ["km", 1000] : ["m", 1];
  const number = (part: number): string => formatNumber((metres * part) / size, "");
  const length = withUnit(number(1), unit);
  const label = { role: "img", "aria-label": length, class: "mm-bar" };
  const fields = [0, 1, 2, 3].map((i) => {
    const field = { x: rim + (i * width) / 4, y: 14, width: width / 4, height: 6 };
    return svg("rect", { ...field, class: `mm-bar__${i % 2 === 0 ? "dark" : "light"}` });
  });
  const half = number(0.5);
  // The figure in the middle stays out where it would touch the one at the end.
  const isRoomy = (half.length + length.length) * HALF_DIGIT_PX < width / 2;
  const figures: [part: number, text: string][] = [
    [0, number(0)],
    [1, length],
  ];
  if (isRoomy) figures.push([0.5, half]);
  const texts = figures.map(([part, text]) => words(rim + part * width, 10, text));
  return svg("svg", { width: width + 3 * rim, height, ...label }, ...fields, ...texts);
}

const words = (x: number, y: number, text: string): SVGTextElement =>
  svg("text", { x, y, "text-anchor": "middle" }, text);
