// A filter by numbers or dates: a histogram under two sliders, two fields, and for years a play button.

import { dateText, typedDays } from "../../data/dates.ts";
import { BARS, type Choice, type RangeFacet } from "../../data/facets.ts";
import { button, h, svg } from "../../ui/dom.ts";
import { formatCount, formatLimit, formatNumber } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet } from "./pointset.ts";

const WIDTH = 240;
const HEIGHT = 44;
/** Steps of a slider where they are not whole numbers, and the most where they are. */
const STEPS = 200;
const MOST_STEPS = 10_000;
/** The time between two frames while time plays. */
const TICK_MS = 120;

/** Return the view of a range of numbers, which can be updated. */
export function rangeView({ name, spec }: NamedFacet, facet: RangeFacet) {
  const histogram = histogramOf(name, facet);
  // One end moves the other before it.
  const from = endOf(facet, "from", name, (from) => ({ from, to: Math.max(from, facet.to) }));
  const to = endOf(facet, "to", name, (to) => ({ from: Math.min(to, facet.from), to }));
  const player = spec.kind === "year" || facet.isOfDates ? playButton(facet) : null;
  const dash = h("span", { "aria-hidden": "true" }, "–");
  const bars = h("div.mm-range__sliders", histogram.picture, from.slider, to.slider);
  const sliders = h("div", histogram.most, bars, axisOf(facet));
  const fields = h("div.mm-range__fields", from.field, dash, to.field, player);
  const element = h("div.mm-facet__body.mm-range", sliders, fields);
  const update = (): void => {
    for (const part of [histogram, from, to]) part.update();
  };
  return { element, update };
}

type Side = "from" | "to";

/** Return the slider and the field that set one end; `choiceOf` returns the range for a number. */
function endOf(facet: RangeFacet, side: Side, name: string, choiceOf: (value: number) => Choice) {
  const { min, max } = facet;
  const isWhole =
    facet.isOfDates || (Number.isInteger(min) && Number.isInteger(max) && max - min <= MOST_STEPS);
  const steps = isWhole ? max - min : STEPS;
  const named = { "aria-label": t(side, { name }) };
  const slider = h("input", { type: "range", min: "0", max: String(steps), step: "1", ...named });
  const { isOfDates } = facet;
  const kind: Record<string, string> = isOfDates
    ? { type: "text", maxlength: "10", spellcheck: "false" }
    : { type: "number", step: isWhole ? "1" : "any" };
  const field = h("input.mm-input", { ...kind, ...named });
  const textOf = isOfDates ? dateText : shortest;
  slider.addEventListener("input", () => {
    const step = slider.valueAsNumber;
    // The last step is exactly the end, without rounding.
    facet.choice = choiceOf(step === steps ? max : min + ((max - min) * step) / steps);
  });
  field.addEventListener("change", () => {
    const outermost = side === "from" ? min : max;
    const given = isOfDates ? typedDays(field.value, side === "to") : field.valueAsNumber;
    facet.choice = choiceOf(Number.isFinite(given) ? given : outermost);
    field.value = textOf(facet[side]);
  });
  const update = (): void => {
    slider.value = String(Math.round(((facet[side] - min) / (max - min)) * steps));
    slider.setAttribute("aria-valuetext", spoken(facet, facet[side]));
    if (field !== document.activeElement) field.value = textOf(facet[side]);
  };
  return { slider, field, update };
}

const spoken = ({ isOfDates }: RangeFacet, value: number): string =>
  isOfDates ? dateText(value) : formatNumber(value, "");

/** Return a number in as many digits as people read. */
const shortest = (value: number): string => String(Number(value.toPrecision(6)));

/** Return the ends of the range and round numbers between them, below the bars. */
function axisOf(facet: RangeFacet): HTMLElement {
  const { min, max, isOfDates } = facet;
  const between = isOfDates ? [] : roundBetween(min, max);
  const ticks = [min, ...between, max].map((value) => {
    const text = isOfDates ? dateText(value) : formatLimit(Number(value.toPrecision(4)));
    const tick = h("span", text);
    tick.style.left = `${((value - min) / (max - min)) * 100}%`;
    return tick;
  });
  return h("div.mm-range__axis", { "aria-hidden": "true" }, ...ticks);
}

/** The most round numbers between the ends, and the share of the axis that each needs. */
const TICKS = 3;
const TICK_SHARE = 0.22;

/** Return round numbers between two others, none near them. */
export function roundBetween(min: number, max: number): number[] {
  const least = (max - min) / (TICKS + 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= least)!;
  const first = Math.ceil((min + TICK_SHARE * (max - min)) / step);
  const last = Math.floor((max - TICK_SHARE * (max - min)) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    return Number(((first + i) * step).toPrecision(12));
  });
}

/** Return bars of the numbers of the records that the other filters show. */
function histogramOf(name: string, facet: RangeFacet) {
  const step = WIDTH / BARS;
  const bars = Array.from({ length: BARS }, (_, i) => {
    const place = { x: i * step + 0.5, width: step - 1, y: HEIGHT, height: 0 };
    return svg("rect", { ...place, class: "mm-histogram__bar" });
  });
  const frame = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" };
  const picture = svg("svg", { ...frame, class: "mm-histogram", role: "img" }, ...bars);
  const top = h("div.mm-range__most", { "aria-hidden": "true" });
  const update = (): void => {
    const { min, max, from, to } = facet;
    const counts = facet.counts();
    const most = Math.max(1, ...counts);
    top.textContent = t("highestBar", { n: formatCount(most) });
    const edge = (i: number): number => min + ((max - min) * i) / BARS;
    bars.forEach((bar, i) => {
      // The square root shows few beside many.
      const height = HEIGHT * Math.sqrt(counts[i] / most);
      bar.setAttribute("y", String(HEIGHT - height));
      bar.setAttribute("height", String(height));
      bar.classList.toggle("mm-histogram__bar--out", edge(i + 1) < from || edge(i) > to);
    });
    const n = formatCount(counts.reduce((sum, count) => sum + count, 0));
    const ends = { from: spoken(facet, min), to: spoken(facet, max) };
    picture.setAttribute("aria-label", t("histogram", { name, n, ...ends }));
  };
  return { picture, most: top, update };
}

/** Return a button that moves the upper end through time. */
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
