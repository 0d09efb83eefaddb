// A layer of points: its legend, its filters, how it is drawn, and what the cursor finds in it.

import { layerKey } from "../../data/hash.ts";
import { readPoints } from "../../data/loader.ts";
import type { EntrySpec, PointsSpec } from "../../data/spec.ts";
import { checkbox, h } from "../../ui/dom.ts";
import { uniqueId } from "../../ui/ids.ts";
import { withRetry } from "../../ui/retry.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import { classHint } from "../classes.ts";
import type { Content, Draft, LayerContext } from "../content.ts";
import { legend, pointSwatch } from "../legend.ts";
import { routeHint } from "../routefacts.ts";
import { FilterView } from "./filters.ts";
import { pointPicks } from "./picks.ts";
import { PointSet } from "./pointset.ts";
import { MODES, type PointLayer, PointView } from "./view.ts";

export function pointsDraft(
  spec: PointsSpec,
  site: LayerContext,
  place: { pane: string; rank: number },
  notes: HTMLElement[],
): Draft {
  const drawn = h("div.mm-drawn");
  const filters = h("div.mm-filtering");
  const address = layerKey(spec.name);
  const hidden = new Set<number>();
  // Until the records are there a click on the legend is remembered.
  let show = (style: number, shown: boolean): void =>
    void (shown ? hidden.delete(style) : hidden.add(style));
  const key = legend(spec.legend, pointSwatch, (style, shown) => show(style, shown));
  const content = async (): Promise<Content> => {
    const progress = h("progress.mm-progress", {
      max: "1",
      value: "0",
      "aria-label": t("loading", { name: spec.name }),
    });
    if (typeof spec.payload !== "string") drawn.append(progress);
    const points = new PointSet(
      spec,
      await readPoints(site.store, spec.payload, (share) => (progress.value = share)),
    );
    progress.remove();
    for (const style of hidden) points.showStyle(style, false);
    show = (style, shown) => points.showStyle(style, shown);
    const view = new PointView(points, { pane: place.pane, zIndex: site.zIndex });
    drawn.append(...drawnChoice(points, view));
    filters.append(new FilterView(points).element);
    const picks = pointPicks(points, view, place.rank + site.zIndex / 1000);
    const entryOf = (row: number): EntrySpec | undefined =>
      spec.legend.entries[points.index.styles[row]];
    picks.hint = ({ row }) =>
      routeHint(points.records, row) ?? classHint(points.records, row, entryOf(row));
    const explored: PointLayer = {
      key: address,
      points,
      view,
      recount: (box) => recount(key, points, points.countStyles(box)),
    };
    return { layers: [view], picks: [picks], labels: [], explored, extent: () => points.extent };
  };
  return { parts: [key, ...notes, drawn, filters], content: content() };
}

/** Write into a legend how many there are of each entry, and whether it is switched on. */
function recount(key: HTMLElement, points: PointSet, counts: Uint32Array): void {
  key.querySelectorAll(".mm-legend__count").forEach((cell, style) => {
    const total = points.spec.legend.entries[style].count;
    cell.textContent = formatCount(counts[style]);
    cell.setAttribute(
      "title",
      t("inViewOf", { n: formatCount(counts[style]), all: formatCount(total) }),
    );
  });
  key
    .querySelectorAll("input")
    .forEach((input, style) => (input.checked = points.isStyleShown(style)));
}

function drawnChoice(points: PointSet, view: PointView): HTMLElement[] {
  const group = uniqueId("mm-drawn");
  const options = MODES.map((mode) => {
    const input = h("input", { type: "radio", name: group, value: mode });
    input.checked = view.mode === mode;
    input.addEventListener("change", () => (view.mode = mode));
    return h("label.mm-segment", input, h("span", t(mode)));
  });
  const key = heatKey();
  const follow = (): void => {
    options.forEach(
      (option, i) => (option.querySelector("input")!.checked = view.mode === MODES[i]),
    );
    key.hidden = view.mode !== "heat";
  };
  view.on("drawn", follow);
  follow();
  const segments = h(
    "div.mm-segments",
    { role: "radiogroup", "aria-label": t("drawnAs", { name: points.spec.name }) },
    ...options,
  );
  if (points.spec.uncertainty === undefined) return [segments, key];
  const circles = checkbox(
    view.showsUncertainty,
    (shown) => void withRetry(circles, () => view.showUncertainty(shown)),
    t("uncertainty"),
  );
  view.on("drawn", () => (circles.querySelector("input")!.checked = view.showsUncertainty));
  return [segments, key, circles];
}

/** What the colours of heat mean: its scale ends at the densest place of each zoom. */
function heatKey(): HTMLElement {
  const ends = [t("heatFew"), t("heatMost")].map((text) => h("span", text));
  return h("div.mm-ramp.mm-heat", h("div.mm-ramp__bar"), h("div.mm-heat__ends", ...ends));
}
