// The card of a record: heading, route, fields, coordinates and sources.

import { latOf, lonOf } from "../geo/mercator.ts";
import type { Hit } from "../layers/hit.ts";
import { routeCard } from "../layers/routefacts.ts";
import { button, h, link } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount, formatPlace, safeLink } from "../words/format.ts";
import { t } from "../words/language.ts";
import { leftOutNote } from "./leftout.ts";

/** Gets each record that is shown, and returns an addition to its route. */
type Shown = (hit: Hit) => HTMLElement | null;

/** Return a card for the records at one place, beginning with the one numbered `current`. */
export function recordCard(hits: Hit[], current: number, shown: Shown): HTMLElement {
  const body = h("div.mm-record__body", { tabindex: "0" });
  const card = h("article.mm-record", body);
  if (hits.length === 1) {
    showRecord(body, hits[0], shown);
    return card;
  }
  const position = h("span", { "aria-live": "polite" });
  const show = (step: number): void => {
    current = (current + step + hits.length) % hits.length;
    const [n, all] = [current + 1, hits.length].map(formatCount);
    position.textContent = t("position", { n, all });
    const hit = hits[current];
    const { records, row } = hit;
    if (records.cells.has(row)) {
      showRecord(body, hit, shown);
      return;
    }
    void withRetry(card, async () => {
      await records.cells.rows([row]);
      if (hit === hits[current]) showRecord(body, hit, shown);
    });
  };
  const turn = (face: string, label: string, step: number): HTMLElement =>
    button(face, { "aria-label": label, class: "mm-button" }, () => show(step));
  const [back, on] = [turn("‹", t("previousRecord"), -1), turn("›", t("nextRecord"), 1)];
  card.append(h("nav.mm-record__nav", { "aria-label": t("recordsHere") }, back, position, on));
  show(0);
  return card;
}

/** Return a heading that may break after an underscore. */
const breakable = (heading: string): (Node | string)[] =>
  heading.split(/(?<=_)/).flatMap((part, i) => (i > 0 ? [h("wbr"), part] : [part]));

function showRecord(body: HTMLElement, hit: Hit, shown: Shown): void {
  const { records, row, place } = hit;
  const { name, sources, popup, left_out } = records.spec;
  const list = h("dl");
  for (const { heading, text, href } of records.fieldsOf(row)) {
    list.append(h("dt", ...breakable(heading)), h("dd", link(text, href)));
  }
  if (place !== null && !popup) {
    const text = formatPlace(latOf(place[1]), lonOf(place[0]));
    list.append(h("dt", t("latLon")), h("dd", text));
  }
  const route = routeCard(records, row);
  const addition = shown(hit);
  if (addition !== null) route?.append(addition);
  const heading = h("h3", records.titleOf(row));
  body.replaceChildren(h("p.mm-record__layer", name), heading, ...(route ? [route] : []), list);
  if (sources.length > 0) {
    const links = sources.map(({ title, url }) => link(title, safeLink(url)));
    const parts = links.flatMap((part, i) => (i > 0 ? ["; ", part] : [part]));
    body.append(h("p.mm-record__source", `${t("source")}: `, ...parts));
  }
  if (!popup) body.append(...leftOutNote(left_out));
  body.scrollTop = 0;
}
