// A record in a popup: heading, every field, coordinates, source; one after the other where several are at one place.

import { latOf, lonOf } from "../geo/mercator.ts";
import type { Hit } from "../layers/hit.ts";
import { routeCard } from "../layers/routefacts.ts";
import { button, h, link } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount, formatPlace, safeLink } from "../words/format.ts";
import { t, term } from "../words/language.ts";

/** A card for records at one place, open at the one numbered `current`; `shown` is told which is in it, and may give what belongs to its way. */
export function recordCard(
  hits: Hit[],
  current: number,
  shown: (hit: Hit) => HTMLElement | null,
): HTMLElement {
  const body = h("div.mm-record__body", { tabindex: "0" });
  const card = h("article.mm-record", body);
  if (hits.length === 1) {
    showRecord(body, hits[0], shown);
    return card;
  }
  const place = h("span", { "aria-live": "polite" });
  const show = (step: number): void => {
    current = (current + step + hits.length) % hits.length;
    place.textContent = t("position", {
      n: formatCount(current + 1),
      all: formatCount(hits.length),
    });
    const hit = hits[current];
    // The others are fetched when they are turned to.
    if (hit.records.has(hit.row)) showRecord(body, hit, shown);
    else {
      void withRetry(card, async () => {
        await hit.records.ready([hit.row]);
        if (hit === hits[current]) showRecord(body, hit, shown);
      });
    }
  };
  card.append(
    h(
      "nav.mm-record__nav",
      { "aria-label": t("recordsHere") },
      button("‹", { "aria-label": t("previousRecord"), class: "mm-button" }, () => show(-1)),
      place,
      button("›", { "aria-label": t("nextRecord"), class: "mm-button" }, () => show(1)),
    ),
  );
  show(0);
  return card;
}

/** A column's name that may break after an underscore. */
const breakable = (label: string): (Node | string)[] =>
  label.split(/(?<=_)/).flatMap((part, i) => (i > 0 ? [h("wbr"), part] : [part]));

function showRecord(body: HTMLElement, hit: Hit, shown: (hit: Hit) => HTMLElement | null): void {
  const { records, row, place } = hit;
  const list = h("dl");
  for (const { label, text, href } of records.fieldsOf(row)) {
    list.append(h("dt", ...breakable(term(label))), h("dd", link(text, href)));
  }
  if (place !== null) {
    list.append(h("dt", t("latLon")), h("dd", formatPlace(latOf(place[1]), lonOf(place[0]))));
  }
  const way = routeCard(records, row);
  const extra = shown(hit);
  if (extra !== null) way?.append(extra);
  body.replaceChildren(
    h("p.mm-record__layer", records.spec.name),
    h("h3", records.titleOf(row)),
    ...(way === null ? [] : [way]),
    list,
  );
  const sources = records.spec.sources ?? [];
  if (sources.length > 0) {
    const line = h("p.mm-record__source", `${t("source")}: `);
    sources.forEach((source, i) =>
      line.append(i > 0 ? "; " : "", link(source.title, safeLink(source.url))),
    );
    body.append(line);
  }
  body.scrollTop = 0;
}
