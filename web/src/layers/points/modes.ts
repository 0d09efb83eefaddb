// The ways of drawing a point layer in the panel: symbols, bubbles or heat, with their legends.

import { checkbox, h, svg, uniqueId } from "../../ui/dom.ts";
import { withRetry } from "../../ui/retry.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import { legendLine, picture, withTitle } from "../legend.ts";
import { bubbleRadius, RING_PX } from "./bubbles.ts";
import type { PointSet } from "./pointset.ts";
import { MODES, type PointView } from "./view.ts";

/**
 * Return the choice of the way of drawing, with the legends of bubbles and heat. The legends of
 * symbols, that of their `classes` and `others`, follow it.
 */
export function modeChoice(
  points: PointSet,
  view: PointView,
  classes: HTMLElement,
  others: HTMLElement[],
): HTMLElement[] {
  const { name, uncertainty } = points.spec;
  const group = uniqueId("mm-drawn");
  const inputs = MODES.map((mode) => {
    const input = h("input", { type: "radio", name: group, value: mode });
    input.addEventListener("change", () => (view.mode = mode));
    return input;
  });
  const labels = inputs.map((input, i) => h("label.mm-segment", input, h("span", t(MODES[i]))));
  const named = { role: "radiogroup", "aria-label": t("drawnAs", { name }) };
  const segments = h("div.mm-segments", named, ...labels);
  // The scale of heat ends at the densest place of each zoom.
  const ends = h("div.mm-heat__ends", h("span", t("heatFew")), h("span", t("heatMost")));
  const ramp = h("div.mm-ramp.mm-heat", h("div.mm-ramp__bar"), ends);
  const bubbles = h("div");
  const show = (isShown: boolean): void =>
    void withRetry(circles, () => view.showUncertainty(isShown));
  const circles = checkbox(view.showsUncertainty, show, t("uncertainty"));
  const follow = (): void => {
    inputs.forEach((input, i) => (input.checked = view.mode === MODES[i]));
    const [isHeat, isBubbles] = [view.mode === "heat", view.mode === "bubbles"];
    ramp.hidden = !isHeat;
    bubbles.replaceChildren(...(isBubbles ? [bubbleLegend(points.index.length)] : []));
    for (const element of others) element.hidden = isHeat;
    // Classes can be switched off; a ramp only tells colours.
    classes.hidden = isHeat && classes.querySelector("input") === null;
    classes.classList.toggle("mm-undrawn", isHeat);
    circles.querySelector("input")!.checked = view.showsUncertainty;
  };
  view.on("drawn", follow);
  follow();
  return [segments, ramp, bubbles, ...(uncertainty === undefined ? [] : [circles])];
}

/** Return the meaning of the sizes of bubbles in a layer of so many points. */
function bubbleLegend(count: number): HTMLElement {
  const power = Math.max(1, Math.floor(Math.log10(count)));
  const shown = new Set([10 ** power, 10 ** Math.ceil(power / 2), 2]);
  const width = 2 * bubbleRadius(10 ** power) + 2;
  const items = [...shown].map((number) => {
    const radius = bubbleRadius(number);
    const ring = { cx: width / 2, cy: radius + 1, r: radius - RING_PX / 2, class: "mm-bubble" };
    return legendLine(picture(width, 2 * radius + 2, svg("circle", ring)), formatCount(number));
  });
  // On the print sheet they grow like lines, which do not depend on how many points there are.
  const list = h("ul.mm-legend.mm-legend--scale", { "data-points": "0" }, ...items);
  const note = h("p.mm-note", t("bubbleNote"));
  return withTitle(t("bubbleLegend"), null, list, note);
}
