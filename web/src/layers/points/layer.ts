// The parts of a point layer: its legend, its ways of drawing and its filters in the panel.

import { addIcons, USUAL_PX } from "../../canvas/symbols.ts";
import { toggle } from "../../data/collections.ts";
import { readPoints } from "../../data/loader.ts";
import { withNames } from "../../data/records.ts";
import type { CodedMark, EntrySpec, PointsSpec } from "../../data/spec.ts";
import type { Box } from "../../geo/mercator.ts";
import { h } from "../../ui/dom.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import { type Content, type Draft, type LayerContext, unplacedNote } from "../content.ts";
import { classHint, legend, note, pointSwatch, soleEntry } from "../legend.ts";
import { marked, markHints, markLegends } from "../marklegend.ts";
import { routeHint } from "../routefacts.ts";
import { FilterView } from "./filters.ts";
import { PointLabels, PointSymbols } from "./labels.ts";
import { modeChoice } from "./modes.ts";
import { PointSet } from "./pointset.ts";
import { layerKey, PointView } from "./view.ts";

export function pointsDraft(
  given: PointsSpec,
  { store, options, rank, names }: LayerContext,
): Draft {
  const spec = withNames(given);
  const { name, payload } = spec;
  const { entries } = spec.legend;
  addIcons(spec.icons);
  const drawn = h("div.mm-drawn");
  const filters = h("div.mm-filtering");
  const key = layerKey(name);
  // The legend can be used before the records are loaded.
  const hidden = new Set(entries.flatMap(({ hidden }, style) => (hidden ? [style] : [])));
  let show = (style: number, isShown: boolean): void => toggle(hidden, style, !isShown);
  const swatch = marked(pointSwatch, spec.marks);
  const sole = soleEntry(spec.legend, name, swatch);
  const classes =
    sole?.swatch ?? legend(spec.legend, swatch, (style, isShown) => show(style, isShown));
  const more = markLegends(spec.marks, spec.count);
  const front = orderNote(spec);
  const load = async (): Promise<Content> => {
    const label = t("loading", { name });
    const progress = h("progress.mm-progress", { max: "1", value: "0", "aria-label": label });
    if (typeof payload !== "string") drawn.append(progress);
    const coded: CodedMark[] = [...(spec.marks?.coded ?? [])];
    if (spec.labels) coded.push("precedence");
    const data = await readPoints(store, payload, coded, (share) => {
      progress.value = share;
    });
    progress.remove();
    const points = new PointSet(spec, data);
    if (points.firstFilters.length > 0) await points.filterFirst();
    for (const style of hidden) points.showStyle(style, false);
    show = (style, isShown) => points.showStyle(style, isShown);
    const view = new PointView(points, options);
    const modes = modeChoice(points, view, classes, [...more.elements, ...front]);
    drawn.append(...modes.elements);
    filters.append(new FilterView(points).element);
    const picks = view.pickable(rank);
    const entryOf = (row: number): EntrySpec | undefined => entries[points.index.styles[row]];
    picks.hint = ({ row }) => {
      const { records } = points;
      const first = routeHint(records, row) ?? classHint(records, row, entryOf(row));
      return [first ?? [], markHints(records, row)].flat();
    };
    const recount = (box: Box): void => {
      const counts = points.countStyles(box);
      if (sole) showCount(sole.count, counts[0], entries[0]);
      else showCounts(classes, points, counts);
      more.fit(view.scale);
      modes.fit((box.minY + box.maxY) / 2);
    };
    const explored = { key, points, view, recount };
    const content = {
      ...{ layers: [view], picks: [picks], explored },
      extent: () => points.extent,
      holds: (box: Box) => points.selection.shownCount > 0 && points.index.shows(box),
    };
    const follow = (change: () => void): void => {
      points.selection.on(change);
      view.on("drawn", change);
    };
    const isDrawn = (): boolean => view.mode === "symbols";
    if (spec.labels === undefined) {
      const symbols = new PointSymbols(points, isDrawn);
      follow(() => void (symbols.matter && names()?.refresh()));
      return { ...content, symbols };
    }
    await data.cells.columns([spec.labels.column]);
    follow(() => names()?.refresh());
    return { ...content, recordLabels: new PointLabels(points, spec.labels, isDrawn) };
  };
  const notes = unplacedNote(spec.unplaced, spec.unplaced_names);
  const parts = [...(sole ? [] : [classes]), ...more.elements, ...front, ...notes, drawn, filters];
  return { parts, sole, content: load(), reach: largestReach(spec) };
}

/** Return how far the largest symbols of a layer go beyond their places, in CSS pixels. */
function largestReach({ legend: { entries }, marks }: PointsSpec): number {
  const sizes = (marks?.size ?? []).map((size) => size ?? 0);
  const factors = entries.map(({ size = 1 }) => size * USUAL_PX);
  return Math.max(0, ...sizes, ...factors) / 2;
}

/** Return a note on which records lie in front, where the maker of the map said it. */
function orderNote({ front, columns }: PointsSpec): HTMLElement[] {
  if (front === undefined) return [];
  const name = columns[front].label;
  return [note(t("inFront", { name }))];
}

function showCount(cell: Element, count: number, entry: EntrySpec): void {
  const [n, all] = [count, entry.count].map(formatCount);
  cell.textContent = n;
  cell.setAttribute("title", t("inViewOf", { n, all }));
}

/** Write the count of each class into a legend, and tick the classes that are shown. */
function showCounts(classes: HTMLElement, points: PointSet, counts: Uint32Array): void {
  for (const line of classes.querySelectorAll<HTMLElement>("[data-style]")) {
    const style = Number(line.dataset.style);
    const cell = line.querySelector(".mm-legend__count")!;
    showCount(cell, counts[style], points.spec.legend.entries[style]);
    line.querySelector("input")!.checked = points.isStyleShown(style);
  }
}
