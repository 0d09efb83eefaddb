// The terms of a filter as a list to tick, the most frequent first, with how many records each has.

import { button, checkbox, element } from "../../ui/dom.ts";
import type { TermsFacet } from "../../data/facets.ts";
import type { FacetView } from "./filters.ts";
import { folded } from "../../data/searchindex.ts";
import type { NamedFacet } from "./pointset.ts";
import type { FacetSpec } from "../../data/spec.ts";
import { formatCount } from "../../words/format.ts";
import { say } from "../../words/language.ts";

interface Line {
  term: number;
  /** What it is found by. */
  word: string;
  item: HTMLElement;
  input: HTMLInputElement;
  count: HTMLElement;
}

/** Terms listed without being asked; above twice as many there is a field to find one. */
const FEW = 8;

export class TermsView implements FacetView {
  readonly element: HTMLElement;
  private readonly facet: TermsFacet;
  private readonly lines: Line[];
  private readonly sought: HTMLInputElement;
  private readonly more: HTMLButtonElement;
  private showsAll: boolean;

  constructor(named: NamedFacet, facet: TermsFacet) {
    const { name, spec } = named;
    this.facet = facet;
    this.lines = ranked(facet, spec).map((term) => lineOf(term, named, facet));
    this.showsAll = this.lines.length <= FEW;
    this.sought = element("input", { type: "search", class: "mm-input", "aria-label": say("findIn", { name }), placeholder: say("find") });
    this.sought.addEventListener("input", () => this.arrange());
    this.sought.hidden = this.lines.length <= 2 * FEW;
    this.more = button(say("showAll", { n: formatCount(this.lines.length) }), { class: "mm-link" }, () => this.showAll());
    const list = element("ul", { class: "mm-terms", "aria-label": name }, ...this.lines.map(({ item }) => item));
    this.element = element("div", { class: "mm-facet__body" }, this.sought, list, this.more);
    this.arrange();
  }

  update(): void {
    const counts = this.facet.counts();
    for (const { term, input, count, item } of this.lines) {
      input.checked = this.facet.isChosen(term);
      count.textContent = formatCount(counts[term]);
      item.classList.toggle("mm-terms__none", counts[term] === 0);
    }
    this.arrange();
  }

  private showAll(): void {
    const next = this.lines.find(({ item }) => item.hidden);
    this.showsAll = true;
    this.arrange();
    next?.input.focus();
  }

  private arrange(): void {
    const wanted = folded(this.sought.value);
    this.lines.forEach(({ item, word, term }, i) => {
      item.hidden = wanted === "" ? !(this.showsAll || i < FEW || this.facet.isChosen(term)) : !word.includes(wanted);
    });
    this.more.hidden = this.showsAll || wanted !== "";
  }
}

/** The terms that any record holds: the most frequent first, but lists of critical minerals in their own order. */
function ranked(facet: TermsFacet, { lists = [] }: FacetSpec): number[] {
  const totals = facet.totals();
  const places = new Map(lists.map(({ id }, place) => [id, place]));
  const placeOf = (term: number): number => places.get(facet.terms[term]) ?? places.size;
  return [...facet.terms.keys()].filter((term) => totals[term] > 0)
    .sort((a, b) => placeOf(a) - placeOf(b) || totals[b] - totals[a] || a - b);
}

function lineOf(term: number, { spec, wordOf }: NamedFacet, facet: TermsFacet): Line {
  const code = facet.terms[term];
  const word = code !== "" ? wordOf(code) : say(spec.kind === "critical" ? "onNoList" : "notGiven");
  const count = element("span", { class: "mm-legend__count" });
  // A commodity is known by its symbol as well as by its name.
  const symbol = spec.kind === "codes" && word !== code ? element("span", { class: "mm-terms__code" }, code) : null;
  const label = checkbox(false, (chosen) => facet.toggle(term, chosen), element("span", { class: "mm-legend__label" }, word, symbol), count);
  return { term, word: folded(`${word} ${code}`), item: element("li", {}, label), input: label.querySelector("input")!, count };
}
