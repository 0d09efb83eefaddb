// The records as a table: the map for those who read. It sorts by any column, however many rows.

import { sortRows } from "../data/sort.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { button, checkbox, h, options } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { boxOfView } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { labelWithUnit, t } from "../words/language.ts";
import { downloadRecords, type Format, saveButtons } from "./export.ts";
import { Grid, type Sorting } from "./grid.ts";
import { leftOutNote } from "./leftout.ts";
import { SITE_FACTS } from "./sitefacts.ts";

interface TableActions {
  /** Show a record on the map. */
  open(layer: PointLayer, row: number): void;
  /** Follow the reader, who closed the table. */
  closed(): void;
  /** Follow a change of the layer or of the order of the rows, or the opening. */
  changed(): void;
}

/** The column that rows are sorted by, and whether backwards. */
export type Order = { column: string; descending: boolean };
export type OpenTable = { layer: PointLayer; sorted: Order | null };

export class TableView {
  private readonly map: L.Map;
  private readonly actions: TableActions;
  private readonly root: HTMLElement;
  private readonly chooser = h("select.mm-select", { "aria-label": t("layer") });
  private readonly grid: Grid;
  private readonly foot = h("footer");
  private readonly status = h("span.mm-table__count", { "aria-live": "polite" });
  private readonly layers: PointLayer[] = [];
  private shown: PointLayer | null = null;
  private stopListening: () => void = () => {};
  /** The columns in the order of the table: that of the names first, then those of decisions. */
  private columns: number[] = [];
  private rows = new Int32Array(0);
  private order: Int32Array | null = null;
  private sorted: Sorting | null = null;
  private inView = true;
  private onlyPicked = false;

