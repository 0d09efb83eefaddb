// The sheet as the browser lays it out: title, map, legend, scale, sources. What is printed is what is saved.

import type { SourceSpec } from "../data/spec.ts";
import { h, svg } from "../ui/dom.ts";
import { formatNumber, withUnit } from "../words/format.ts";
import { currentLanguage, t } from "../words/language.ts";
import { parallel } from "./graticulelines.ts";
import { millimetres, type Paper } from "./paper.ts";
import { across, scaleBar, scaleNumber } from "./scale.ts";
import { placeAt, type View } from "./view.ts";

/** A layer as a sheet tells of it. */
export interface SheetLayer {
  name: string;
  /** Layers with a higher rank come first. */
  rank: number;
  layer: L.Layer;
  /** What the panel shows of the layer: the sheet takes the legends in it. */
  parts: HTMLElement[];
  sources: SourceSpec[];
}

/** What of a layer's part in the panel is a legend. */
const LEGEND = "h5, .mm-legend, .mm-ramp, .mm-legend__scheme";
/** What a reader of paper cannot use. */
const SCREEN = "input, button, select, details, output";
/** Sizes of type that a text may have to fit, in points. */
const LEGEND_TYPE = [8.5, 7.5, 6.5, 5.5, 5] as const;
const SOURCES_TYPE = [7, 6, 5.5, 5] as const;
/** The bar is at most this part of the map's width. */
const BAR = 0.28;

export class Sheet {
  readonly paper: HTMLElement;
  readonly map = h("div.mm-sheet__map");
  private readonly heading = h("h2");
  private readonly subtitle = h("p.mm-sheet__subtitle");
  private readonly legend = h("aside.mm-sheet__legend");
  private readonly scale = h("div.mm-sheet__scale");
  private readonly sources = h("div.mm-sheet__sources");

  constructor() {
    const header = h("header", this.heading, this.subtitle);
    const footer = h("footer", this.scale, this.sources);
    this.paper = h("article.mm-sheet", header, this.map, this.legend, footer);
  }

  /** Lay out all but the map, so that its frame has its size. */
  lay(
    paper: Paper,
    title: string,
    subtitle: string,
    layers: SheetLayer[],
    credits: string[],
  ): void {
    const [width, height] = millimetres(paper);
    const { style } = this.paper;
    style.width = `${width}mm`;
    style.height = `${height}mm`;
    this.paper.classList.toggle("mm-sheet--upright", !paper.landscape);
    this.heading.textContent = title;
    this.subtitle.textContent = subtitle;
    this.subtitle.hidden = subtitle === "";
    this.legend.replaceChildren(...layers.map(legendOf).filter((part) => part !== null));
    this.legend.hidden = this.legend.childElementCount === 0;
    this.paper.classList.toggle("mm-sheet--bare", this.legend.hidden);
    this.sources.replaceChildren(...credited(layers, credits));
    fit(this.legend, LEGEND_TYPE);
  }

  /** Whether legend and sources are on the paper as a whole. */
  get isWhole(): boolean {
    return (this.legend.hidden || holds(this.legend)) && holds(this.sources);
  }

  /** Hang the map and say its scale. */
  placeMap(map: L.Map, view: View, canvas: HTMLCanvasElement, missing: string[]): void {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.heading.textContent ?? "");
    this.map.replaceChildren(canvas, north());
    const [corner, far] = [placeAt(map, view, 0, 0), placeAt(map, view, view.width, view.height)];
    Object.assign(this.map.dataset, {
      west: corner.lon,
      north: corner.lat,
      east: far.lon,
      south: far.lat,
    });
    const middle = placeAt(map, view, view.width / 2, view.height / 2);
    const length = across((offset) => placeAt(map, view, view.width / 2 + offset, view.height / 2));
    const { metres, width } = scaleBar(length, view.width * BAR);
    const place = parallel(Math.round(middle.lat) * 3600);
    Object.assign(this.scale.dataset, { metres, width });
    this.scale.replaceChildren(
      bar(metres, width),
      h("p", t("scaleAt", { n: formatNumber(scaleNumber(length), ""), place })),
    );
    this.sources.querySelector(".mm-sheet__missing")?.remove();
    if (missing.length > 0)
      this.sources.prepend(
        h("p.mm-sheet__missing", t("notOnSheet", { names: missing.join("; ") })),
      );
    fit(this.sources, SOURCES_TYPE);
  }
}

