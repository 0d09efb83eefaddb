// A layer of points: its legend, its filters, how it is drawn, and what the cursor finds in it.

import { checkbox, element } from "./dom.ts";
import type { Content, Draft, Site } from "./content.ts";
import { Chrome } from "./chrome.ts";
import type { Explored } from "./explorer.ts";
import { FilterView } from "./filterview.ts";
import { freshId } from "./ids.ts";
import { legend, pointSwatch } from "./legend.ts";
import { readTable } from "./payload.ts";
import { PointSet } from "./pointset.ts";
import { pointPicks } from "./pointlayer.ts";
import { MODES, PointView } from "./pointview.ts";
import type { PointsSpec } from "./spec.ts";
import { formatCount } from "./text.ts";
import { wayHint } from "./way.ts";
import { say } from "./words.ts";

export function pointsDraft(spec: PointsSpec, site: Site, place: { pane: string; rank: number }, notes: HTMLElement[]): Draft {
  const drawn = element("div", { class: "mm-drawn" });
  const filters = element("div");
  const hidden = new Set<number>();
  // Until the records are there a click on the legend is remembered.
  let show = (style: number, shown: boolean): void => void (shown ? hidden.delete(style) : hidden.add(style));
  const key = legend(spec.legend, pointSwatch, (style, shown) => show(style, shown));
  const content = async (): Promise<Content> => {
    const points = new PointSet(spec, await readTable(site.store, spec.payload));
    for (const style of hidden) points.showStyle(style, false);
    show = (style, shown) => points.showStyle(style, shown);
    const view = new PointView(points, { pane: place.pane, zIndex: site.zIndex });
    drawn.append(...drawnChoice(points, view));
    filters.append(new FilterView(points).element);
    const picks = pointPicks(points.index, points.records, place.rank + site.zIndex / 1000);
    if (points.records.hasWays) picks.hint = ({ row }) => wayHint(points.records, row);
    picks.isAsked = () => view.mode === "symbols";
    picks.nearer = (x, y, zoom) => view.bubbleAt(x, y, zoom);
    const explored: Explored = {
      points,
      view,
      recount: (box) => recount(key, points, points.countStyles(box)),
      open: (row) => Chrome.of(site.map()!).explorer.openRecord({ points }, row),
    };
    return { layers: [view], picks: [picks], labels: [], explored };
  };
  return { parts: [key, ...notes, drawn, filters], content: content() };
}

/** Write into a legend how many there are of each entry, and whether it is switched on. */
function recount(key: HTMLElement, points: PointSet, counts: Uint32Array): void {
  key.querySelectorAll(".mm-legend__count").forEach((cell, style) => {
    const total = points.spec.legend.entries[style].count;
    cell.textContent = formatCount(counts[style]);
    cell.setAttribute("title", say("inViewOf", { n: formatCount(counts[style]), all: formatCount(total) }));
  });
  key.querySelectorAll("input").forEach((input, style) => (input.checked = points.isStyleShown(style)));
}

function drawnChoice(points: PointSet, view: PointView): HTMLElement[] {
  const group = freshId("mm-drawn");
  const options = MODES.map((mode) => {
    const input = element("input", { type: "radio", name: group, value: mode });
    input.checked = view.mode === mode;
    input.addEventListener("change", () => (view.mode = mode));
    return element("label", { class: "mm-segment" }, input, element("span", {}, say(mode)));
  });
  view.on("mode", () => options.forEach((option, i) => (option.querySelector("input")!.checked = view.mode === MODES[i])));
  const segments = element("div", { class: "mm-segments", role: "radiogroup", "aria-label": say("drawnAs", { name: points.spec.name }) }, ...options);
  if (points.spec.uncertainty === undefined) return [segments];
  return [segments, checkbox(false, (shown) => (view.showsUncertainty = shown), say("uncertainty"))];
}
