// One field that finds records of every layer by name: suggestions while typing, a filter on Enter.

import type { Found } from "../data/searchindex.ts";
import { entryLabel } from "../layers/legend.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { button, h, uniqueId } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";

type LayerFound = Found & { layer: PointLayer };

/** Shows a record; from the keyboard it gets the focus. */
type Open = (layer: PointLayer, row: number, focus: boolean) => void;

const MOST = 6;
/** A search that takes longer shows its progress, again and again. */
const PROGRESS_MS = 300;

export class SearchBox {
  readonly element: HTMLElement;
  private readonly open: Open;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status = h("span.mm-hidden", { "aria-live": "polite" });
  private readonly chip = button("", { class: "mm-chip" }, () => void this.filter(""));
  private readonly layers = new Set<PointLayer>();
  private options: { item: HTMLElement; run: (focus: boolean) => void }[] = [];
  private current = -1;
  private turn = 0;

  /** `container` is the element of the map. */
  constructor(container: HTMLElement, open: Open) {
    this.open = open;
    const id = uniqueId("mm-search");
    this.input = h("input.mm-input", {
      ...{ type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": id },
      ...{ "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" },
      ...{ placeholder: t("search"), "aria-label": t("search") },
    });
    this.list = h("ul.mm-search__list", { role: "listbox", id, "aria-label": t("found") });
    const parts = [this.input, this.list, this.chip, this.status];
    this.element = h("div.mm-search", { role: "search" }, ...parts);
    this.chip.hidden = this.list.hidden = this.element.hidden = true;
    this.input.addEventListener("input", () => this.suggest());
    this.input.addEventListener("focus", () => this.input.value && this.suggest());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // A window that loses the focus leaves it in the field. A press elsewhere on the map closes the
    // list when it ends: the panel must not move under the pointer.
    let isPressed = false;
    const closeIfLeft = (): void => {
      if (!isPressed && document.activeElement !== this.input) this.close();
    };
    this.input.addEventListener("blur", closeIfLeft);
    container.addEventListener("pointerdown", () => (isPressed = true), { capture: true });
    for (const type of ["pointerup", "pointercancel"]) {
      container.addEventListener(type, () => {
        isPressed = false;
        closeIfLeft();
      });
    }
    // A press on the list leaves the focus in the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Search a layer too; return a function that ends it. */
  add(layer: PointLayer): () => void {
    this.layers.add(layer);
    this.element.hidden = false;
    this.showChip();
    return () => {
      this.layers.delete(layer);
      this.element.hidden = this.layers.size === 0;
    };
  }

  /** Show the text by which the layers are filtered. */
  showChip(): void {
    const text = [...this.layers].map(({ points }) => points.text).find(Boolean) ?? "";
    this.chip.hidden = text === "";
    this.chip.textContent = t("onlyText", { text });
    this.chip.setAttribute("aria-label", t("dropText", { text }));
  }

  /** Show only the records that contain a text; without a match show a message instead. */
  private filter(text: string): Promise<void> {
    return withRetry(this.element, async () => {
      if (text !== "" && (await this.find(text)).every(({ count }) => count === 0)) {
        await this.look();
        return;
      }
      await Promise.all([...this.layers].map(({ points }) => points.filterByText(text)));
      this.input.value = "";
      this.close();
      this.showChip();
    });
  }

  private suggest(): void {
    void withRetry(this.element, () => this.look());
  }

  private async look(): Promise<void> {
    const text = this.input.value.trim();
    const turn = ++this.turn;
    if (text === "") {
      this.close();
      return;
    }
    const progress = setInterval(() => turn === this.turn && this.showProgress(), PROGRESS_MS);
    try {
      const found = await this.find(text);
      // Only the last search is shown.
      if (turn === this.turn) this.show(text, found);
    } catch (error) {
      if (turn === this.turn) this.close();
      throw error;
    } finally {
      clearInterval(progress);
    }
  }

  private showProgress(): void {
    const shares = [...this.layers].map(({ points }) => points.searchIndex.share);
    const mean = shares.reduce((sum, share) => sum + share, 0) / (shares.length || 1);
    this.options = [];
    this.fill([note(t("searching", { share: Math.round(100 * mean) }))]);
  }

  private find(text: string): Promise<LayerFound[]> {
    const find = async (layer: PointLayer): Promise<LayerFound> => {
      const found = await layer.points.find(text, MOST);
      await layer.points.records.cells.rows(found.best);
      return { layer, ...found };
    };
    return Promise.all([...this.layers].map(find));
  }

  private show(text: string, found: LayerFound[]): void {
    const total = found.reduce((sum, { count }) => sum + count, 0);
    const hidden = found.reduce((sum, each) => sum + each.hidden, 0);
    const filled = found.filter(({ best }) => best.length > 0);
    const isMixed = filled.length > 1;
    const room = isMixed ? Math.max(2, Math.floor(MOST / filled.length)) : MOST;
    this.options = filled.flatMap(({ layer, best }) =>
      best.slice(0, room).map((row) => {
        const { records, spec } = layer.points;
        const hints = [classOf(layer.points, row), isMixed ? spec.name : null].filter(Boolean);
        const run = (focus: boolean): void => this.open(layer, row, focus);
        return { item: suggestion(records.titleOf(row), hints.join(" · ")), run };
      }),
    );
    const n = formatCount(total);
    if (total > 0) {
      const run = (): void => void this.filter(text);
      this.options.push({ item: suggestion(t("showOnly", { n }), ""), run });
    }
    this.options.forEach(({ item, run }, i) => {
      item.id = `${this.list.id}-${i}`;
      item.addEventListener("click", () => this.choose(() => run(false)));
    });
    this.current = -1;
    const hiddenNote = hidden > 0 ? t("hiddenFound", { n: formatCount(hidden) }) : "";
    const notes = [total === 0 ? t("nothingFound") : "", hiddenNote].filter(Boolean);
    this.fill([...this.options.map(({ item }) => item), ...notes.map(note)]);
    this.status.textContent = [t("foundCount", { n }), ...notes].join(". ");
  }

  private fill(items: HTMLElement[]): void {
    this.list.replaceChildren(...items);
    this.showList(true);
  }

  private showList(isShown: boolean): void {
    this.list.hidden = !isShown;
    this.input.setAttribute("aria-expanded", String(isShown));
    this.input.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    } else if (step !== undefined) {
      if (this.list.hidden) this.suggest();
      else this.move(step);
    } else if (event.key === "Enter") {
      const option = this.options[this.current];
      if (option !== undefined && !this.list.hidden) this.choose(() => option.run(true));
      else void this.filter(this.input.value.trim());
    } else return;
    // A browser would clear the field at the first Escape; that is for the second one.
    event.preventDefault();
  }

  private move(step: number): void {
    const { length } = this.options;
    if (length === 0) return;
    this.options[this.current]?.item.setAttribute("aria-selected", "false");
    const from = this.current < 0 && step < 0 ? 0 : this.current;
    this.current = (from + step + length) % length;
    const { item } = this.options[this.current];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  private choose(run: () => void): void {
    this.close();
    run();
  }

  private close(): void {
    // The result of a search under way comes too late.
    this.turn++;
    this.showList(false);
  }
}

const note = (text: string): HTMLElement =>
  h("li.mm-search__none", { role: "option", "aria-disabled": "true" }, text);

function suggestion(title: string, hint: string): HTMLElement {
  const more = hint === "" ? null : h("span.mm-search__hint", hint);
  const attributes = { role: "option", "aria-selected": "false" };
  return h("li.mm-search__option", attributes, h("span", title), more);
}

/** Return the class of a record, where the legend has several. */
function classOf({ spec, index }: PointSet, row: number): string | null {
  const { entries } = spec.legend;
  return entries.length > 1 ? entryLabel(entries[index.styles[row]]) : null;
}
