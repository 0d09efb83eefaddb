// The records as a table, the twin of the map for those who read rather than look: sorted by any column, however many rows.

import { sortRows } from "../data/sort.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { button, checkbox, h } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { boxOfView } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { labelWithUnit, t } from "../words/language.ts";
import { downloadRecords } from "./export.ts";
import { Grid, type Sorting } from "./grid.ts";

export interface TableActions {
  /** Show a record on the map. */
  open(layer: PointLayer, row: number): void;
  /** The reader closed the table. */
  closed(): void;
}

export class TableView {
  private readonly map: L.Map;
  private readonly actions: TableActions;
  private readonly root: HTMLElement;
  private readonly chooser: HTMLSelectElement;
  private readonly grid: Grid;
  private readonly status = h("span.mm-table__count", { "aria-live": "polite" });
  private readonly layers: PointLayer[] = [];
  private shown: PointLayer | null = null;
  private stopListening: () => void = () => {};
  /** The columns in the order of the table: that of the names first. */
  private columns: number[] = [];
  private rows = new Int32Array(0);
  private order: Int32Array | null = null;
  private sorted: Sorting | null = null;
  private inView = true;
  private onlyPicked = false;

  constructor(map: L.Map, actions: TableActions) {
    this.map = map;
    this.actions = actions;
    this.chooser = h("select.mm-select", { "aria-label": t("layer") });
    this.chooser.addEventListener("change", () =>
      this.show(this.layers[Number(this.chooser.value)]),
    );
    this.grid = new Grid(t("table"), {
      has: (from, to) => this.missing(from, to).length === 0,
      ready: async (from, to) => this.shown?.points.records.ready(this.missing(from, to)),
      text: (at, column) =>
        this.shown!.points.records.text(this.rows[at], this.columns[column]) ?? "",
      isPicked: (at) => this.shown!.points.selection.isPicked(this.rows[at]),
      open: (at) => this.actions.open(this.shown!, this.rows[at]),
      toggle: (at) => this.toggle(this.rows[at]),
      sort: (column) => void withRetry(this.grid.element, () => this.sort(column)),
    });
    const bar = h(
      "header.mm-table__bar",
      h("h2", t("table")),
      this.chooser,
      this.status,
      checkbox(this.inView, (on) => this.set(() => (this.inView = on)), t("onlyInView")),
      checkbox(this.onlyPicked, (on) => this.set(() => (this.onlyPicked = on)), t("onlyPicked")),
      button("CSV", { class: "mm-button", "aria-label": t("saveAs", { kind: "CSV" }) }, () =>
        this.save("csv"),
      ),
      button(
        "GeoJSON",
        { class: "mm-button", "aria-label": t("saveAs", { kind: "GeoJSON" }) },
        () => this.save("geojson"),
      ),
      button("×", { class: "mm-button", "aria-label": t("closeTable") }, () => this.open(false)),
    );
    this.root = h("section.mm-table", { "aria-label": t("table") }, bar, this.grid.element);
    this.root.hidden = true;
    this.listen();
  }

