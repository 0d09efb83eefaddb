// One field that finds records of every layer by their names: suggestions as one types, a filter on Enter.

import { button, element } from "./dom.ts";
import type { Found } from "./haystack.ts";
import { freshId } from "./ids.ts";
import { formatCount } from "./text.ts";
import { say } from "./words.ts";

/** What can be searched. */
export interface Findable {
  name: string;
  find(text: string, most: number): Promise<Found>;
  titleOf(row: number): string;
  /** What else tells a record from others of its name. */
  hintOf(row: number): string | null;
  open(row: number): void;
  /** Show only what holds the text; absent where a layer has no filters. */
  filter?(text: string): Promise<void>;
  filtered?(): string;
}

const MOST = 8;

export class SearchBox {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly said = element("span", { class: "mm-hidden", "aria-live": "polite" });
  private readonly chip: HTMLButtonElement;
  private readonly layers = new Set<Findable>();
  private options: { item: HTMLElement; run: () => void }[] = [];
  private current = -1;
  private asked = 0;

  constructor() {
    const id = freshId("mm-search");
    this.input = element("input", {
      type: "search", class: "mm-input", role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
      autocomplete: "off", spellcheck: "false", placeholder: say("search"), "aria-label": say("search"),
    });
    this.list = element("ul", { class: "mm-search__list", role: "listbox", id, "aria-label": say("found") });
    this.chip = button("", { class: "mm-chip" }, () => void this.filter(""));
    this.chip.hidden = this.list.hidden = true;
    this.element = element("div", { class: "mm-search", role: "search" }, this.input, this.list, this.chip, this.said);
    this.element.hidden = true;
    this.input.addEventListener("input", () => void this.suggest());
    this.input.addEventListener("focus", () => this.input.value && void this.suggest());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  add(layer: Findable): void {
    this.layers.add(layer);
    this.element.hidden = false;
    this.showChip();
  }

  remove(layer: Findable): void {
    this.layers.delete(layer);
    this.element.hidden = this.layers.size === 0;
  }

  /** Show what all filterable layers are filtered by. */
  showChip(): void {
    const text = [...this.layers].map((layer) => layer.filtered?.() ?? "").find((filtered) => filtered !== "") ?? "";
    this.chip.hidden = text === "";
    this.chip.textContent = say("onlyText", { text });
    this.chip.setAttribute("aria-label", say("dropText", { text }));
  }

  private async filter(text: string): Promise<void> {
    await Promise.all([...this.layers].map((layer) => layer.filter?.(text)));
    this.input.value = "";
    this.close();
    this.showChip();
  }

  private async suggest(): Promise<void> {
    const text = this.input.value.trim();
    const asked = ++this.asked;
    if (text === "") {
      this.close();
      return;
    }
    const found = await Promise.all([...this.layers].map(async (layer) => ({ layer, ...(await layer.find(text, MOST)) })));
    // Only what was asked last is answered.
    if (asked === this.asked) this.show(text, found);
  }

  private show(text: string, found: ({ layer: Findable } & Found)[]): void {
    const total = found.reduce((sum, { count }) => sum + count, 0);
    const several = found.filter(({ count }) => count > 0).length > 1;
    const shares = found.map(({ best }) => best.length);
    const room = Math.max(2, Math.floor(MOST / Math.max(1, shares.filter((n) => n > 0).length)));
    this.options = found.flatMap(({ layer, best }) => best.slice(0, several ? room : MOST).map((row) => ({
      item: suggestion(layer.titleOf(row), [layer.hintOf(row), several ? layer.name : null].filter(Boolean).join(" · ")),
      run: () => layer.open(row),
    })));
    if (total > 0 && found.some(({ layer, count }) => count > 0 && layer.filter)) {
      this.options.push({ item: suggestion(say("showOnly", { n: formatCount(total) }), ""), run: () => void this.filter(text) });
    }
    this.options.forEach(({ item, run }, i) => {
      item.id = `${this.list.id}-${i}`;
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => this.choose(run));
    });
    this.current = -1;
    this.list.replaceChildren(...(total === 0 ? [element("li", { class: "mm-search__none", role: "option", "aria-disabled": "true" }, say("nothingFound"))] : this.options.map(({ item }) => item)));
    this.said.textContent = say("foundCount", { n: formatCount(total) });
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = this.options[this.current];
      if (option !== undefined && !this.list.hidden) this.choose(option.run);
      else void this.filter(this.input.value.trim());
    }
  }

  private move(step: number): void {
    if (this.options.length === 0) return;
    this.options[this.current]?.item.setAttribute("aria-selected", "false");
    this.current = (this.current + step + this.options.length + (this.current < 0 && step < 0 ? 1 : 0)) % this.options.length;
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
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

const suggestion = (title: string, hint: string): HTMLElement =>
  element("li", { class: "mm-search__option", role: "option", "aria-selected": "false" },
    element("span", {}, title), hint === "" ? null : element("span", { class: "mm-search__hint" }, hint));
