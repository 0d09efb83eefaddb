// A grid of any number of rows, with only those in sight on the page; for mouse and keyboard.

import { button, h, uniqueId } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";

type GridColumn = { name: string; label: string; isNumber: boolean };

/** The rows of a grid and the actions on them; `at` is the place of a row from the top. */
interface GridRows {
  /** Return whether rows are loaded. */
  has(from: number, to: number): boolean;
  /** Load rows. */
  ready(from: number, to: number): Promise<void>;
  text(at: number, column: number): string;
  isPicked(at: number): boolean;
  open(at: number): void;
  toggle(at: number): void;
  sort(column: number): void;
}

export type Sorting = { column: number; descending: boolean };

const ROW_PX = 28;
/** Browsers cannot scroll much further. */
const MOST_PX = 6_000_000;
const ARROWS = { none: "", ascending: " ▲", descending: " ▼" };

export class Grid {
  readonly element: HTMLElement;
  private readonly rows: GridRows;
  private readonly id = uniqueId("mm-grid");
  private readonly head = h("div.mm-table__head", { role: "row", "aria-rowindex": "1" });
  private readonly space = h("div.mm-table__space", { role: "rowgroup" });
  private columns: GridColumn[] = [];
  private count = 0;
  /** The row of the keyboard. */
  current = 0;

  constructor(label: string, rows: GridRows) {
    this.rows = rows;
    const grid = { role: "grid", "aria-label": label, "aria-multiselectable": "true" };
    const top = h("div.mm-table__top", { role: "rowgroup" }, this.head);
    this.element = h("div.mm-table__grid", { ...grid, tabindex: "0" }, top, this.space);
    this.element.addEventListener("scroll", () => this.draw());
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.space.addEventListener("click", (event) => this.click(event));
  }

  setColumns(columns: GridColumn[]): void {
    this.columns = columns;
    this.element.setAttribute("aria-colcount", String(columns.length));
    this.space.replaceChildren();
    const heads = columns.map(({ name }, column) => {
      // The tab key reaches the first button, and the arrows the others from there.
      const tabindex = column === 0 ? "0" : "-1";
      const attributes = { class: "mm-table__sort", tabindex, title: name };
      const sort = button("", attributes, () => this.rows.sort(column));
      return this.cell("columnheader", column, sort);
    });
    this.head.replaceChildren(...heads);
    this.markSorted(null);
  }

  private cell(role: string, column: number, ...content: Node[]): HTMLElement {
    const made = h("div.mm-table__cell", { role, "aria-colindex": String(column + 1) }, ...content);
    made.classList.toggle("mm-table__cell--number", this.columns[column].isNumber);
    return made;
  }

  markSorted(sorted: Sorting | null): void {
    this.columns.forEach(({ label }, column) => {
      const direction = sorted?.descending ? "descending" : "ascending";
      const order = sorted?.column === column ? direction : "none";
      const header = this.head.children[column];
      header.setAttribute("aria-sort", order);
      header.firstElementChild!.textContent = label + ARROWS[order];
    });
  }

  /**
   * Show a number of rows, the keyboard at one of them: where it was in sight it stays in place.
   */
  setRows(count: number, current: number): void {
    const below = this.current - this.top;
    const wasSeen = below > -1 && below < this.seen;
    this.count = count;
    this.element.setAttribute("aria-rowcount", String(count + 1));
    this.space.style.height = `${Math.min(MOST_PX, count * ROW_PX)}px`;
    this.current = Math.max(0, Math.min(current, count - 1));
    if (wasSeen) this.scrollTo(this.current - below);
    this.draw();
  }

  /** Go to the top. */
  rewind(): void {
    this.current = 0;
    this.element.scrollTop = 0;
  }

  /** The row at the top, with the part of it that is scrolled away. */
  private get top(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const room = scrollHeight - clientHeight;
    const share = room > 0 ? Math.min(1, scrollTop / room) : 0;
    return share * Math.max(0, this.count - this.seen);
  }

  /** The number of rows in sight. */
  private get seen(): number {
    return Math.max(1, (this.element.clientHeight - this.head.offsetHeight) / ROW_PX);
  }

  /** Write the rows in sight. The elements stay on the page, so that a click does not miss them. */
  private draw(): void {
    const { space, top, current } = this;
    const first = Math.floor(top);
    const number = Math.max(0, Math.min(this.count - first, Math.ceil(this.seen) + 1));
    const end = first + number;
    if (!this.rows.has(first, end)) {
      void withRetry(this.element, async () => {
        await this.rows.ready(first, end);
        this.draw();
      });
    }
    while (space.children.length > number) space.lastChild!.remove();
    while (space.children.length < number) space.append(h("div.mm-table__row", { role: "row" }));
    for (let i = 0; i < number; i++) {
      const line = space.children[i] as HTMLElement;
      this.write(line, first + i);
      const y = this.element.scrollTop + (first + i - top) * ROW_PX;
      line.style.transform = `translateY(${y}px)`;
    }
    if (current >= first && current < end) {
      this.element.setAttribute("aria-activedescendant", `${this.id}-${current}`);
    } else this.element.removeAttribute("aria-activedescendant");
  }

  private write(line: HTMLElement, at: number): void {
    line.id = `${this.id}-${at}`;
    line.dataset.at = String(at);
    line.setAttribute("aria-rowindex", String(at + 2));
    line.setAttribute("aria-selected", String(this.rows.isPicked(at)));
    line.classList.toggle("mm-table__row--current", at === this.current);
    for (let column = 0; column < this.columns.length; column++) {
      const cell = line.children[column] ?? line.appendChild(this.cell("gridcell", column));
      const text = this.rows.text(at, column);
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.element) this.headKey(event);
    else this.rowKey(event);
    if (event.defaultPrevented) event.stopPropagation();
  }

  private rowKey(event: KeyboardEvent): void {
    const { current, count } = this;
    const page = Math.max(1, Math.floor(this.seen) - 1);
    const near = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const steps: Record<string, number> = { ...near, Home: -count, End: count };
    const step = steps[event.key];
    if (step !== undefined) this.go(current + step);
    else if (count > 0 && event.key === "Enter") this.rows.open(current);
    else if (count > 0 && event.key === " ") this.rows.toggle(current);
    else return;
    event.preventDefault();
  }

  /** In the head the arrows go from column to column. */
  private headKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...this.head.querySelectorAll("button")];
    buttons[buttons.indexOf(event.target as HTMLButtonElement) + step]?.focus();
    event.preventDefault();
  }

  private click(event: MouseEvent): void {
    const line = (event.target as Element).closest<HTMLElement>(".mm-table__row");
    if (line === null) return;
    this.current = Number(line.dataset.at);
    this.draw();
    if (event.ctrlKey || event.metaKey) this.rows.toggle(this.current);
    else this.rows.open(this.current);
  }

  /** Go to a row, and scroll no further than to have it in sight. */
  private go(to: number): void {
    const at = Math.max(0, Math.min(this.count - 1, to));
    this.current = at;
    this.scrollTo(Math.min(at, Math.max(this.top, at - this.seen + 1)));
    this.draw();
  }

  /** Scroll to a row, or a part of one, at the top. */
  private scrollTo(top: number): void {
    const { seen, element: grid } = this;
    const most = Math.max(0, this.count - seen);
    const share = most === 0 ? 0 : Math.max(0, Math.min(top, most)) / most;
    grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight);
  }
}
