// The parts of a point layer: its legend, its ways of drawing and its filters in the panel.

import { addIcons, USUAL_PX } from "../../canvas/symbols.ts";
import { toggle } from "../../data/collections.ts";
import { reviewed } from "../../data/decisioncolumns.ts";
import { readPoints } from "../../data/loader.ts";
import { withNames } from "../../data/records.ts";
import type { CodedMark, EntrySpec, PointsSpec } from "../../data/spec.ts";
import type { Box } from "../../geo/mercator.ts";
import { h } from "../../ui/dom.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import { type Content, type Draft, type LayerContext, unplacedNote } from "../content.ts";
import type { Pickable } from "../hit.ts";
import { classHint, legend, note, pointSwatch, type Sole, soleEntry } from "../legend.ts";
import { type MarkLegends, marked, markHints, markLegends } from "../marklegend.ts";
import { routeHint } from "../routefacts.ts";
import { FilterView } from "./filters.ts";
import { PointLabels, PointSymbols } from "./labels.ts";
import { modeChoice } from "./modes.ts";
import { PointSet } from "./pointset.ts";
import { layerKey, type Mode, type PointLayer, PointView } from "./view.ts";

/** The parts of a layer in the panel, which can be used before its records are loaded. */
class PointEntry {
  readonly spec: PointsSpec;
  /** Its only class, beside its name; else `classes` has them all. */
  readonly sole: Sole | null;
  readonly classes: HTMLElement;
  readonly more: MarkLegends;
  readonly front: HTMLElement[];
  readonly drawn = h("div.mm-drawn");
  readonly filters = h("div.mm-filtering");
  private readonly hidden: Set<number>;
  private points: PointSet | null = null;

  constructor(spec: PointsSpec) {
    const { legend: classes, name, marks, count } = spec;
    this.spec = spec;
    this.hidden = new Set(classes.entries.flatMap(({ hidden }, style) => (hidden ? [style] : [])));
    const swatch = marked(pointSwatch, marks);
    this.sole = soleEntry(classes, name, swatch);
    const show = (style: number, isShown: boolean): void => this.show(style, isShown);
    this.classes = this.sole?.swatch ?? legend(classes, swatch, show);
    this.more = markLegends(marks, count);
    this.front = orderNote(spec);
  }

  get parts(): HTMLElement[] {
    const { sole, classes, more, front, drawn, filters } = this;
    const { unplaced, unplaced_names } = this.spec;
    const notes = unplacedNote(unplaced, unplaced_names);
    return [...(sole ? [] : [classes]), ...more.elements, ...front, ...notes, drawn, filters];
  }

  private show(style: number, isShown: boolean): void {
    if (this.points === null) toggle(this.hidden, style, !isShown);
    else this.points.showStyle(style, isShown);
  }

  /** Show and hide classes of the records, which are loaded, from now on. */
  connect(points: PointSet): void {
    for (const style of this.hidden) points.showStyle(style, false);
    this.points = points;
  }

  /** Return a bar that shows how much is loaded. */
  progress(): HTMLProgressElement {
    const label = t("loading", { name: this.spec.name });
    const bar = h("progress.mm-progress", { max: "1", value: "0", "aria-label": label });
    if (typeof this.spec.payload !== "string") this.drawn.append(bar);
    return bar;
  }

  /** Write how many records of each class are in a box. */
  recount(points: PointSet, box: Box): void {
    const counts = points.countStyles(box);
    if (this.sole) showCount(this.sole.count, counts[0], this.spec.legend.entries[0]);
    else showCounts(this.classes, points, counts);
  }
}

export function pointsDraft(given: PointsSpec, context: LayerContext): Draft {
  const spec = withNames(given);
  addIcons(spec.icons);
  const entry = new PointEntry(spec);
  const content = load(entry, layerKey(spec.name), context);
  return { parts: entry.parts, sole: entry.sole, content, reach: largestReach(spec) };
}

/** Load the records of a layer. */
async function load(entry: PointEntry, key: string, context: LayerContext): Promise<Content> {
  const { spec, more, front } = entry;
  const progress = entry.progress();
  const coded: CodedMark[] = [...(spec.marks?.coded ?? [])];
  if (spec.labels) coded.push("precedence");
  const data = await readPoints(context.store, spec.payload, coded, (share) => {
    progress.value = share;
  });
  progress.remove();
  const shown = reviewed(spec, data);
  const points = new PointSet(shown.spec, shown.data, shown.live);
  if (points.firstFilters.length > 0) await points.filterFirst();
  entry.connect(points);
  const view = new PointView(points, context.options);
  const modes = modeChoice(points, view, entry.classes, [...more.elements, ...front]);
  entry.drawn.append(...modes.elements);
  entry.filters.append(new FilterView(points).element);
  const recount = (box: Box, zoom: number): void => {
    entry.recount(points, box);
    more.fit(view.scale);
    modes.fit((box.minY + box.maxY) / 2, zoom);
  };
  const explored = { key, points, view, recount };
  return {
    layers: [view],
    picks: [pickableOf(explored, context.rank)],
    explored,
    ...(await labelled(explored, context)),
    extent: () => points.extent,
    holds: (box: Box) => points.selection.shownCount > 0 && points.index.shows(box),
  };
}

/** Return the records of a layer for the cursor, with hints at what their symbols mean. */
function pickableOf({ points, view }: PointLayer, rank: number): Pickable {
  const { records, index, spec } = points;
  const picks = view.pickable(rank);
  picks.hint = ({ row }) => {
    const entry = spec.legend.entries[index.styles[row]];
    const first = routeHint(records, row) ?? classHint(records, row, entry);
    return [first ?? [], markHints(records, row)].flat();
  };
  return picks;
}

type Labelled = Pick<Content, "symbols" | "recordLabels">;

/** Return the names of a layer's records, or else its symbols, which other names keep off. */
async function labelled({ points, view }: PointLayer, { names }: LayerContext): Promise<Labelled> {
  const { labels } = points.spec;
  const follow = (change: () => void): void => {
    points.selection.on(change);
    view.on("drawn", change);
  };
  const mode = (): Mode => view.mode;
  if (labels === undefined) {
    const symbols = new PointSymbols(points, mode);
    follow(() => void (symbols.matter && names()?.refresh()));
    return { symbols };
  }
  await points.cells.columns([labels.column]);
  follow(() => names()?.refresh());
  return { recordLabels: new PointLabels(points, labels, mode) };
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
