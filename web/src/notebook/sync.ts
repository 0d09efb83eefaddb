// The filters and the picked records of a widget's layers: told to Python, and set to what Python or another view says.

import { type Choice, type Facet, TermsFacet } from "../data/facets.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointLayer } from "../layers/points/view.ts";
import type { Explorer, Memory } from "../tools/explorer.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { type FilterState, type Notebook, numbersIn, same } from "./state.ts";

const WAIT_MS = 60;

/** How a layer is filtered; empty where everything is shown. */
export function stateOf(points: PointSet): FilterState {
  const state: FilterState = {};
  for (const { spec, facet } of points.madeFacets) {
    const { choice } = facet;
    if (choice !== null)
      state[spec.name] = "terms" in choice ? choice.terms : [choice.from, choice.to];
  }
  const hidden = points.spec.legend.entries
    .map(({ label }) => label)
    .filter((_, style) => !points.isStyleShown(style));
  if (hidden.length > 0) state.hidden = hidden;
  if (points.text !== "") state.text = points.text;
  return state;
}

function choiceOf(value: FilterState[string] | undefined, facet: Facet): Choice {
  if (value === undefined || typeof value === "string") return null;
  if (facet instanceof TermsFacet) return { terms: value as string[] };
  const [from, to] = value as [number | null, number | null];
  return { from: from ?? facet.min, to: to ?? facet.max };
}

/** Filter a layer so, by facets that are made. */
function filter(points: PointSet, state: FilterState): void {
  points.selection.together(() => {
    for (const { spec, facet } of points.madeFacets)
      facet.choice = choiceOf(state[spec.name], facet);
    const hidden = (state.hidden ?? []) as string[];
    points.spec.legend.entries.forEach(({ label }, style) => {
      if (points.isStyleShown(style) === hidden.includes(label))
        points.showStyle(style, !hidden.includes(label));
    });
  });
  const text = (state.text ?? "") as string;
  if (text !== points.text) void points.filterByText(text).finally(busy());
}

function pickedOf({ selection }: PointSet): Int32Array<ArrayBuffer> {
  const places = new Int32Array(selection.pickedCount);
  let at = 0;
  selection.picked?.forEach((picked, place) => picked === 1 && (places[at++] = place));
  return places;
}

export class FilterSync implements Memory {
  private readonly notebook: Notebook;
  private readonly explorer: Explorer;
  private readonly writing = new Delayed(WAIT_MS, () => this.writeNow());
  /** While a layer is set to what is known already. */
  private recalling = false;
  /** Layers that are not yet as they were: what they show is not what is meant. */
  private readonly waiting = new Set<PointSet>();
  private readonly recallAll = (): void => {
    for (const layer of this.explorer.layers) this.restore(layer);
  };

  constructor(notebook: Notebook, explorer: Explorer) {
    this.notebook = notebook;
    this.explorer = explorer;
    notebook.on("change:filters", this.recallAll);
    notebook.on("change:selected", this.recallAll);
  }

  restore({ points }: PointLayer): void {
    this.waiting.add(points);
    void this.recall(points).finally(busy());
  }

  private async recall(points: PointSet): Promise<void> {
    const { name, facets = [] } = points.spec;
    const wanted = (): FilterState => this.notebook.get("filters")[name] ?? {};
    for (let missing = facets; missing.length > 0; ) {
      missing = facets.filter((spec) => wanted()[spec.name] !== undefined && !points.isMade(spec));
      await Promise.all(missing.map((spec) => points.facet(spec)));
    }
    this.waiting.delete(points);
    this.set(points, wanted(), numbersIn(this.notebook.get("selected")[name]));
  }

  private set(points: PointSet, state: FilterState, places: Int32Array): void {
    this.recalling = true;
    try {
      if (!same(state, stateOf(points))) filter(points, state);
      if (!same(places, pickedOf(points))) points.selection.pick(places.length > 0 ? places : null);
    } finally {
      this.recalling = false;
    }
  }

  write(): void {
    if (this.recalling) return;
    this.writing.start();
  }

  end(): void {
    this.writing.cancel();
    this.notebook.off("change:filters", this.recallAll);
    this.notebook.off("change:selected", this.recallAll);
  }

  private writeNow(): void {
    const filters = { ...this.notebook.get("filters") };
    const selected = { ...this.notebook.get("selected") };
    let changed = false;
    for (const { points } of this.explorer.layers) {
      if (this.waiting.has(points)) continue;
      const { name } = points.spec;
      const state = stateOf(points);
      if (!same(state, filters[name] ?? {})) {
        changed = true;
        if (Object.keys(state).length > 0) filters[name] = state;
        else delete filters[name];
      }
      const places = pickedOf(points);
      if (!same(places, numbersIn(selected[name]))) {
        changed = true;
        if (places.length > 0) selected[name] = places;
        else delete selected[name];
      }
    }
    if (!changed) return;
    this.notebook.set("filters", filters);
    this.notebook.set("selected", selected);
    this.notebook.save_changes();
  }
}
