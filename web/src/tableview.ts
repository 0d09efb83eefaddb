// The records as a table, the twin of the map for those who read rather than look: sorted by any column, however many rows.

import { checkbox, button, element } from "./dom.ts";
import { handRecords } from "./download.ts";
import { boxOfView } from "./mercator.ts";
import type { Explored } from "./explorer.ts";
import { freshId } from "./ids.ts";
import { sortRows } from "./sort.ts";
import { formatCount } from "./text.ts";
import { say, term } from "./words.ts";

const ROW_PX = 28;
/** Browsers cannot scroll over much more. */
const MOST_PX = 6_000_000;

export class TableView {
  private readonly map: L.Map;
  private readonly id = freshId("mm-table");
  private readonly root: HTMLElement;
  private readonly picker: HTMLSelectElement;
  private readonly grid: HTMLElement;
  private readonly head = element("div", { role: "row", class: "mm-table__head", "aria-rowindex": "1" });
  private readonly space = element("div", { class: "mm-table__space", role: "rowgroup" });
  private readonly said = element("span", { class: "mm-table__count", "aria-live": "polite" });
  private readonly layers: Explored[] = [];
  private readonly lines: HTMLElement[] = [];
  private shownLayer: Explored | null = null;
  private stopListening: () => void = () => {};
  private rows = new Int32Array(0);
  private order: Int32Array | null = null;
  private sorted: { column: number; descending: boolean } | null = null;
  private inView = true;
  private onlyPicked = false;
  private current = 0;
  private readonly closed: () => void;

