// One field that finds records of every layer by their names: suggestions as one types, a filter on Enter.

import type { Found } from "../data/searchindex.ts";
import { button, h } from "../ui/dom.ts";
import { uniqueId } from "../ui/ids.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";

/** What can be searched. */
export interface Searchable {
  name: string;
  find(text: string, most: number): Promise<Found>;
  /** How much of what is searched is at hand, from 0 to 1. */
  share(): number;
  titleOf(row: number): string;
  /** What else tells a record from others of its name. */
  hintOf(row: number): string | null;
  /** Show a record; from the keyboard the focus goes to it. */
  open(row: number, focus: boolean): void;
  /** Show only what holds the text; absent where a layer has no filters. */
  filter?(text: string): Promise<void>;
  filtered?(): string;
}

const MOST = 6;
/** After each so long it is said that the search goes on, and how far it is. */
const PATIENCE_MS = 300;

export class SearchBox {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status = h("span.mm-hidden", { "aria-live": "polite" });
  private readonly chip: HTMLButtonElement;
  private readonly layers = new Set<Searchable>();
  private options: { item: HTMLElement; run: (focus: boolean) => void }[] = [];
  private current = -1;
  private turn = 0;

  constructor() {
    const id = uniqueId("mm-search");
    this.input = h("input", {
      type: "search",
      class: "mm-input",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": id,
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: t("search"),
      "aria-label": t("search"),
    });
    this.list = h("ul.mm-search__list", { role: "listbox", id, "aria-label": t("found") });
    this.chip = button("", { class: "mm-chip" }, () => void this.filter(""));
    this.chip.hidden = this.list.hidden = true;
    this.element = h(
      "div.mm-search",
      { role: "search" },
      this.input,
      this.list,
      this.chip,
      this.status,
    );
    this.element.hidden = true;
    this.input.addEventListener("input", () => void this.suggest());
    this.input.addEventListener("focus", () => this.input.value && void this.suggest());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // Where the window loses the focus, the field keeps it within the page.
    this.input.addEventListener(
      "blur",
      () => document.activeElement !== this.input && this.close(),
    );
    // A press on the list leaves the focus in the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  add(layer: Searchable): void {
    this.layers.add(layer);
    this.element.hidden = false;
    this.showChip();
  }

  remove(layer: Searchable): void {
    this.layers.delete(layer);
    this.element.hidden = this.layers.size === 0;
  }

  /** Show what all filterable layers are filtered by. */
  showChip(): void {
    const text =
      [...this.layers]
        .map((layer) => layer.filtered?.() ?? "")
        .find((filtered) => filtered !== "") ?? "";
    this.chip.hidden = text === "";
    this.chip.textContent = t("onlyText", { text });
    this.chip.setAttribute("aria-label", t("dropText", { text }));
  }

  /** Show only what holds a text; where nothing does, say so and leave all as it is. */
  private filter(text: string): Promise<void> {
    return withRetry(this.element, () => this.showOnly(text));
  }

  private async showOnly(text: string): Promise<void> {
    if (text !== "" && (await this.found(text)).every(({ count }) => count === 0)) {
      await this.look();
      return;
    }
    await Promise.all([...this.layers].map((layer) => layer.filter?.(text)));
    this.input.value = "";
    this.close();
    this.showChip();
  }

  private suggest(): Promise<void> {
    return withRetry(this.element, () => this.look());
  }

  private async look(): Promise<void> {
    const text = this.input.value.trim();
    const turn = ++this.turn;
    if (text === "") {
      this.close();
      return;
    }
    const waiting = setInterval(
      () => turn === this.turn && this.showNote(t("searching", { share: this.share })),
      PATIENCE_MS,
    );
    try {
      const found = await this.found(text);
      // Only what was asked last is answered.
      if (turn === this.turn) this.show(text, found);
    } catch (error) {
      if (turn === this.turn) this.close();
      throw error;
    } finally {
      clearInterval(waiting);
    }
  }

  /** How much of all that is searched is at hand, in per cent. */
  private get share(): number {
    const shares = [...this.layers].map((layer) => layer.share());
    return Math.round((100 * shares.reduce((sum, share) => sum + share, 0)) / (shares.length || 1));
  }

  private found(text: string): Promise<({ layer: Searchable } & Found)[]> {
    return Promise.all(
      [...this.layers].map(async (layer) => ({ layer, ...(await layer.find(text, MOST)) })),
    );
  }

  private show(text: string, found: ({ layer: Searchable } & Found)[]): void {
    const total = found.reduce((sum, { count }) => sum + count, 0);
    const hidden = found.reduce((sum, each) => sum + each.hidden, 0);
    const several = found.filter(({ count }) => count > 0).length > 1;
    const shares = found.map(({ best }) => best.length);
    const room = Math.max(2, Math.floor(MOST / Math.max(1, shares.filter((n) => n > 0).length)));
    this.options = found.flatMap(({ layer, best }) =>
      best.slice(0, several ? room : MOST).map((row) => ({
        item: suggestion(
          layer.titleOf(row),
          [layer.hintOf(row), several ? layer.name : null].filter(Boolean).join(" · "),
        ),
        run: (focus: boolean) => layer.open(row, focus),
      })),
    );
    if (total > 0 && found.some(({ layer, count }) => count > 0 && layer.filter)) {
      this.options.push({
        item: suggestion(t("showOnly", { n: formatCount(total) }), ""),
        run: () => void this.filter(text),
      });
    }
    this.options.forEach(({ item, run }, i) => {
      item.id = `${this.list.id}-${i}`;
      item.addEventListener("click", () => this.choose(() => run(false)));
    });
    this.current = -1;
    const notes = [
      total === 0 ? t("nothingFound") : "",
      hidden > 0 ? t("hiddenFound", { n: formatCount(hidden) }) : "",
    ].filter(Boolean);
    this.fill([...this.options.map(({ item }) => item), ...notes.map(remark)]);
    this.status.textContent = [t("foundCount", { n: formatCount(total) }), ...notes].join(". ");
  }

  private showNote(text: string): void {
    this.options = [];
    this.fill([remark(text)]);
  }

  private fill(items: HTMLElement[]): void {
    this.list.replaceChildren(...items);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      // A browser would clear the field at once; that is for a second Escape.
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) void this.suggest();
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = this.options[this.current];
      if (option !== undefined && !this.list.hidden) this.choose(() => option.run(true));
      else void this.filter(this.input.value.trim());
    }
  }

  private move(step: number): void {
    if (this.options.length === 0) return;
    this.options[this.current]?.item.setAttribute("aria-selected", "false");
    this.current =
      (this.current + step + this.options.length + (this.current < 0 && step < 0 ? 1 : 0)) %
      this.options.length;
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
    // What is still being looked for comes too late.
    this.turn++;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

const remark = (text: string): HTMLElement =>
  h("li.mm-search__none", { role: "option", "aria-disabled": "true" }, text);

const suggestion = (title: string, hint: string): HTMLElement =>
  h(
    "li.mm-search__option",
    { role: "option", "aria-selected": "false" },
    h("span", title),
    hint === "" ? null : h("span.mm-search__hint", hint),
  );
