// The legends, in numbers, of bubbles, hexagons, heat and crowded symbols.

import { unitsPerMetre } from "../../geo/mercator.ts";
import { h, svg } from "../../ui/dom.ts";
import { formatArea, formatCount, formatRoughKm } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import { colorBar } from "../colorbar.ts";
import { keptNote, legendLine, note, picture, withTitle } from "../legend.ts";
import { bubbleRadius, RING_PX } from "./bubbles.ts";
import type { Shade } from "./crowding.ts";
import { type Densest, topOf } from "./heat.ts";
import { colorsOf, type Hexagons } from "./hexagons.ts";

/** Return the meaning of the sizes of bubbles in a layer of this many points. */
export function bubbleLegend(count: number): HTMLElement {
  const power = Math.max(1, Math.floor(Math.log10(count)));
  const shown = new Set([10 ** power, 10 ** Math.ceil(power / 2), 2]);
  const width = 2 * bubbleRadius(10 ** power) + 2;
  const items = [...shown].map((number) => {
    const radius = bubbleRadius(number);
    const ring = { cx: width / 2, cy: radius + 1, r: radius - RING_PX / 2, class: "mm-bubble" };
    return legendLine(picture(width, 2 * radius + 2, svg("circle", ring)), formatCount(number));
  });
  // On the print sheet they grow like lines, which do not depend on how many points there are.
  const list = h(
    "ul.mm-legend.mm-legend--scale.mm-legend--across",
    { "data-points": "0" },
    ...items,
  );
  return withTitle(t("bubbleLegend"), null, list, note(t("bubbleNote")));
}

/** Return the numbers of a class from its least one to below the next class, the last without one. */
function rangeText(least: number, next: number | undefined): string {
  const first = formatCount(least);
  if (next === undefined) return least > 1 ? `${first}+` : first;
  return next - 1 > least ? `${first}–${formatCount(next - 1)}` : first;
}

/** Return the numbers of records that the colours of hexagons mean. */
export function hexagonLegend({ km2, from }: Hexagons): HTMLElement {
  const colors = colorsOf(from.length);
  const items = from.map((least, i) => {
    const hexagon = svg("polygon", { points: "8,0.5 15,4 15,12 8,15.5 1,12 1,4" });
    hexagon.style.fill = `var(--mm-${colors[i]})`;
    return legendLine(picture(16, 16, hexagon), rangeText(least, from[i + 1]));
  });
  const list = h("ul.mm-legend.mm-legend--across", ...items);
  return withTitle(
    t("hexagonLegend", { area: formatArea(km2) }),
    null,
    list,
    note(t("hexagonNote")),
  );
}

/** Return the radius, in metres at a place, of a circle as large as a square. */
export const heatRadius = ({ side }: Densest, y: number): number =>
  side / unitsPerMetre(y) / Math.sqrt(Math.PI);

/** Return the numbers of records that the colours of heat mean around a place. */
export function heatLegend(densest: Densest, y: number): HTMLElement {
  const top = topOf(densest);
  // The colours follow the cube root of the number.
  const ticks = [0, 0.5, 1].map((share): [number, number] => [
    share,
    Math.round(Number((top * share ** 3).toPrecision(2))),
  ]);
  const bar = colorBar([], { ticks });
  bar.classList.add("mm-heat");
  return withTitle(t("heatLegend", { radius: formatRoughKm(heatRadius(densest, y)) }), null, bar);
}

/** Return the numbers of records that opacities mean where symbols are crowded. */
export function crowdingLegend({ alpha, samples }: Shade): HTMLElement {
  const items = samples.map((count) => {
    const dot = svg("circle", {
      cx: 6,
      cy: 6,
      r: 5,
      fill: "currentColor",
      "fill-opacity": alpha(count),
    });
    return legendLine(picture(12, 12, dot), formatCount(count));
  });
  const list = h("ul.mm-legend.mm-crowding.mm-legend--across", ...items);
  return h("div", keptNote(t("crowdingLegend")), list);
}
