// A grid of any number of rows, of which only those in sight are on the page; for the mouse and for the keyboard.

import { button, h } from "../ui/dom.ts";
import { uniqueId } from "../ui/ids.ts";
import { withRetry } from "../ui/retry.ts";

export interface GridColumn {
  label: string;
  isNumber: boolean;
}

/** What the grid shows and what is done in it; `at` is a row's place from the top. */
export interface GridRows {
  /** Whether rows are at hand. */
  has(from: number, to: number): boolean;
  /** Have rows at hand. */
  ready(from: number, to: number): Promise<void>;
  text(at: number, column: number): string;
  isPicked(at: number): boolean;
  open(at: number): void;
  toggle(at: number): void;
  sort(column: number): void;
}

export interface Sorting {
  column: number;
  descending: boolean;
}

const ROW_PX = 28;
/** Browsers cannot scroll over much more. */
const MOST_PX = 6_000_000;

export class Grid {
  readonly element: HTMLElement;
  private readonly rows: GridRows;
  private readonly id = uniqueId("mm-grid");
  private readonly head = h("div", { role: "row", class: "mm-table__head", "aria-rowindex": "1" });
  private readonly space = h("div.mm-table__space", { role: "rowgroup" });
  private columns: GridColumn[] = [];
  private count = 0;
  private at = 0;

  constructor(label: string, rows: GridRows) {
    this.rows = rows;
    this.element = h(
      "div.mm-table__grid",
      { role: "grid", tabindex: "0", "aria-label": label, "aria-multiselectable": "true" },
      h("div.mm-table__top", { role: "rowgroup" }, this.head),
      this.space,
    );
    this.element.addEventListener("scroll", () => this.draw());
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.space.addEventListener("click", (event) => this.click(event));
  }

  /** The row that the keyboard is at. */
  get current(): number {
    return this.at;
  }

  setColumns(columns: GridColumn[]): void {
    this.columns = columns;
    this.element.setAttribute("aria-colcount", String(columns.length));
    this.space.replaceChildren();
    this.head.replaceChildren(
      ...columns.map(({ isNumber }, column) =>
        h(
          "div",
          { role: "columnheader", "aria-colindex": String(column + 1), class: cellClass(isNumber) },
          // The first of the buttons is reached with the tab key, the others from it with the arrows.
          button("", { class: "mm-table__sort", tabindex: column === 0 ? "0" : "-1" }, () =>
            this.rows.sort(column),
          ),
        ),
      ),
    );
    this.markSorted(null);
  }

  markSorted(sorted: Sorting | null): void {
    this.columns.forEach(({ label }, column) => {
      const way =
        sorted?.column !== column ? "none" : sorted.descending ? "descending" : "ascending";
      const header = this.head.children[column];
      header.setAttribute("aria-sort", way);
      header.firstElementChild!.textContent = `${label}${{ none: "", ascending: " ▲", descending: " ▼" }[way]}`;
    });
  }

  /** Show so many rows, the keyboard at one of them. If that one was in sight it stays where it was, as far as there are rows above it. */
  setRows(count: number, current: number): void {
    const below = this.at - this.top;
    const wasSeen = below > -1 && below < this.seen;
    this.count = count;
    this.element.setAttribute("aria-rowcount", String(count + 1));
    this.space.style.height = `${Math.min(MOST_PX, count * ROW_PX)}px`;
    this.at = Math.max(0, Math.min(current, count - 1));
    if (wasSeen) this.scrollTo(this.at - below);
    this.draw();
  }

  /** Begin at the top. */
  rewind(): void {
    this.at = 0;
    this.element.scrollTop = 0;
  }

  /** The row at the top, with its part that is scrolled away. */
  private get top(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const share =
      scrollHeight > clientHeight ? Math.min(1, scrollTop / (scrollHeight - clientHeight)) : 0;
    return share * Math.max(0, this.count - this.seen);
  }

