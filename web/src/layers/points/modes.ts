// The ways of drawing a point layer in the panel: symbols, bubbles, hexagons or heat.

import { USUAL_PX } from "../../canvas/symbols.ts";
import { checkbox, h, uniqueId } from "../../ui/dom.ts";
import { withRetry } from "../../ui/retry.ts";
import { formatDistance, formatRoughKm } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import { type HeatLook, MOST_SPREAD } from "./heat.ts";
import {
  bubbleLegend,
  crowdingLegend,
  heatLegend,
  heatRadius,
  hexagonLegend,
} from "./modelegends.ts";
import type { PointSet } from "./pointset.ts";
import { MODES, type PointView } from "./view.ts";

/** The controls that choose how points are drawn. `fit` writes their legends for a part of the map. */
interface ModeChoice {
  elements: HTMLElement[];
  /** Write the legend of what is drawn around a place, in world units, at a zoom. */
  fit(y: number, zoom: number): void;
}

/**
 * Return the choice of the way of drawing, with the legends of bubbles, hexagons and heat. `classes`
 * and `others` are the legends of symbols, hidden where nothing has these looks.
 */
export function modeChoice(
  points: PointSet,
  view: PointView,
  classes: HTMLElement,
  others: HTMLElement[],
): ModeChoice {
  const { name, uncertainty } = points.spec;
  const { segments, inputs } = modeSegments(view, name);
  const scale = h("div");
  const sliders = heatSliders(view, name);
  const show = (isShown: boolean): void =>
    void withRetry(circles, () => view.showUncertainty(isShown));
  const circles = checkbox(view.showsUncertainty, show, t("uncertainty"));
  const note = h("p.mm-note", { "aria-live": "polite" });
  let last: [y: number, zoom: number] = [0, view.zoom];
  const fit = (y: number, zoom: number): void => {
    last = [y, zoom];
    const legend = legendOf(points, view, y, zoom);
    scale.replaceChildren(...(legend === null ? [] : [legend]));
    sliders.fit(view.heat, y);
    note.textContent = whyNoCircle(view);
  };
  const follow = (): void => {
    inputs.forEach((input, i) => (input.checked = view.mode === MODES[i]));
    // Neither a hexagon nor heat shows the looks of records.
    const isDensity = view.mode === "heat" || view.mode === "hexagons";
    sliders.element.hidden = view.mode !== "heat";
    for (const element of others) element.hidden = isDensity;
    // Classes can be switched off; a ramp only tells colours.
    classes.hidden = isDensity && classes.querySelector("input") === null;
    classes.classList.toggle("mm-undrawn", isDensity);
    circles.querySelector("input")!.checked = view.showsUncertainty;
    fit(...last);
  };
  view.on("drawn seen", follow);
  follow();
  const more = uncertainty === undefined ? [] : [circles, note];
  return { elements: [segments, scale, sliders.element, ...more], fit };
}

/** Return why no circle of uncertainty is seen although they are shown; empty where one is. */
function whyNoCircle({ largestCircle: largest, mode, scale }: PointView): string {
  const hidden = mode === "symbols" ? (USUAL_PX * scale) / 2 : 0;
  if (largest === null || largest.pixels > hidden) return "";
  if (largest.metres === 0) return t("noUncertainty");
  return t("smallUncertainty", { radius: formatDistance(largest.metres / 1000) });
}

/** Return the choice of a mode, and its radio buttons. */
function modeSegments(view: PointView, name: string) {
  const group = uniqueId("mm-drawn");
  const inputs = MODES.map((mode) => {
    const input = h("input", { type: "radio", name: group, value: mode });
    input.addEventListener("change", () => (view.mode = mode));
    return input;
  });
  const labels = inputs.map((input, i) => h("label.mm-segment", input, h("span", t(MODES[i]))));
  const named = { role: "radiogroup", "aria-label": t("drawnAs", { name }) };
  return { segments: h("div.mm-segments", named, ...labels), inputs };
}

/** Return the legend of the way of drawing; null if the legend of the symbols is enough. */
function legendOf(
  { index, crowding }: PointSet,
  view: PointView,
  y: number,
  zoom: number,
): HTMLElement | null {
  if (view.mode === "bubbles") return bubbleLegend(index.length);
  if (view.mode === "hexagons") return hexagonLegend(view.hexagons);
  if (view.mode === "heat") return heatLegend(view.densest, y);
  const shade = crowding.shadeAt(zoom);
  return shade === null ? null : crowdingLegend(shade);
}

/** Return the sliders of the radius and the opacity of heat. */
function heatSliders(view: PointView, name: string) {
  const slider = (key: keyof HeatLook, min: number, max: number, step: number, label: string) => {
    const range = { type: "range", min: String(min), max: String(max), step: String(step) };
    const input = h("input", { ...range, "aria-label": label });
    input.addEventListener("input", () => {
      view.heat = { ...view.heat, [key]: input.valueAsNumber };
    });
    return input;
  };
  const radius = slider("spread", 1, MOST_SPREAD, 1, t("radiusOf", { name }));
  const opacity = slider("opacity", 10, 100, 10, t("opacityOf", { name }));
  const element = h(
    "div",
    h("label.mm-opacity", h("span", t("radius")), radius),
    h("label.mm-opacity", h("span", t("opacity")), opacity),
  );
  const fit = (look: HeatLook, y: number): void => {
    radius.value = String(look.spread);
    opacity.value = String(look.opacity);
    radius.setAttribute("aria-valuetext", formatRoughKm(heatRadius(view.densest, y)));
  };
  return { element, fit };
}