  /** `closed` is told when the reader closes the table. */
  constructor(map: L.Map, closed: () => void) {
    this.map = map;
    this.closed = closed;
    this.picker = element("select", { class: "mm-select", "aria-label": say("layer") });
    this.picker.addEventListener("change", () => this.show(this.layers[Number(this.picker.value)]));
    this.grid = element("div", { class: "mm-table__grid", role: "grid", tabindex: "0", "aria-label": say("table") },
      element("div", { role: "rowgroup", class: "mm-table__top" }, this.head), this.space);
    this.grid.addEventListener("scroll", () => this.draw());
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("click", (event) => this.click(event));
    const head = element("header", { class: "mm-table__bar" },
      element("h2", {}, say("table")), this.picker, this.said,
      checkbox(this.inView, (on) => this.set(() => (this.inView = on)), say("onlyInView")),
      checkbox(this.onlyPicked, (on) => this.set(() => (this.onlyPicked = on)), say("onlyPicked")),
      button("CSV", { class: "mm-button", "aria-label": say("saveAs", { kind: "CSV" }) }, () => this.save("csv")),
      button("GeoJSON", { class: "mm-button", "aria-label": say("saveAs", { kind: "GeoJSON" }) }, () => this.save("geojson")),
      button("×", { class: "mm-button", "aria-label": say("closeTable") }, () => this.open(false)));
    this.root = element("section", { class: "mm-table", "aria-label": say("table"), id: this.id }, head, this.grid);
    this.root.hidden = true;
    L.DomEvent.disableClickPropagation(this.root);
    L.DomEvent.disableScrollPropagation(this.root);
    map.getContainer().append(this.root);
    map.on("moveend", () => this.isOpen && this.inView && this.refresh());
    map.on("resize", () => this.isOpen && this.draw());
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  add(layer: Explored): void {
    this.layers.push(layer);
    this.list();
  }

  remove(layer: Explored): void {
    this.layers.splice(this.layers.indexOf(layer), 1);
    if (this.shownLayer === layer) this.shownLayer = null;
    this.list();
    if (this.isOpen) this.show(this.layers[0] ?? null);
  }

  open(open: boolean): void {
    this.root.hidden = !open;
    this.map.getContainer().classList.toggle("mm-with-table", open);
    if (!open) {
      this.stopListening();
      this.closed();
      return;
    }
    this.show(this.shownLayer ?? this.layers[0] ?? null);
    this.grid.focus({ preventScroll: true });
  }

  private list(): void {
    this.picker.replaceChildren(...this.layers.map(({ points }, i) => element("option", { value: String(i) }, points.spec.name)));
    this.picker.hidden = this.layers.length < 2;
    if (this.shownLayer !== null) this.picker.value = String(this.layers.indexOf(this.shownLayer));
  }

  private set(change: () => void): void {
    change();
    this.refresh();
  }

  private show(layer: Explored | null): void {
    this.stopListening();
    if (layer !== this.shownLayer) {
      this.sorted = this.order = null;
      this.current = 0;
      this.grid.scrollTo(0, 0);
    }
    this.shownLayer = layer;
    this.stopListening = layer?.points.selection.on(() => this.refresh()) ?? (() => {});
    this.list();
    this.writeHead();
    this.refresh();
  }

  private writeHead(): void {
    const columns = this.shownLayer?.points.spec.columns ?? [];
    this.grid.setAttribute("aria-colcount", String(columns.length));
    this.head.replaceChildren(...columns.map(({ label, unit, type }, column) => {
      const sorted = this.sorted?.column === column ? (this.sorted.descending ? "descending" : "ascending") : "none";
      const mark = sorted === "none" ? "" : sorted === "ascending" ? " ▲" : " ▼";
      const press = button(`${term(label)}${unit === null ? "" : ` (${unit})`}${mark}`, { class: "mm-table__sort", tabindex: "-1" }, () => this.sort(column));
      return element("div", { role: "columnheader", "aria-sort": sorted, "aria-colindex": String(column + 1), class: cellClass(type) }, press);
    }));
    // The first of the buttons is reached with the tab key, the others from it with the arrows.
    this.head.querySelector("button")?.setAttribute("tabindex", "0");
  }

  private sort(column: number): void {
    const { points } = this.shownLayer!;
    this.sorted = { column, descending: this.sorted?.column === column && !this.sorted.descending };
    const everything = Int32Array.from({ length: points.index.length }, (_, row) => row);
    this.order = sortRows(everything, points.column(column), isText(points.spec.columns[column].type), this.sorted.descending);
    this.writeHead();
    this.grid.scrollTop = 0;
    this.current = 0;
    this.refresh();
    this.head.querySelectorAll("button")[column].focus();
  }

  /** Work out anew which rows there are. */
  private refresh(): void {
    const layer = this.shownLayer;
    this.rows = layer === null ? new Int32Array(0) : this.wanted(layer);
    const total = layer?.points.selection.length ?? 0;
    this.said.textContent = say("rowsOf", { n: formatCount(this.rows.length), all: formatCount(total) });
    this.grid.setAttribute("aria-rowcount", String(this.rows.length + 1));
    this.space.style.height = `${Math.min(MOST_PX, this.rows.length * ROW_PX)}px`;
    this.current = Math.max(0, Math.min(this.current, this.rows.length - 1));
    this.draw();
  }

  private wanted({ points }: Explored): Int32Array<ArrayBuffer> {
    const { selection, index } = points;
    let fits = (row: number): boolean => selection.rejected[row] === 0;
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
    if (this.shownLayer !== null) handRecords(this.shownLayer.points, ending, this.rows);
  }

  /** The row at the top, with its part that is scrolled away. */
  private get top(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.grid;
    const seen = this.seen;
    const share = scrollHeight > clientHeight ? scrollTop / (scrollHeight - clientHeight) : 0;
    return share * Math.max(0, this.rows.length - seen);
  }

  private get seen(): number {
    return Math.max(1, (this.grid.clientHeight - this.head.offsetHeight) / ROW_PX);
  }

  private draw(): void {
    if (!this.isOpen || this.shownLayer === null) return;
    const top = this.top;
    const first = Math.floor(top);
    const number = Math.min(this.rows.length - first, Math.ceil(this.seen) + 1);
    while (this.lines.length < number) this.lines.push(element("div", { role: "row", class: "mm-table__row" }));
    this.space.replaceChildren(...this.lines.slice(0, Math.max(0, number)));
    const { points } = this.shownLayer;
    for (let i = 0; i < number; i++) {
      const line = this.lines[i];
      const at = first + i;
      this.write(line, points, this.rows[at], at);
      line.style.transform = `translateY(${this.grid.scrollTop + (at - top) * ROW_PX}px)`;
    }
    this.grid.setAttribute("aria-activedescendant", this.rows.length > 0 ? `${this.id}-${this.current}` : "");
  }

  private write(line: HTMLElement, { spec, records, selection }: Explored["points"], row: number, at: number): void {
    line.id = `${this.id}-${at}`;
    line.dataset.at = String(at);
    line.setAttribute("aria-rowindex", String(at + 2));
    line.setAttribute("aria-selected", String(selection.isPicked(row)));
    line.classList.toggle("mm-table__row--current", at === this.current);
    while (line.children.length > spec.columns.length) line.lastChild!.remove();
    spec.columns.forEach(({ type }, column) => {
      const cell = (line.children[column] as HTMLElement | undefined) ?? line.appendChild(element("div", { role: "gridcell", "aria-colindex": String(column + 1) }));
      cell.className = cellClass(type);
      cell.textContent = records.text(row, column) ?? "";
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.grid) {
      this.headKey(event);
      return;
    }
    const page = Math.max(1, Math.floor(this.seen) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.rows.length, End: this.rows.length,
    };
    if (event.key in steps) this.go(this.current + steps[event.key]);
    else if (event.key === "Enter") this.openCurrent();
    else if (event.key === " ") this.toggle(this.current);
    else if (event.key === "Escape") this.open(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** In the head the arrows go from column to column. */
  private headKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...this.head.querySelectorAll("button")];
    buttons[buttons.indexOf(event.target as HTMLButtonElement) + step]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  private click(event: MouseEvent): void {
    const line = (event.target as Element).closest<HTMLElement>(".mm-table__row");
    if (line === null) return;
    this.current = Number(line.dataset.at);
    if (event.ctrlKey || event.metaKey) this.toggle(this.current);
    else this.openCurrent();
    this.draw();
  }

  private go(to: number): void {
    this.current = Math.max(0, Math.min(this.rows.length - 1, to));
    const { seen, grid } = this;
    const most = Math.max(0, this.rows.length - seen);
    const top = Math.min(this.current, Math.max(this.top, this.current - seen + 1));
    grid.scrollTop = most === 0 ? 0 : (Math.min(top, most) / most) * (grid.scrollHeight - grid.clientHeight);
    this.draw();
  }

  private toggle(at: number): void {
    const { selection } = this.shownLayer!.points;
    const row = this.rows[at];
    if (row === undefined) return;
    if (selection.isPicked(row)) selection.unpick(row);
    else selection.pick([row], true);
  }

  private openCurrent(): void {
    const row = this.rows[this.current];
    if (row !== undefined) this.shownLayer!.open(row);
  }
}

const isText = (type: string): boolean => type === "text" || type === "link";

const cellClass = (type: string): string => (isText(type) ? "mm-table__cell" : "mm-table__cell mm-table__cell--number");
