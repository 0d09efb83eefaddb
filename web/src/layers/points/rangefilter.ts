// A filter by numbers: a histogram under two sliders, two fields, and for years a play button.

import { BARS, type RangeFacet } from "../../data/facets.ts";
import { button, h, svg } from "../../ui/dom.ts";
import { formatCount, formatNumber } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet } from "./pointset.ts";

const WIDTH = 240;
const HEIGHT = 44;
/** Steps of a slider where they are not whole numbers, and the most where they are. */
const STEPS = 200;
const MOST_STEPS = 10_000;
/** The time between two frames while the years play. */
const TICK_MS = 120;

/** One end of the range, with the slider and the field that set it. */
type End = { get(): number; slider: HTMLInputElement; field: HTMLInputElement };

export class RangeView {
  readonly element: HTMLElement;
  private readonly facet: RangeFacet;
  private readonly isWhole: boolean;
  private readonly steps: number;
  private readonly histogram: Histogram;
  private readonly ends: [from: End, to: End];

  constructor({ name, spec }: NamedFacet, facet: RangeFacet) {
    const { min, max } = facet;
    this.facet = facet;
    this.isWhole = Number.isInteger(min) && Number.isInteger(max) && max - min <= MOST_STEPS;
    this.steps = this.isWhole ? max - min : STEPS;
    this.histogram = new Histogram(name, facet);
    // One end moves the other before it.
    const setFrom = (from: number): void => {
      facet.choice = { from, to: Math.max(from, facet.to) };
    };
    const setTo = (to: number): void => {
      facet.choice = { from: Math.min(to, facet.from), to };
    };
    const from = this.end(t("from", { name }), () => facet.from, setFrom, min);
    const to = this.end(t("to", { name }), () => facet.to, setTo, max);
    this.ends = [from, to];
    const player = spec.kind === "year" ? playButton(facet) : null;
    const dash = h("span", { "aria-hidden": "true" }, "–");
    this.element = h(
      "div.mm-facet__body.mm-range",
      h("div.mm-range__sliders", this.histogram.picture, from.slider, to.slider),
      h("div.mm-range__fields", from.field, dash, to.field, player),
    );
  }

  private end(
    label: string,
    get: () => number,
    set: (value: number) => void,
    outermost: number,
  ): End {
    const { steps, isWhole } = this;
    const { min, max } = this.facet;
    const named = { "aria-label": label };
    const slider = h("input", { type: "range", min: "0", max: String(steps), step: "1", ...named });
    const field = h("input.mm-input", { type: "number", step: isWhole ? "1" : "any", ...named });
    slider.addEventListener("input", () => {
      const step = slider.valueAsNumber;
      // The last step is exactly the end, without rounding.
      set(step === steps ? max : min + ((max - min) * step) / steps);
    });
    field.addEventListener("change", () => {
      set(Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : outermost);
      field.value = shortest(get());
    });
    return { get, slider, field };
  }

  update(): void {
    const { min, max } = this.facet;
    this.histogram.update();
    for (const { get, slider, field } of this.ends) {
      slider.value = String(Math.round(((get() - min) / (max - min)) * this.steps));
      slider.setAttribute("aria-valuetext", formatNumber(get(), null));
      if (field !== document.activeElement) field.value = shortest(get());
    }
  }
}

/** Return a number in as many digits as people read. */
const shortest = (value: number): string => String(Number(value.toPrecision(6)));

/** Bars of the numbers of the records that the other filters show. */
class Histogram {
  readonly picture: SVGSVGElement;
  private readonly name: string;
  private readonly facet: RangeFacet;
  private readonly bars: SVGRectElement[];

  constructor(name: string, facet: RangeFacet) {
    this.name = name;
    this.facet = facet;
    const step = WIDTH / BARS;
    this.bars = Array.from({ length: BARS }, (_, i) => {
      const place = { x: i * step + 0.5, width: step - 1, y: HEIGHT, height: 0 };
      return svg("rect", { ...place, class: "mm-histogram__bar" });
    });
    const frame = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" };
    this.picture = svg("svg", { ...frame, class: "mm-histogram", role: "img" }, ...this.bars);
  }

  update(): void {
    const { min, max, from, to } = this.facet;
    const counts = this.facet.counts();
    const most = Math.max(1, ...counts);
    const edge = (i: number): number => min + ((max - min) * i) / BARS;
    this.bars.forEach((bar, i) => {
      // The square root shows few beside many.
      const height = HEIGHT * Math.sqrt(counts[i] / most);
      bar.setAttribute("y", String(HEIGHT - height));
      bar.setAttribute("height", String(height));
      bar.classList.toggle("mm-histogram__bar--out", edge(i + 1) < from || edge(i) > to);
    });
    const n = formatCount(counts.reduce((sum, count) => sum + count, 0));
    const ends = { from: formatNumber(min, null), to: formatNumber(max, null) };
    this.picture.setAttribute("aria-label", t("histogram", { name: this.name, n, ...ends }));
  }
}

/** Return a button that moves the upper end through the years. */
function playButton(facet: RangeFacet): HTMLButtonElement {
  let timer = 0;
  const show = (isPlaying: boolean): void => {
    made.textContent = isPlaying ? "■" : "▶";
    made.setAttribute("aria-pressed", String(isPlaying));
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = 0;
    show(false);
  };
  const next = (): void => {
    const { min, max, from } = facet;
    const to = facet.to + Math.max(1, Math.round((max - min) / 100));
    // The map may be removed while it plays, as when the cell of a notebook runs again.
    const isOver = to >= max || !made.isConnected;
    facet.choice = { from, to: isOver ? max : to };
    if (isOver) stop();
  };
  const start = (): void => {
    const { from, to, max } = facet;
    show(true);
    if (to >= max) facet.choice = { from, to: from };
    timer = window.setInterval(next, TICK_MS);
  };
  const label = { "aria-label": t("play"), title: t("play") };
  const made = button("▶", { class: "mm-button mm-range__play", ...label }, () =>
    timer === 0 ? start() : stop(),
  );
  show(false);
  return made;
}
