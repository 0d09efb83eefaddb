// The card of a record: heading, commodities, facts, route, sources, and all fields, folded.

import { safeColor } from "../canvas/colors.ts";
import type { Field } from "../data/records.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import type { Hit } from "../layers/hit.ts";
import { routeBasis, routeCard } from "../layers/routefacts.ts";
import { h, link, uniqueId } from "../ui/dom.ts";
import { setFace, toolButton } from "../ui/icons.ts";
import { withRetry } from "../ui/retry.ts";
import { formatCount, safeLink } from "../words/format.ts";
import { t } from "../words/language.ts";
import { type CardFields, type Chips, cardFields, placeField } from "./cardfields.ts";
import { leftOutNote } from "./leftout.ts";
import { pairParts } from "./paircard.ts";
import { RecordNav } from "./recordnav.ts";
import { siteFacts } from "./sitefacts.ts";

/** The calls of the card to its popup. */
interface CardEvents {
  /** Gets each record that is shown; returns an addition to its route, or to its pair. */
  shown(hit: Hit): HTMLElement | null;
  /** The card has another height. */
  resized(): void;
  /** The reader wants a taller card, or a lower one. */
  enlarged(isTall: boolean): void;
}

/** Longer texts are folded after about this many letters. */
const LONG = 200;

/** Whether the reader has opened the fields: those of the next records are open too. */
let isAllOpen = false;
/** Whether the reader has enlarged the card of a pair: those of the next pairs are large too. */
let areTall = false;

/** The card for the records at one place. */
export class RecordCard {
  readonly element: HTMLElement;
  /** The id of the heading, which names the popup. */
  readonly headingId = uniqueId("mm-record");
  private readonly hits: Hit[];
  private readonly events: CardEvents;
  private readonly head = h("header.mm-record__head");
  private readonly body = h("div.mm-record__body", { tabindex: "0" });
  /** What stays in sight below the fields. */
  private readonly foot = h("footer.mm-record__foot");
  private readonly size: HTMLButtonElement;
  private readonly nav: RecordNav | null;
  private seen: Hit;

  constructor(hits: Hit[], seen: Hit, events: CardEvents) {
    this.hits = hits;
    this.seen = seen;
    this.events = events;
    this.size = toolButton("fold", t("larger"), () => this.enlarge(), "mm-small-tool");
    this.size.classList.add("mm-record__size");
    this.showSize(this.isPair && areTall);
    this.element = h("article.mm-record", this.head, this.body, this.foot);
    this.nav = hits.length > 1 ? new RecordNav(hits, (hit) => this.turnTo(hit)) : null;
    if (this.nav !== null) this.element.append(this.nav.element);
    this.present();
    new ResizeObserver(() => this.offerSize()).observe(this.body);
  }

  /** Offer more room to a record that is not all in sight. */
  private offerSize(): void {
    const parts = [this.body, this.head.querySelector("h3")!];
    const isAllSeen = parts.every(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight);
    this.size.classList.toggle("mm-record__size--idle", !this.isTall && isAllSeen);
  }

  /** Whether the reader wants the card tall. */
  get isTall(): boolean {
    return this.size.getAttribute("aria-expanded") === "true";
  }

  /** Whether the card shows a pair of records, which needs more room. */
  get isPair(): boolean {
    return this.seen.records.spec.pair !== undefined;
  }

  /** Move the focus into the card. */
  focus(): void {
    this.body.focus({ preventScroll: true });
  }

  /** Load the cells of the record that is to be seen, if the page does not have them yet. */
  load(): void {
    const hit = this.seen;
    const { cells } = hit.records;
    if (cells.has(hit.row)) return;
    void withRetry(this.element, async () => {
      await cells.rows([hit.row]);
      if (hit !== this.seen || !this.element.isConnected) return;
      this.present();
      this.events.resized();
    });
  }

  private turnTo(hit: Hit): void {
    this.seen = hit;
    this.present();
    this.load();
    this.events.resized();
  }

  private enlarge(): void {
    const isTall = !this.isTall;
    if (this.isPair) areTall = isTall;
    this.showSize(isTall);
    this.events.enlarged(isTall);
  }

  private showSize(isTall: boolean): void {
    this.size.setAttribute("aria-expanded", String(isTall));
    setFace(this.size, isTall ? "unfold" : "fold", isTall ? t("smaller") : t("larger"));
  }