  private listen(): void {
    const { map, root } = this;
    L.DomEvent.disableClickPropagation(root);
    L.DomEvent.disableScrollPropagation(root);
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.open(false);
    });
    map.getContainer().append(root);
    map.on("moveend", () => this.isOpen && this.inView && this.refresh());
    map.on("resize", () => this.isOpen && this.refresh());
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  add(layer: PointLayer): void {
    this.layers.push(layer);
    if (this.isOpen && this.shown === null) this.show(layer);
    else this.list();
  }

  remove(layer: PointLayer): void {
    this.layers.splice(this.layers.indexOf(layer), 1);
    if (this.shown === layer) this.show(this.layers[0] ?? null);
    else this.list();
  }

  open(open: boolean): void {
    this.root.hidden = !open;
    this.map.getContainer().classList.toggle("mm-with-table", open);
    if (open) {
      this.show(this.shown ?? this.layers[0] ?? null);
      this.grid.element.focus({ preventScroll: true });
    } else {
      this.stopListening();
      this.actions.closed();
    }
  }

  private list(): void {
    this.chooser.replaceChildren(
      ...this.layers.map(({ points }, i) => h("option", { value: String(i) }, points.spec.name)),
    );
    this.chooser.hidden = this.layers.length < 2;
    if (this.shown !== null) this.chooser.value = String(this.layers.indexOf(this.shown));
  }

  private set(change: () => void): void {
    change();
    this.refresh();
  }

  private show(layer: PointLayer | null): void {
    this.stopListening();
    if (layer !== this.shown) this.take(layer);
    this.stopListening = layer?.points.selection.on(() => this.refresh()) ?? (() => {});
    this.list();
    this.refresh();
  }

  /** Begin with another layer. */
  private take(layer: PointLayer | null): void {
    this.shown = layer;
    this.sorted = this.order = null;
    this.rows = new Int32Array(0);
    const { columns, title } = layer?.points.spec ?? { columns: [], title: null };
    this.columns = [...columns.keys()].sort((a, b) => Number(b === title) - Number(a === title));
    this.grid.setColumns(
      this.columns.map((column) => {
        const { label, unit, type } = columns[column];
        return {
          label: labelWithUnit(label, unit),
          isNumber: type === "number" || type === "integer",
        };
      }),
    );
    this.grid.rewind();
  }

  private async sort(column: number): Promise<void> {
    const { points } = this.shown!;
    await points.loader.columns([this.columns[column]]);
    if (this.shown?.points !== points) return;
    this.sorted = { column, descending: this.sorted?.column === column && !this.sorted.descending };
    const everything = Int32Array.from({ length: points.index.length }, (_, row) => row);
    const at = this.columns[column];
    this.order = sortRows(
      everything,
      points.column(at),
      this.sorted.descending,
      points.records.codeLabels[at]?.textOf,
    );
    this.rows = new Int32Array(0);
    this.grid.markSorted(this.sorted);
    this.grid.rewind();
    this.refresh();
  }

  /** Work out anew which rows there are; the keyboard stays at its record. */
  private refresh(): void {
    if (!this.isOpen) return;
    const { shown, grid } = this;
    const record = this.rows[grid.current];
    this.rows = shown === null ? new Int32Array(0) : this.wanted(shown);
    const at = record === undefined ? -1 : this.rows.indexOf(record);
    this.status.textContent = t("rowsOf", {
      n: formatCount(this.rows.length),
      all: formatCount(shown?.points.selection.length ?? 0),
    });
    grid.setRows(this.rows.length, at < 0 ? grid.current : at);
  }

  private wanted({ points }: PointLayer): Int32Array<ArrayBuffer> {
    const { selection, index } = points;
    let fits = (row: number): boolean => selection.isShown(row);
    if (this.inView) {
      const seen = new Uint8Array(index.length);
      index.forEachIn(boxOfView(this.map), (row) => (seen[row] = 1));
      fits = (row) => seen[row] === 1;
    }
    const { order, onlyPicked } = this;
    const found = new Int32Array(index.length);
    let count = 0;
    for (let i = 0; i < index.length; i++) {
      const row = order === null ? i : order[i];
      if (fits(row) && (!onlyPicked || selection.isPicked(row))) found[count++] = row;
    }
    return found.slice(0, count);
  }

  private save(ending: "csv" | "geojson"): void {
    const { shown, rows } = this;
    if (shown !== null)
      void withRetry(this.root, () => downloadRecords(shown.points, ending, rows));
  }

  /** The rows that are not at hand. */
  private missing(from: number, to: number): number[] {
    return [...this.rows.subarray(from, to)].filter(
      (row) => this.shown?.points.records.has(row) === false,
    );
  }

  private toggle(row: number): void {
    const { selection } = this.shown!.points;
    if (selection.isPicked(row)) selection.unpick(row);
    else selection.pick([row], true);
  }
}
