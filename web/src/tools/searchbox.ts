// One field that finds everything on a map: suggestions in groups; Enter filters or chooses.

import { MOST_TEXT } from "../data/folding.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { button, h, uniqueId } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";
import type { Finder, Hit, HitGroup, Search } from "./finder.ts";

/** The most suggestions of a group that a reader unfolds. */
const UNFOLDED = 100;
/** A search that takes longer shows its progress, again and again. */
const PROGRESS_MS = 300;

type Option = { item: HTMLElement; choose: (focus: boolean) => void };

export class SearchBox {
  readonly element: HTMLElement;
  private readonly finder: Finder;
  private readonly openTable: () => void;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status = h("span.mm-hidden", { "aria-live": "polite" });
  private readonly chip = button("", { class: "mm-chip" }, () => this.act(() => this.filter("")));
  private options: Option[] = [];
  private current = -1;
  private turn = 0;

  /** `container` is the element of the map. */
  constructor(container: HTMLElement, finder: Finder, openTable: () => void) {
    this.finder = finder;
    this.openTable = openTable;
    const id = uniqueId("mm-search");
    this.input = h("input.mm-input", {
      type: "search",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": id,
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: String(MOST_TEXT),
      placeholder: t("search"),
      "aria-label": t("search"),
      "aria-keyshortcuts": "/",
    });
    this.list = h("div.mm-search__list", { role: "listbox", id, "aria-label": t("found") });
    const parts = [this.input, this.list, this.chip, this.status];
    this.element = h("div.mm-search", { role: "search" }, ...parts);
    this.chip.hidden = this.list.hidden = this.element.hidden = true;
    this.input.addEventListener("input", () => this.suggest());
    this.input.addEventListener("focus", () => {
      // The next letter begins another search.
      this.input.select();
      if (this.input.value !== "") this.suggest();
    });
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

  focus(): void {
    this.input.focus();
  }

  /** Show the field where there is something to search. */
  review(): void {
    this.element.hidden = this.finder.isEmpty;
    this.showChip();
  }

  private get layers(): PointLayer[] {
    return [...this.finder.layers];
  }

  /** Show the text by which the layers are filtered. */
  showChip(): void {
    const text = this.layers.map(({ points }) => points.text).find(Boolean) ?? "";
    this.chip.hidden = text === "";
    this.chip.textContent = t("onlyText", { text });
    this.chip.setAttribute("aria-label", t("dropText", { text }));
  }

  /** Show only the points whose records contain a text. */
  private async filter(text: string): Promise<void> {
    await Promise.all(this.layers.map(({ points }) => points.filterByText(text)));
    this.input.value = "";
    this.close();
    this.showChip();
  }

  /** Filter where several points are found, else choose the first suggestion. */
  private async settle(): Promise<void> {
    const text = this.input.value.trim();
    const found = await this.search();
    const isSeveral = found !== null && found.count > (found.isRough ? 0 : 1);
    if (isSeveral || text === "") await this.filter(text);
    else if (found !== null) this.options[0]?.choose(true);
  }

  private suggest(most?: number): void {
    this.act(() => this.search(most));
  }

  private act(work: () => Promise<unknown>): void {
    void withRetry(this.element, work);
  }

  /** Show what is found for the text of the field; return null where nothing or another text is. */
  private async search(most?: number): Promise<Search | null> {
    const text = this.input.value.trim();
    const turn = ++this.turn;
    if (text === "") {
      this.close();
      return null;
    }
    const progress = setInterval(() => turn === this.turn && this.showProgress(), PROGRESS_MS);
    try {
      const found = await this.finder.find(text, most);
      // Only the last search is shown.
      if (turn !== this.turn) return null;
      this.show(text, found);
      return found;
    } catch (error) {
      if (turn === this.turn) this.close();
      throw error;
    } finally {
      clearInterval(progress);
    }
  }

  private showProgress(): void {
    this.options = [];
    this.fill([note(t("searching", { share: Math.round(100 * this.finder.share) }))]);
  }

  private show(text: string, { groups, count, hidden, isRough }: Search): void {
    this.options = [];
    this.current = -1;
    const table = (): void => this.act(() => this.filter(text).then(this.openTable));
    const sections: HTMLElement[] = groups.map((group) => this.section(group, isRough, table));
    if (count > 0) {
      const isMixed = groups.some(({ isTable }) => !isTable);
      const only = t(isMixed ? "showOnlyPoints" : "showOnly", {
        n: isRough ? "…" : formatCount(count),
      });
      sections.push(this.option(only, "", () => this.act(() => this.filter(text))));
    }
    const shown = groups.reduce((sum, { hits }) => sum + hits.length, 0);
    const rest = groups.reduce((sum, { more }) => sum + more, 0);
    const hiddenNote = hidden > 0 ? t("hiddenFound", { n: formatCount(hidden) }) : "";
    const notes = [shown + hidden === 0 ? t("nothingFound") : "", hiddenNote].filter(Boolean);
    this.fill([...sections, ...notes.map(note)]);
    const n = formatCount(isRough ? shown : shown + rest);
    this.status.textContent = [t("foundCount", { n }), ...notes].join(". ");
  }

  /** Return the suggestions of one kind under their name. */
  private section({ name, hits, more, isTable }: HitGroup, isRough: boolean, table: () => void) {
    const heading = h("div.mm-search__kind", { role: "presentation" }, name);
    heading.id = uniqueId("mm-found");
    const items = hits.map(({ title, hint, run }) => this.option(title, hint, run));
    if (more > 0) {
      const label = isRough
        ? t("moreIn", { name })
        : t("someMoreIn", { n: formatCount(more), name });
      const isUnfolded = !isTable && hits.length === UNFOLDED;
      const unfold = isTable ? table : () => this.suggest(UNFOLDED);
      items.push(isUnfolded ? note(label) : this.option(label, "", unfold));
    }
    return h("div", { role: "group", "aria-labelledby": heading.id }, heading, ...items);
  }

  private option(title: string, hint: string, run: Hit["run"]): HTMLElement {
    const more = hint === "" ? null : h("span.mm-search__hint", hint);
    const attributes = { role: "option", "aria-selected": "false" };
    const item = h("div.mm-search__option", attributes, h("span", title), more);
    item.id = `${this.list.id}-${this.options.length}`;
    const choose = (focus: boolean): void => {
      this.close();
      this.status.textContent = [title, hint].filter(Boolean).join(", ");
      run(focus);
      if (document.activeElement === this.input) this.input.select();
    };
    item.addEventListener("click", () => choose(false));
    this.options.push({ item, choose });
    return item;
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
    if (this.answer(event.key)) {
      // A browser would clear the field at the first Escape; that is for the second one.
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Do what a key means; return whether it means something. */
  private answer(key: string): boolean {
    const { length } = this.options;
    const isOpen = !this.list.hidden;
    const to = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current < 0 ? length - 1 : this.current - 1,
      // Without a suggestion chosen they move the cursor in the field.
      ...(this.current >= 0 ? { Home: 0, End: length - 1 } : {}),
    }[key];
    if (key === "Escape" && isOpen) this.close();
    else if (key === "Enter") this.enter();
    else if (to === undefined) return false;
    else if (isOpen) this.move(to);
    else this.suggest();
    return true;
  }

  private enter(): void {
    const option = this.list.hidden ? undefined : this.options[this.current];
    if (option !== undefined) option.choose(true);
    else this.act(() => this.settle());
  }

  private move(to: number): void {
    const { length } = this.options;
    if (length === 0) return;
    this.options[this.current]?.item.setAttribute("aria-selected", "false");
    this.current = (to + length) % length;
    const { item } = this.options[this.current];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  private close(): void {
    // The result of a search under way comes too late.
    this.turn++;
    this.current = -1;
    this.showList(false);
  }
}

const note = (text: string): HTMLElement =>
  h("div.mm-search__none", { role: "option", "aria-disabled": "true" }, text);