function legendOf({ name, parts }: SheetLayer): HTMLElement | null {
  const found = parts
    .flatMap((part) =>
      part.matches(LEGEND) ? [part] : [...part.querySelectorAll<HTMLElement>(LEGEND)],
    )
    .filter(({ hidden }) => !hidden);
  const copies = found.map((part) => {
    // On the sheet a legend stands one heading higher than in the panel.
    if (part.tagName === "H5") return h("h4", part.textContent);
    const copy = part.cloneNode(true) as HTMLElement;
    // A copy forgets what was ticked.
    const lines = [...part.querySelectorAll("li")];
    copy.querySelectorAll("li").forEach((line, i) => {
      if (lines[i].querySelector<HTMLInputElement>("input[type=checkbox]")?.checked === false)
        line.remove();
    });
    copy.querySelectorAll(SCREEN).forEach((control) => control.remove());
    copy
      .querySelectorAll("label")
      .forEach((label) =>
        label.replaceWith(h("div", { class: label.className }, ...label.childNodes)),
      );
    return copy;
  });
  return copies.length === 0 ? null : h("section", h("h3", name), ...copies);
}

function credited(layers: SheetLayer[], credits: string[]): HTMLElement[] {
  const texts = new Set(
    layers.flatMap(({ sources }) =>
      sources.map(({ title, citation, licence }) =>
        [
          citation?.includes(title) ? null : title,
          citation,
          licence && t("licence", { name: licence }),
        ]
          .filter(Boolean)
          .join(". "),
      ),
    ),
  );
  for (const credit of credits) texts.add(credit);
  const date = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: "long" }).format(new Date());
  return [
    h("p", `${t("sources")}: ${[...texts].join("; ")}`),
    h("p", `${t("sheetMade", { date })}`),
  ];
}

const holds = (box: HTMLElement): boolean =>
  box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

/** The largest type with which all is in the box; the last is the smallest that can be read. */
function fit(box: HTMLElement, sizes: readonly number[]): void {
  for (const points of sizes) {
    box.style.fontSize = `${points}pt`;
    if (holds(box)) return;
  }
}

/** Four fields of the bar, dark and light, with its length at the ends. */
function bar(metres: number, width: number): SVGSVGElement {
  const [rim, height] = [24, 24];
  const kilometres = metres >= 1000;
  const number = (part: number): string =>
    formatNumber((metres * part) / (kilometres ? 1000 : 1), "");
  const length = withUnit(number(1), kilometres ? "km" : "m");
  const picture = svg("svg", {
    width: width + 3 * rim,
    height,
    role: "img",
    "aria-label": length,
    class: "mm-bar",
  });
  for (let i = 0; i < 4; i++) {
    picture.append(
      svg("rect", {
        x: rim + (i * width) / 4,
        y: 14,
        width: width / 4,
        height: 6,
        class: i % 2 === 0 ? "mm-bar__dark" : "mm-bar__light",
      }),
    );
  }
  for (const part of [0, 0.5, 1]) {
    const words = svg("text", { x: rim + part * width, y: 10, "text-anchor": "middle" });
    words.textContent = part === 1 ? length : number(part);
    picture.append(words);
  }
  return picture;
}

/** On this map north is up everywhere. */
function north(): SVGSVGElement {
  const picture = svg("svg", {
    width: 34,
    height: 50,
    viewBox: "0 0 34 50",
    class: "mm-north",
    role: "img",
    "aria-label": t("northUp"),
  });
  picture.append(
    svg("path", { d: "M17 16 26 46 17 40z", class: "mm-bar__light" }),
    svg("path", { d: "M17 16 8 46l9-6z", class: "mm-bar__dark" }),
  );
  const letter = svg("text", { x: 17, y: 12, "text-anchor": "middle" });
  letter.textContent = t("northLetter");
  picture.append(letter);
  return picture;
}