  /** Show what is known of a record. */
  private present(): void {
    const { records, row, place } = this.seen;
    const { name } = records.spec;
    const isKnown = records.cells.has(row);
    const title = isKnown ? records.titleOf(row) : t("loading", { name });
    const heading = h("h3", { id: this.headingId, ...(this.isPair ? { title } : {}) }, title);
    this.head.replaceChildren(h("p.mm-record__layer", name), heading, this.size);
    this.nav?.show(this.hits.indexOf(this.seen));
    this.foot.replaceChildren();
    if (isKnown) this.body.replaceChildren(...this.content());
    else this.body.replaceChildren(...(place ? [factList([placeField(inDegrees(place))])] : []));
    this.body.scrollTop = 0;
  }

  private content(): HTMLElement[] {
    const { records, row, place } = this.seen;
    const { popup, left_out, pair } = records.spec;
    if (pair !== undefined) {
      const decision = this.events.shown(this.seen);
      if (decision !== null) this.foot.append(decision);
      return pairParts(this.seen, pair);
    }
    const at = place && inDegrees(place);
    const said = cardFields(records, row, at);
    const route = routeCard(records, row);
    const addition = this.events.shown(this.seen);
    for (const part of [addition, routeBasis(records, row)]) {
      if (part !== null) route?.append(part);
    }
    // A popup with rows of the maker's own has its route first, as they may be many.
    const facts = said.facts.length > 0 ? [factList(said.facts)] : [];
    const parts = popup
      ? [route, ...facts]
      : [...said.chips.map(chipList), ...facts, measured(said), route, siteFacts(records, row, at)];
    parts.push(sourceOf(this.seen, !popup));
    if (!popup) parts.push(...this.allFields(said.rest, leftOutNote(left_out)));
    return parts.filter((part) => part !== null);
  }

  /** Return the folded fields, which stay open from record to record. */
  private allFields(rest: Field[], notes: HTMLElement[]): HTMLElement[] {
    if (rest.length === 0) return notes;
    const summary = h("summary", t("allFields", { n: formatCount(rest.length) }));
    const all = h("details.mm-record__all", summary, factList(rest), ...notes);
    all.open = isAllOpen;
    all.addEventListener("toggle", () => {
      isAllOpen = all.open;
      this.events.resized();
    });
    return [all];
  }
}

const inDegrees = ([x, y]: [number, number]) => ({ lat: latOf(y), lon: lonOf(x) });

/** Return a heading that may break after an underscore. */
const breakable = (heading: string): (Node | string)[] =>
  heading.split(/(?<=_)/).flatMap((part, i) => (i > 0 ? [h("wbr"), part] : [part]));

const factList = (fields: Field[]): HTMLElement =>
  h(
    "dl",
    ...fields.flatMap(({ heading, text, href }) => [
      h("dt", ...breakable(heading)),
      h("dd", href === null ? foldedText(text) : link(text, href)),
    ]),
  );

/** Return a text; of a long one the beginning, and the rest on demand. */
function foldedText(text: string): Node | string {
  if (text.length <= LONG * 1.2) return text;
  const end = text.lastIndexOf(" ", LONG);
  const cut = end > LONG / 2 ? end : LONG;
  return h("details.mm-long", h("summary", text.slice(0, cut)), text.slice(cut));
}

/** Return the commodities of a record, with the colours of their groups. */
function chipList({ label, isMinor, chips }: Chips): HTMLElement {
  const items = chips.map(({ text, color }) => {
    const dot = h("i", { "aria-hidden": "true" });
    if (color !== undefined) dot.style.backgroundColor = safeColor(color);
    return h("li", color === undefined ? null : dot, text);
  });
  const look = isMinor ? "ul.mm-commodities.mm-commodities--minor" : "ul.mm-commodities";
  return h(look as "ul", { "aria-label": label }, ...items);
}

const measured = ({ measured: text }: CardFields): HTMLElement | null =>
  text === null ? null : h("p.mm-record__measured", text);

/** Return the sources of a record: those of its layer, and its own citation and page. */
function sourceOf({ records, row }: Hit, hasOwn: boolean): HTMLElement | null {
  const { sources } = records.spec;
  const id = records.keyed(row, "source");
  const own = sources.filter((source) => source.id !== undefined && source.id === id);
  const links = (own.length > 0 ? own : sources).map(({ title, url }) =>
    link(title, safeLink(url)),
  );
  const page = hasOwn ? safeLink(text(records.keyed(row, "url"))) : null;
  const citation = hasOwn ? text(records.keyed(row, "citation")) : null;
  if (citation !== null) links.push(link(citation, page));
  else if (page !== null) links.push(link(t("recordPage"), page));
  if (links.length === 0) return null;
  const parts = links.flatMap((part, i) => (i > 0 ? ["; ", part] : [part]));
  return h("p.mm-record__source", `${t("source")}: `, ...parts);
}

const text = (value: string | number | null): string | null =>
  value === null ? null : String(value);
