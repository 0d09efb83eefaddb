// A filter by numbers: a histogram under two sliders, two fields for exact ends, and for years a button that lets time pass.

import { BARS, type RangeFacet } from "../../data/facets.ts";
import { button, h, svg } from "../../ui/dom.ts";
import { formatCount, formatNumber } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet } from "./pointset.ts";

const WIDTH = 240;
const HEIGHT = 44;
/** Steps of a slider, where they are not whole numbers. */
const STEPS = 200;
const MOST_STEPS = 10_000;
/** How long a year or a hundredth of the range shows while time passes. */
const TICK_MS = 120;

/** One end of the range, with the slider and the field that set it. */
interface End {
  get(): number;
  slider: HTMLInputElement;
  field: HTMLInputElement;
}

export class RangeView {
  readonly element: HTMLElement;
  private readonly facet: RangeFacet;
  private readonly isWhole: boolean;
  private readonly steps: number;
  private readonly histogram: Histogram;
  private readonly ends: End[];

  constructor({ name, spec }: NamedFacet, facet: RangeFacet) {
    const { min, max } = facet;
    this.facet = facet;
    this.isWhole = Number.isInteger(min) && Number.isInteger(max) && max - min <= MOST_STEPS;
    this.steps = this.isWhole ? max - min : STEPS;
    this.histogram = new Histogram(name, facet);
    // One end pushes the other before it.
    const from = this.end(
      t("from", { name }),
      () => facet.from,
      (value) => (facet.choice = { from: value, to: Math.max(value, facet.to) }),
      min,
    );
    const to = this.end(
      t("to", { name }),
      () => facet.to,
      (value) => (facet.choice = { from: Math.min(value, facet.from), to: value }),
      max,
    );
    this.ends = [from, to];
    const player = spec.kind === "year" ? new Player(facet).button : null;
    this.element = h(
      "div.mm-facet__body.mm-range",
      h(
        "div.mm-range__sliders",
        this.histogram.picture as unknown as HTMLElement,
        from.slider,
        to.slider,
      ),
      h(
        "div.mm-range__fields",
        from.field,
        h("span", { "aria-hidden": "true" }, "–"),
        to.field,
        player,
      ),
    );
  }

  private end(
    label: string,
    get: () => number,
    set: (value: number) => void,
    outermost: number,
  ): End {
    const {
      facet: { min, max },
      steps,
    } = this;
    const slider = h("input", {
      type: "range",
      min: "0",
      max: String(steps),
      step: "1",
      "aria-label": label,
    });
    const field = h("input.mm-input", {
      type: "number",
      step: this.isWhole ? "1" : "any",
      "aria-label": label,
    });
    // The last step is the very end, whatever the steps before it add up to.
    slider.addEventListener("input", () =>
      set(
        slider.valueAsNumber === steps ? max : min + ((max - min) * slider.valueAsNumber) / steps,
      ),
    );
    field.addEventListener("change", () => {
      set(Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : outermost);
      field.value = shortest(get());
    });
    return { get, slider, field };
  }

  update(): void {
    const {
      facet: { min, max },
      steps,
    } = this;
    this.histogram.update();
    for (const { get, slider, field } of this.ends) {
      slider.value = String(Math.round(((get() - min) / (max - min)) * steps));
      slider.setAttribute("aria-valuetext", formatNumber(get(), null));
      if (field !== document.activeElement) field.value = shortest(get());
    }
  }
}

/** As many digits as people read. */
const shortest = (value: number): string => String(Number(value.toPrecision(6)));

/** How many records have which numbers, of those that the other filters show. */
class Histogram {
  readonly picture = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    class: "mm-histogram",
    role: "img",
  });
  private readonly name: string;
  private readonly facet: RangeFacet;
  private readonly bars = Array.from({ length: BARS }, (_, i) =>
    svg("rect", {
      x: (i * WIDTH) / BARS + 0.5,
      width: WIDTH / BARS - 1,
      y: HEIGHT,
      height: 0,
      class: "mm-histogram__bar",
    }),
  );

  constructor(name: string, facet: RangeFacet) {
    this.name = name;
    this.facet = facet;
    this.picture.append(...this.bars);
  }

  update(): void {
    const { min, max, from, to } = this.facet;
    const counts = this.facet.counts();
    const most = Math.max(1, ...counts);
    const edge = (i: number): number => min + ((max - min) * i) / BARS;
    this.bars.forEach((bar, i) => {
      // The square root, so that few are seen beside many.
      const height = HEIGHT * Math.sqrt(counts[i] / most);
      bar.setAttribute("y", String(HEIGHT - height));
      bar.setAttribute("height", String(height));
      bar.classList.toggle("mm-histogram__bar--out", edge(i + 1) < from || edge(i) > to);
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    this.picture.setAttribute(
      "aria-label",
      t("histogram", {
        name: this.name,
        n: formatCount(total),
        from: formatNumber(min, null),
        to: formatNumber(max, null),
      }),
    );
  }
}

/** Lets time pass: what had happened by each year, one after the other. */
class Player {
  readonly button: HTMLButtonElement;
  private readonly facet: RangeFacet;
  private timer = 0;

  constructor(facet: RangeFacet) {
    this.facet = facet;
    this.button = button(
      "▶",
      {
        class: "mm-button mm-range__play",
        "aria-label": t("play"),
        title: t("play"),
        "aria-pressed": "false",
      },
      () => (this.timer === 0 ? this.start() : this.stop()),
    );
  }

  private start(): void {
    const { from, to, max } = this.facet;
    this.button.textContent = "■";
    this.button.setAttribute("aria-pressed", "true");
    if (to >= max) this.facet.choice = { from, to: from };
    this.timer = window.setInterval(() => this.next(), TICK_MS);
  }

  private next(): void {
    const { min, max, from, to } = this.facet;
    const step = Math.max(1, Math.round((max - min) / 100));
    // The map may be gone, as when a notebook's cell is run again.
    if (to + step >= max || !this.button.isConnected) {
      this.facet.choice = { from, to: max };
      this.stop();
    } else this.facet.choice = { from, to: to + step };
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "▶";
    this.button.setAttribute("aria-pressed", "false");
  }
}
