// A filter by numbers: a histogram under two sliders, two fields for exact ends, and for years a button that lets time pass.

import { button, element } from "./dom.ts";
import { BARS, type RangeFacet } from "./facets.ts";
import type { FacetView } from "./filterview.ts";
import type { NamedFacet } from "./pointset.ts";
import { svg } from "./symbols.ts";
import { formatCount, formatNumber } from "./text.ts";
import { say } from "./words.ts";

const WIDTH = 240;
const HEIGHT = 44;
/** How long a year or a hundredth of the range shows while time passes. */
const STEP_MS = 120;

export function rangeView({ name, spec }: NamedFacet, facet: RangeFacet): FacetView {
  const whole = Number.isInteger(facet.min) && Number.isInteger(facet.max) && facet.max - facet.min <= 10_000;
  const step = whole ? 1 : (facet.max - facet.min) / 200;
  const bars = Array.from({ length: BARS }, (_, i) =>
    svg("rect", { x: (i * WIDTH) / BARS + 0.5, width: WIDTH / BARS - 1, y: HEIGHT, height: 0, class: "mm-histogram__bar" }));
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "mm-histogram", role: "img" });
  picture.append(...bars);
  const set = (from: number, to: number): void => {
    facet.choice = { from: Math.min(from, to), to: Math.max(from, to) };
  };
  const ends = [
    { label: say("from", { name }), get: () => facet.from, set: (value: number) => set(value, Math.max(value, facet.to)) },
    { label: say("to", { name }), get: () => facet.to, set: (value: number) => set(Math.min(value, facet.from), value) },
  ];
  const sliders = ends.map(({ label, set }) => input("range", label, step, facet, (value) => set(value)));
  const fields = ends.map(({ label, set }) => input("number", label, whole ? 1 : "any", facet, (value) => set(value)));
  const player = spec.kind === "year" ? new Player(facet) : null;

  return {
    element: element("div", { class: "mm-facet__body mm-range" },
      element("div", { class: "mm-range__sliders" }, picture as unknown as HTMLElement, ...sliders),
      element("div", { class: "mm-range__fields" }, fields[0], element("span", { "aria-hidden": "true" }, "–"), fields[1], player?.button ?? null)),
    update() {
      const counts = facet.counts();
      const most = Math.max(1, ...counts);
      bars.forEach((bar, i) => {
        // The square root, so that few are seen beside many.
        const height = HEIGHT * Math.sqrt(counts[i] / most);
        bar.setAttribute("y", String(HEIGHT - height));
        bar.setAttribute("height", String(height));
        const low = facet.min + ((facet.max - facet.min) * i) / BARS;
        const high = facet.min + ((facet.max - facet.min) * (i + 1)) / BARS;
        bar.classList.toggle("mm-histogram__bar--out", high < facet.from || low > facet.to);
      });
      picture.setAttribute("aria-label", say("histogram", {
        name, n: formatCount(counts.reduce((sum, count) => sum + count, 0)), from: formatNumber(facet.min, null), to: formatNumber(facet.max, null),
      }));
      ends.forEach(({ get }, i) => {
        for (const one of [sliders[i], fields[i]]) if (one !== document.activeElement || one.type === "range") one.value = String(rounded(get()));
      });
    },
  };
}

const rounded = (value: number): number => Number(value.toPrecision(6));

function input(type: string, label: string, step: number | string, { min, max }: RangeFacet, changed: (value: number) => void): HTMLInputElement {
  const made = element("input", { type, step: String(step), min: String(min), max: String(max), "aria-label": label, class: type === "number" ? "mm-input" : "" });
  made.addEventListener(type === "range" ? "input" : "change", () => Number.isFinite(made.valueAsNumber) && changed(made.valueAsNumber));
  return made;
}

/** Lets time pass: what had happened by each year, one after the other. */
class Player {
  readonly button: HTMLButtonElement;
  private readonly facet: RangeFacet;
  private timer = 0;

  constructor(facet: RangeFacet) {
    this.facet = facet;
    this.button = button("▶", { class: "mm-button mm-range__play", "aria-label": say("play"), "aria-pressed": "false" }, () => (this.timer ? this.stop() : this.start()));
  }

  private start(): void {
    this.button.textContent = "■";
    this.button.setAttribute("aria-pressed", "true");
    if (this.facet.to >= this.facet.max) this.facet.choice = { from: this.facet.min, to: this.facet.min };
    this.timer = window.setInterval(() => this.next(), STEP_MS);
  }

  private next(): void {
    const { min, max, from, to } = this.facet;
    const step = Math.max(1, Math.round((max - min) / 100));
    // The map may be gone, as when a notebook's cell is run again.
    if (to + step >= max || !this.button.isConnected) {
      this.facet.choice = from > min ? { from, to: max } : null;
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