  constructor(map: L.Map, actions: TableActions) {
    this.map = map;
    this.actions = actions;
    const choose = (): void => this.show(this.layers[Number(this.chooser.value)]);
    this.chooser.addEventListener("change", choose);
    this.grid = new Grid(t("table"), {
      has: (from, to) => this.missing(from, to).length === 0,
      ready: async (from, to) => this.shown?.points.records.cells.rows(this.missing(from, to)),
      text: (at, column) => this.points.records.text(this.rows[at], this.columns[column]) ?? "",
      isPicked: (at) => this.points.selection.isPicked(this.rows[at]),
      open: (at) => this.actions.open(this.shown!, this.rows[at]),
      toggle: (at) => this.points.selection.toggle(this.rows[at]),
      sort: (column) => void withRetry(this.grid.element, () => this.sort(column)),
    });
    const bar = this.makeBar();
    const named = { "aria-label": t("table"), hidden: "" };
    this.root = h("section.mm-table", named, bar, this.grid.element, this.foot);
    L.DomEvent.disableClickPropagation(this.root);
    L.DomEvent.disableScrollPropagation(this.root);
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.open(false);
    });
    map.getContainer().append(this.root);
    map.on("moveend", () => this.inView && this.refresh());
    map.on("resize", () => this.refresh());
  }

  private makeBar(): HTMLElement {
    const choice = (name: "inView" | "onlyPicked", label: string): HTMLElement => {
      const set = (isOn: boolean): void => {
        this[name] = isOn;
        this.refresh();
      };
      return checkbox(this[name], set, label);
    };
    const closing = { class: "mm-button", "aria-label": t("closeTable") };
    return h(
      "header.mm-table__bar",
      h("h2", t("table")),
      this.chooser,
      this.status,
      choice("inView", t("onlyInView")),
      choice("onlyPicked", t("onlySelected")),
      ...saveButtons((format) => this.save(format)),
      button("×", closing, () => this.open(false)),
    );
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  private get points(): PointSet {
    return this.shown!.points;
  }

  /** Offer the records of a layer; return a function that withdraws them. */
  add(layer: PointLayer): () => void {
    this.layers.push(layer);
    if (this.isOpen && this.shown === null) this.show(layer);
    else this.list();
    return () => {
      this.layers.splice(this.layers.indexOf(layer), 1);
      if (this.shown === layer) this.show(this.layers[0] ?? null);
      else this.list();
    };
  }

  /** The layer and the order of the open table. */
  get state(): OpenTable | null {
    const { shown, sorted } = this;
    if (!this.isOpen || shown === null) return null;
    if (sorted === null) return { layer: shown, sorted };
    const { column: place, descending } = sorted;
    const column = shown.points.spec.columns[this.columns[place]].name;
    return { layer: shown, sorted: { column, descending } };
  }

  /** Sort the rows by a column of that name, if there is one. */
  sortBy({ column, descending }: Order): void {
    const { columns } = this.points.spec;
    const place = this.columns.findIndex((at) => columns[at].name === column);
    if (place >= 0) void withRetry(this.grid.element, () => this.sort(place, descending));
  }

  open(isOpen: boolean, layer = this.shown ?? this.layers[0] ?? null): void {
    this.root.hidden = !isOpen;
    this.map.getContainer().classList.toggle("mm-with-table", isOpen);
    if (isOpen) {
      this.show(layer);
      this.grid.element.focus({ preventScroll: true });
    } else {
      this.stopListening();
      this.actions.closed();
    }
    this.actions.changed();
  }

  private list(): void {
    const pairs = this.layers.map(({ points }, i) => [String(i), points.spec.name]);
    this.chooser.replaceChildren(...options(pairs));
    this.chooser.hidden = this.layers.length < 2;
    if (this.shown !== null) this.chooser.value = String(this.layers.indexOf(this.shown));
  }

  private show(layer: PointLayer | null): void {
    this.stopListening();
    if (layer !== this.shown) this.take(layer);
    this.stopListening = layer?.points.selection.on(() => this.refresh()) ?? (() => {});
    this.list();
    this.refresh();
    this.actions.changed();
  }

  /** Begin with another layer. */
  private take(layer: PointLayer | null): void {
    this.shown = layer;
    // A grid without columns means nothing to a screen reader.
    this.grid.element.hidden = layer === null;
    this.sorted = this.order = null;
    this.rows = new Int32Array(0);
    const { columns, title } = layer?.points.spec ?? { columns: [], title: null };
    const listed = [...columns.keys()].filter((at) => columns[at].key !== SITE_FACTS);
    const { decision, note } = layer?.points.spec.pair ?? {};
    const first = [title, decision, note];
    const isFirst = (at: number): number => Number(first.includes(at));
    const inOrder = (a: number, b: number): number => first.indexOf(a) - first.indexOf(b);
    this.columns = listed.sort((a, b) => isFirst(b) - isFirst(a) || (isFirst(a) && inOrder(a, b)));
    const heads = this.columns.map((column) => {
      const { name, label, unit, type } = columns[column];
      const isNumber = type === "number" || type === "integer";
      return { name, label: labelWithUnit(label, unit), isNumber };
    });
    this.grid.setColumns(heads);
    this.foot.replaceChildren(...leftOutNote(layer?.points.spec.left_out));
    this.grid.rewind();
  }

  /** Sort by a column; a second time turns the order round. */
  private async sort(
    column: number,
    descending = this.sorted?.column === column && !this.sorted.descending,
  ): Promise<void> {
    const { points } = this;
    const at = this.columns[column];
    await points.cells.columns([at]);
    if (this.shown?.points !== points) return;
    this.sorted = { column, descending };
    const everything = Int32Array.from({ length: points.index.length }, (_, row) => row);
    const { textOf } = points.records.codeLabels[at] ?? {};
    this.order = sortRows(everything, points.column(at), descending ? -1 : 1, textOf);
    this.rows = new Int32Array(0);
    this.grid.markSorted(this.sorted);
    this.grid.rewind();
    this.refresh();
    this.actions.changed();
  }

  /** Find the rows again; the keyboard stays at its record. */
  private refresh(): void {
    if (!this.isOpen) return;
    const { shown, grid } = this;
    const record = this.rows[grid.current];
    this.rows = shown === null ? new Int32Array(0) : this.wanted(shown);
    const at = record === undefined ? -1 : this.rows.indexOf(record);
    const all = formatCount(shown?.points.selection.length ?? 0);
    this.status.textContent = t("rowsOf", { n: formatCount(this.rows.length), all });
    grid.setRows(this.rows.length, at < 0 ? grid.current : at);
  }

  private wanted({ points }: PointLayer): Int32Array<ArrayBuffer> {
    const { selection, index } = points;
    const { order, onlyPicked, inView } = this;
    const seen = new Uint8Array(index.length);
    if (inView) index.forEachIn(boxOfView(this.map), (row) => (seen[row] = 1));
    const found = new Int32Array(index.length);
    let count = 0;
    for (let i = 0; i < index.length; i++) {
      const row = order === null ? i : order[i];
      const fits = inView ? seen[row] === 1 : selection.isShown(row);
      if (fits && (!onlyPicked || selection.isPicked(row))) found[count++] = row;
    }
    return found.slice(0, count);
  }

  private save(format: Format): void {
    if (this.shown === null) return;
    const { points, rows } = this;
    void withRetry(this.root, () => downloadRecords(points, format, rows));
  }

  /** Return the rows that are not loaded. */
  private missing(from: number, to: number): number[] {
    const rows = [...this.rows.subarray(from, to)];
    return rows.filter((row) => this.shown?.points.records.cells.has(row) === false);
  }
}
