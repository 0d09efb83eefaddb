// A filter by terms: a list to tick, the most frequent first, with the number of records of each.

import type { TermsFacet } from "../../data/facets.ts";
import { folded } from "../../data/searchindex.ts";
import type { FacetSpec } from "../../data/spec.ts";
import { button, checkbox, h } from "../../ui/dom.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet } from "./pointset.ts";

interface Line {
  term: number;
  /** The text that the search field compares. */
  word: string;
  item: HTMLElement;
  input: HTMLInputElement;
  count: HTMLElement;
}

/** The terms that are listed at first. More than twice as many get a search field. */
const FEW = 8;

export class TermsView {
  readonly element: HTMLElement;
  private readonly facet: TermsFacet;
  private readonly lines: Line[];
  private readonly searchField: HTMLInputElement;
  private readonly more: HTMLButtonElement;
  private showsAll: boolean;

  constructor(named: NamedFacet, facet: TermsFacet) {
    const { name, spec } = named;
    this.facet = facet;
    this.lines = ranked(facet, spec).map((term) => lineOf(term, named, facet));
    const { length } = this.lines;
    this.showsAll = length <= FEW;
    const label = { "aria-label": t("findIn", { name }), placeholder: t("find") };
    this.searchField = h("input.mm-input", { type: "search", ...label });
    this.searchField.addEventListener("input", () => this.arrange());
    this.searchField.hidden = length <= 2 * FEW;
    const all = t("showAll", { n: formatCount(length) });
    this.more = button(all, { class: "mm-link" }, () => this.showAll());
    const list = h("ul.mm-terms", { "aria-label": name }, ...this.lines.map(({ item }) => item));
    this.element = h("div.mm-facet__body", this.searchField, list, this.more);
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
    const wanted = folded(this.searchField.value);
    this.lines.forEach(({ item, word, term }, i) => {
      const isListed = this.showsAll || i < FEW || this.facet.isChosen(term);
      item.hidden = wanted === "" ? !isListed : !word.includes(wanted);
    });
    this.more.hidden = this.showsAll || wanted !== "";
  }
}

/** Return the terms of any record, the most frequent first; critical lists in their own order. */
function ranked(facet: TermsFacet, { lists = [] }: FacetSpec): number[] {
  const totals = facet.totals();
  const places = new Map(lists.map(({ id }, place) => [id, place]));
  const placeOf = (term: number): number => places.get(facet.terms[term]) ?? places.size;
  return [...facet.terms.keys()]
    .filter((term) => totals[term] > 0)
    .sort((a, b) => placeOf(a) - placeOf(b) || totals[b] - totals[a] || a - b);
}

function lineOf(term: number, { spec, codeLabel }: NamedFacet, facet: TermsFacet): Line {
  const code = facet.terms[term];
  const none = spec.kind === "critical" ? "onNoList" : "notGiven";
  const word = code === "" ? t(none) : codeLabel(code);
  const count = h("span.mm-legend__count");
  // A commodity is known by its symbol as well as by its name.
  const hasSymbol = spec.kind === "codes" && word !== code;
  const face = h("span.mm-legend__label", word, hasSymbol ? h("span.mm-terms__code", code) : null);
  const label = checkbox(false, (chosen) => facet.toggle(term, chosen), face, count);
  const input = label.querySelector("input")!;
  return { term, word: folded(`${word} ${code}`), item: h("li", label), input, count };
}
