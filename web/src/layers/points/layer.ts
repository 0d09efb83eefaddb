// A layer of points: its legend, its filters, how it is drawn, and what the cursor finds in it.

import { asked } from "../../ui/retry.ts";
import { classHint } from "../classes.ts";
import { checkbox, element } from "../../ui/dom.ts";
import type { Content, Draft, Site } from "../content.ts";
import type { Explored } from "../../tools/explorer.ts";
import { FilterView } from "./filters.ts";
import { layerKey } from "../../data/hash.ts";
import { freshId } from "../../ui/ids.ts";
import { legend, pointSwatch } from "../legend.ts";
import { PointSet } from "./pointset.ts";
import { pointPicks } from "./picks.ts";
import { MODES, PointView } from "./view.ts";
import type { EntrySpec, PointsSpec } from "../../data/spec.ts";
import { readPoints } from "../../data/loader.ts";
import { formatCount } from "../../words/format.ts";
import { wayHint } from "../routefacts.ts";
import { say } from "../../words/language.ts";

export function pointsDraft(spec: PointsSpec, site: Site, place: { pane: string; rank: number }, notes: HTMLElement[]): Draft {
  const drawn = element("div", { class: "mm-drawn" });
  const filters = element("div", { class: "mm-filtering" });
  const address = layerKey(spec.name);
  const hidden = new Set<number>();
  // Until the records are there a click on the legend is remembered.
  let show = (style: number, shown: boolean): void => void (shown ? hidden.delete(style) : hidden.add(style));
  const key = legend(spec.legend, pointSwatch, (style, shown) => show(style, shown));
  const content = async (): Promise<Content> => {
    const progress = element("progress", { class: "mm-progress", max: "1", value: "0", "aria-label": say("loading", { name: spec.name }) });
    if (typeof spec.payload !== "string") drawn.append(progress);
    const points = new PointSet(spec, await readPoints(site.store, spec.payload, (share) => (progress.value = share)));
    progress.remove();
    for (const style of hidden) points.showStyle(style, false);
    show = (style, shown) => points.showStyle(style, shown);
    const view = new PointView(points, { pane: place.pane, zIndex: site.zIndex });
    drawn.append(...drawnChoice(points, view));
    filters.append(new FilterView(points).element);
    const picks = pointPicks(points, view, place.rank + site.zIndex / 1000);
    const entryOf = (row: number): EntrySpec | undefined => spec.legend.entries[points.index.styles[row]];
    picks.hint = ({ row }) => wayHint(points.records, row) ?? classHint(points.records, row, entryOf(row));
    const explored: Explored = { key: address, points, view, recount: (box) => recount(key, points, points.countStyles(box)) };
    return { layers: [view], picks: [picks], labels: [], explored, extent: () => points.extent };
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
  const key = heatKey();
  const follow = (): void => {
    options.forEach((option, i) => (option.querySelector("input")!.checked = view.mode === MODES[i]));
    key.hidden = view.mode !== "heat";
  };
  view.on("drawn", follow);
  follow();
  const segments = element("div", { class: "mm-segments", role: "radiogroup", "aria-label": say("drawnAs", { name: points.spec.name }) }, ...options);
  if (points.spec.uncertainty === undefined) return [segments, key];
  const circles = checkbox(view.showsUncertainty, (shown) => void asked(circles, () => view.showUncertainty(shown)), say("uncertainty"));
  view.on("drawn", () => (circles.querySelector("input")!.checked = view.showsUncertainty));
  return [segments, key, circles];
}

/** What the colours of heat mean: its scale ends at the densest place of each zoom. */
function heatKey(): HTMLElement {
  const ends = [say("heatFew"), say("heatMost")].map((text) => element("span", {}, text));
  return element("div", { class: "mm-ramp mm-heat" }, element("div", { class: "mm-ramp__bar" }), element("div", { class: "mm-heat__ends" }, ...ends));
}
