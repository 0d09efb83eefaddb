// The way from record to record at one place: back, on, and a list of their names.

import type { Hit } from "../layers/hit.ts";
import { button, h } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";

/** The most names in the list. */
const MOST_NAMES = 200;

/** The buttons to the record before and the next one, and a list of all. */
export class RecordNav {
  readonly element: HTMLElement;
  private readonly hits: Hit[];
  private readonly turnTo: (hit: Hit) => void;
  private readonly position = h("span", { "aria-live": "polite" });
  private readonly list = h("ol.mm-record__list", { hidden: "" });
  private readonly choose: HTMLButtonElement;
  private current = 0;

  /** `turnTo` gets the record that the reader wants to see. */
  constructor(hits: Hit[], turnTo: (hit: Hit) => void) {
    this.hits = hits;
    this.turnTo = turnTo;
    this.choose = button("", { class: "mm-button", "aria-expanded": "false" }, () =>
      this.open(this.list.hidden !== false),
    );
    this.choose.append(this.position);
    const [back, on] = [
      this.turn("‹", t("previousRecord"), -1),
      this.turn("›", t("nextRecord"), 1),
    ];
    const row = h("div.mm-record__turn", back, this.choose, on);
    this.element = h("nav.mm-record__nav", { "aria-label": t("recordsHere") }, row, this.list);
  }

  /** Mark the record that the reader sees. */
  show(at: number): void {
    this.current = at;
    const [n, all] = [at + 1, this.hits.length].map(formatCount);
    this.position.textContent = t("position", { n, all });
    this.mark();
  }

  private turn(face: string, label: string, step: number): HTMLElement {
    const { hits } = this;
    return button(face, { "aria-label": label, class: "mm-button" }, () =>
      this.turnTo(hits[(this.current + step + hits.length) % hits.length]),
    );
  }

  private open(isOpen: boolean): void {
    const { list, hits } = this;
    list.hidden = !isOpen;
    this.choose.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || list.childElementCount > 0) return;
    const some = hits.slice(0, MOST_NAMES);
    void withRetry(this.element, async () => {
      await Promise.all(some.map(({ records, row }) => records.cells.rows([row])));
      list.replaceChildren(...some.map((hit) => this.item(hit)));
      const more = hits.length - some.length;
      if (more > 0) list.append(h("li.mm-record__more", t("moreHere", { n: formatCount(more) })));
      this.mark();
    });
  }

  private item(hit: Hit): HTMLElement {
    const { records, row } = hit;
    const isMixed = this.hits.some((other) => other.records !== records);
    const entry = button(records.titleOf(row), { class: "mm-menu__item" }, () => {
      this.open(false);
      this.choose.focus();
      this.turnTo(hit);
    });
    if (isMixed) entry.append(h("small", records.spec.name));
    return h("li", entry);
  }

  private mark(): void {
    [...this.list.querySelectorAll("button")].forEach((one, at) =>
      at === this.current
        ? one.setAttribute("aria-current", "true")
        : one.removeAttribute("aria-current"),
    );
  }
}
