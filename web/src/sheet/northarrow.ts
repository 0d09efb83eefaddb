// The north arrow of a sheet, in the upper right corner of its map.

import type { Edges } from "../geo/clip.ts";
import { svg } from "../ui/dom.ts";
import { t } from "../words/language.ts";
import type { View } from "./view.ts";

const [WIDTH, HEIGHT] = [34, 50];
/** The distance from the frame and the margin above and below, as in sheet.css. */
const [GAP, PADDING] = [8, 2];

/** Return the box of the arrow on the map, in CSS pixels of the sheet. */
export function arrowBox({ width }: Pick<View, "width">): Edges {
  const right = width - GAP;
  return { left: right - WIDTH, top: GAP, right, bottom: GAP + HEIGHT + 2 * PADDING };
}

/** North is up everywhere on this map. */
export function northArrow(): SVGSVGElement {
  const label = { role: "img", "aria-label": t("northUp"), class: "mm-north" };
  const light = svg("path", { d: "M17 16 26 46 17 40z", class: "mm-bar__light" });
  const dark = svg("path", { d: "M17 16 8 46l9-6z", class: "mm-bar__dark" });
  const letter = svg("text", { x: 17, y: 12, "text-anchor": "middle" }, t("northLetter"));
  const size = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
  return svg("svg", { ...size, ...label }, light, dark, letter);
}
