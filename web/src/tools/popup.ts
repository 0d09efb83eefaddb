// A record in a popup: heading, every field, coordinates, source; one after the other where several are at one place.

import { asked } from "../ui/retry.ts";
import { button, element, link } from "../ui/dom.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import type { Records } from "../data/records.ts";
import { formatCount, formatPlace, safeLink } from "../words/format.ts";
import { wayCard } from "../layers/routefacts.ts";
import { say, term } from "../words/language.ts";

/** A record under the cursor. */
export interface Hit {
  records: Records;
  row: number;
  /** Where the record is, in world units; null for lines and areas. */
  place: [x: number, y: number] | null;
  /** Whether the record is on the map: its layer may be switched off, and filters may hide it. */
  isShown(): boolean;
}

/** A card for records at one place, open at the one numbered `current`; `shown` is told which is in it, and may give what belongs to its way. */
export function recordCard(hits: Hit[], current: number, shown: (hit: Hit) => HTMLElement | null): HTMLElement {
  const body = element("div", { class: "mm-record__body", tabindex: "0" });
  const card = element("article", { class: "mm-record" }, body);
  if (hits.length === 1) {
    showRecord(body, hits[0], shown);
    return card;
  }
  const place = element("span", { "aria-live": "polite" });
  const show = (step: number): void => {
    current = (current + step + hits.length) % hits.length;
    place.textContent = say("position", { n: formatCount(current + 1), all: formatCount(hits.length) });
    const hit = hits[current];
    // The others are fetched when they are turned to.
    if (hit.records.has(hit.row)) showRecord(body, hit, shown);
    else {
      void asked(card, async () => {
        await hit.records.ready([hit.row]);
        if (hit === hits[current]) showRecord(body, hit, shown);
      });
    }
  };
  card.append(
    element(
      "nav", { class: "mm-record__nav", "aria-label": say("recordsHere") },
      button("‹", { "aria-label": say("previousRecord"), class: "mm-button" }, () => show(-1)),
      place,
      button("›", { "aria-label": say("nextRecord"), class: "mm-button" }, () => show(1)),
    ),
  );
  show(0);
  return card;
}

/** A column's name that may break after an underscore. */
const breakable = (label: string): (Node | string)[] =>
  label.split(/(?<=_)/).flatMap((part, i) => (i > 0 ? [element("wbr"), part] : [part]));

function showRecord(body: HTMLElement, hit: Hit, shown: (hit: Hit) => HTMLElement | null): void {
  const { records, row, place } = hit;
  const list = element("dl");
  for (const { label, text, href } of records.fieldsOf(row)) {
    list.append(element("dt", {}, ...breakable(term(label))), element("dd", {}, link(text, href)));
  }
  if (place !== null) {
    list.append(element("dt", {}, say("latLon")), element("dd", {}, formatPlace(latOf(place[1]), lonOf(place[0]))));
  }
  const way = wayCard(records, row);
  const extra = shown(hit);
  if (extra !== null) way?.append(extra);
  body.replaceChildren(
    element("p", { class: "mm-record__layer" }, records.spec.name),
    element("h3", {}, records.titleOf(row)),
    ...(way === null ? [] : [way]),
    list,
  );
  const sources = records.spec.sources ?? [];
  if (sources.length > 0) {
    const line = element("p", { class: "mm-record__source" }, `${say("source")}: `);
    sources.forEach((source, i) => line.append(i > 0 ? "; " : "", link(source.title, safeLink(source.url))));
    body.append(line);
  }
  body.scrollTop = 0;
}

/** What shows beside the cursor: a title, and lines of what else is to be said. */
export function hoverCard(title: string, ...lines: (string | null | undefined)[]): HTMLElement {
  const card = element("div", {}, element("strong", {}, title));
  for (const line of lines) if (line) card.append(element("div", { class: "mm-tooltip__more" }, line));
  return card;
}
