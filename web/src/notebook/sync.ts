// The filters and the selected records of a widget's layers, shared with Python and other views.

import { choiceOf, stateOfChoice } from "../data/facets.ts";
import type { FacetSpec } from "../data/spec.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointLayer } from "../layers/points/view.ts";
import type { Explorer, Memory } from "../tools/explorer.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { type FilterState, type Notebook, numbersIn, same } from "./state.ts";

const WAIT_MS = 60;

/** Return the filters of a layer; empty where everything is shown. */
function stateOf(points: PointSet): FilterState {
  const state: FilterState = {};
  for (const { spec, facet } of points.madeFacets) {
    const { choice } = facet;
    if (choice !== null) state[spec.name] = stateOfChoice(choice, facet);
  }
  if (points.hiddenLabels.length > 0) state.hidden = points.hiddenLabels;
  if (points.text !== "") state.text = points.text;
  return state;
}

/** Filter a layer whose facets are made. */
function filter(points: PointSet, state: FilterState): void {
  const hidden = (state.hidden ?? []) as string[];
  const given = (name: string) => state[name] as FacetSpec["choice"];
  points.choose(({ spec, facet }) => choiceOf(given(spec.name), facet), hidden);
  const text = (state.text ?? "") as string;
  if (text !== points.text) void points.filterByText(text).finally(busy());
}

const pickedOf = ({ selection }: PointSet): Int32Array<ArrayBuffer> =>
  Int32Array.from(selection.pickedCount > 0 ? selection.pickedRows() : []);

/** Set or delete an entry; return whether that changed it. */
function update<T>(all: Record<string, T>, name: string, value: T | null, isSame: boolean) {
  if (isSame) return false;
  if (value === null) delete all[name];
  else all[name] = value;
  return true;
}

export class FilterSync implements Memory {
  private readonly notebook: Notebook;
  private readonly explorer: Explorer;
  private readonly writing = new Delayed(WAIT_MS, () => this.writeNow());
  /** Whether a layer is being set to the notebook's state. */
  private isRestoring = false;
  /** Layers that are not yet restored: their filters must not be written. */
  private readonly waiting = new Set<PointSet>();
  private readonly restoreAll = (): void => {
    for (const layer of this.explorer.layers) this.restore(layer);
  };

  constructor(notebook: Notebook, explorer: Explorer) {
    this.notebook = notebook;
    this.explorer = explorer;
    notebook.on("change:filters", this.restoreAll);
    notebook.on("change:selected", this.restoreAll);
  }

  restore({ points }: PointLayer): void {
    this.waiting.add(points);
    void this.load(points).finally(busy());
  }

  private async load(points: PointSet): Promise<void> {
    const { name, facets = [] } = points.spec;
    const wanted = (): FilterState => this.notebook.get("filters")[name] ?? {};
    for (let missing = facets; missing.length > 0; ) {
      missing = facets.filter((spec) => wanted()[spec.name] !== undefined && !points.isMade(spec));
      await Promise.all(missing.map((spec) => points.facet(spec)));
    }
    this.waiting.delete(points);
    const rows = numbersIn(this.notebook.get("selected")[name]);
    this.isRestoring = true;
    try {
      if (!same(wanted(), stateOf(points))) filter(points, wanted());
      if (!same(rows, pickedOf(points))) points.selection.pick(rows);
    } finally {
      this.isRestoring = false;
    }
  }

  write(): void {
    if (!this.isRestoring) this.writing.start();
  }

  end(): void {
    this.writing.cancel();
    this.notebook.off("change:filters", this.restoreAll);
    this.notebook.off("change:selected", this.restoreAll);
  }

  private writeNow(): void {
    const filters = { ...this.notebook.get("filters") };
    const selected = { ...this.notebook.get("selected") };
    const changes = [...this.explorer.layers].map(({ points }) => {
      if (this.waiting.has(points)) return false;
      const { name } = points.spec;
      const state = stateOf(points);
      const rows = pickedOf(points);
      const isSameState = same(state, filters[name] ?? {});
      const isSameRows = same(rows, numbersIn(selected[name]));
      const given = Object.keys(state).length > 0 ? state : null;
      const isFiltered = update(filters, name, given, isSameState);
      return update(selected, name, rows.length > 0 ? rows : null, isSameRows) || isFiltered;
    });
    if (!changes.includes(true)) return;
    this.notebook.set("filters", filters);
    this.notebook.set("selected", selected);
    this.notebook.save_changes();
  }
}