  /** How many rows are in sight. */
  private get seen(): number {
    return Math.max(1, (this.element.clientHeight - this.head.offsetHeight) / ROW_PX);
  }

  /** Write the rows in sight. Lines stay where they are on the page, so that a click does not miss them. */
  draw(): void {
    const { space, top } = this;
    const first = Math.floor(top);
    const number = Math.max(0, Math.min(this.count - first, Math.ceil(this.seen) + 1));
    if (!this.rows.has(first, first + number)) {
      void withRetry(this.element, async () => {
        await this.rows.ready(first, first + number);
        this.draw();
      });
    }
    while (space.children.length > number) space.lastChild!.remove();
    while (space.children.length < number) space.append(h("div.mm-table__row", { role: "row" }));
    for (let i = 0; i < number; i++) {
      const line = space.children[i] as HTMLElement;
      this.write(line, first + i);
      line.style.transform = `translateY(${this.element.scrollTop + (first + i - top) * ROW_PX}px)`;
    }
    if (this.at >= first && this.at < first + number)
      this.element.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  private write(line: HTMLElement, at: number): void {
    line.id = `${this.id}-${at}`;
    line.dataset.at = String(at);
    line.setAttribute("aria-rowindex", String(at + 2));
    line.setAttribute("aria-selected", String(this.rows.isPicked(at)));
    line.classList.toggle("mm-table__row--current", at === this.at);
    this.columns.forEach(({ isNumber }, column) => {
      const cell =
        line.children[column] ??
        line.appendChild(
          h("div", {
            role: "gridcell",
            "aria-colindex": String(column + 1),
            class: cellClass(isNumber),
          }),
        );
      const text = this.rows.text(at, column);
      if (cell.textContent !== text) cell.textContent = text;
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.element) {
      this.headKey(event);
      return;
    }
    const page = Math.max(1, Math.floor(this.seen) - 1);
    const steps = new Map([
      ["ArrowDown", 1],
      ["ArrowUp", -1],
      ["PageDown", page],
      ["PageUp", -page],
      ["Home", -this.count],
      ["End", this.count],
    ]);
    const step = steps.get(event.key);
    if (step !== undefined) this.go(this.at + step);
    else if (this.count > 0 && event.key === "Enter") this.rows.open(this.at);
    else if (this.count > 0 && event.key === " ") this.rows.toggle(this.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** In the head the arrows go from column to column. */
  private headKey(event: KeyboardEvent): void {
    const step = new Map([
      ["ArrowRight", 1],
      ["ArrowLeft", -1],
    ]).get(event.key);
    if (step === undefined) return;
    const buttons = [...this.head.querySelectorAll("button")];
    buttons[buttons.indexOf(event.target as HTMLButtonElement) + step]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  private click(event: MouseEvent): void {
    const line = (event.target as Element).closest<HTMLElement>(".mm-table__row");
    if (line === null) return;
    this.at = Number(line.dataset.at);
    this.draw();
    if (event.ctrlKey || event.metaKey) this.rows.toggle(this.at);
    else this.rows.open(this.at);
  }

  private go(to: number): void {
    this.at = Math.max(0, Math.min(this.count - 1, to));
    this.show(this.at);
    this.draw();
  }

  /** Scroll no further than it takes to have a row in sight. */
  private show(at: number): void {
    this.scrollTo(Math.min(at, Math.max(this.top, at - this.seen + 1)));
  }

  /** Have a row, or a part of one, at the top. */
  private scrollTo(top: number): void {
    const { seen, element: grid } = this;
    const most = Math.max(0, this.count - seen);
    grid.scrollTop =
      most === 0
        ? 0
        : (Math.max(0, Math.min(top, most)) / most) * (grid.scrollHeight - grid.clientHeight);
  }
}

const cellClass = (isNumber: boolean): string =>
  isNumber ? "mm-table__cell mm-table__cell--number" : "mm-table__cell";
