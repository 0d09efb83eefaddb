// The way from record to record at one place: back, on, and a list of their names.

import type { Hit } from "../layers/hit.ts";
import { button, h } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";

/** The most names in the list. */
const MOST_NAMES = 200;

/** Return the navigation between records; `show` says which one the reader sees. */
export function recordNav(hits: Hit[], turnTo: (hit: Hit) => void) {
  const position = h("span", { "aria-live": "polite" });
  const list = h("ol.mm-record__list", { hidden: "" });
  let current = 0;
  const turn = (face: string, label: string, step: number): HTMLElement =>
    button(face, { "aria-label": label, class: "mm-button" }, () =>
      turnTo(hits[(current + step + hits.length) % hits.length]),
    );
  const [back, on] = [turn("‹", t("previousRecord"), -1), turn("›", t("nextRecord"), 1)];
  const choose = button("", { class: "mm-button", "aria-expanded": "false" }, () =>
    open(list.hidden !== false),
  );
  choose.append(position);
  const row = h("div.mm-record__turn", back, choose, on);
  const element = h("nav.mm-record__nav", { "aria-label": t("recordsHere") }, row, list);
  const open = (isOpen: boolean): void => {
    list.hidden = !isOpen;
    choose.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || list.childElementCount > 0) return;
    const some = hits.slice(0, MOST_NAMES);
    void withRetry(element, async () => {
      await Promise.all(some.map(({ records, row }) => records.cells.rows([row])));
      list.replaceChildren(...some.map(item), ...rest());
      mark();
    });
  };
  const item = (hit: Hit): HTMLElement => {
    const { records, row } = hit;
    const { name } = records.spec;
    const isMixed = hits.some((other) => other.records !== records);
    const layer = isMixed ? h("small", name) : null;
    const entry = button(records.titleOf(row), { class: "mm-menu__item" }, () => {
      open(false);
      choose.focus();
      turnTo(hit);
    });
    if (layer !== null) entry.append(layer);
    return h("li", entry);
  };
  const rest = (): HTMLElement[] =>
    hits.length > MOST_NAMES
      ? [h("li.mm-record__more", t("moreHere", { n: formatCount(hits.length - MOST_NAMES) }))]
      : [];
  const mark = (): void =>
    [...list.querySelectorAll("button")].forEach((one, at) =>
      at === current
        ? one.setAttribute("aria-current", "true")
        : one.removeAttribute("aria-current"),
    );
  /** Mark the record that the reader sees. */
  const show = (at: number): void => {
    current = at;
    const [n, all] = [at + 1, hits.length].map(formatCount);
    position.textContent = t("position", { n, all });
    mark();
  };
  return { element, show };
}
