// The terms of a filter as a list to tick, the most frequent first, with how many records each has.

import type { TermsFacet } from "../../data/facets.ts";
import { folded } from "../../data/searchindex.ts";
import type { FacetSpec } from "../../data/spec.ts";
import { button, checkbox, h } from "../../ui/dom.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet } from "./pointset.ts";

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
    this.showsAll = this.lines.length <= FEW;
    this.searchField = h("input", {
      type: "search",
      class: "mm-input",
      "aria-label": t("findIn", { name }),
      placeholder: t("find"),
    });
    this.searchField.addEventListener("input", () => this.arrange());
    this.searchField.hidden = this.lines.length <= 2 * FEW;
    this.more = button(
      t("showAll", { n: formatCount(this.lines.length) }),
      { class: "mm-link" },
      () => this.showAll(),
    );
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
      item.hidden =
        wanted === ""
          ? !(this.showsAll || i < FEW || this.facet.isChosen(term))
          : !word.includes(wanted);
    });
    this.more.hidden = this.showsAll || wanted !== "";
  }
}

/** The terms that any record holds: the most frequent first, but lists of critical minerals in their own order. */
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
  const word =
    code !== "" ? codeLabel(code) : t(spec.kind === "critical" ? "onNoList" : "notGiven");
  const count = h("span.mm-legend__count");
  // A commodity is known by its symbol as well as by its name.
  const symbol = spec.kind === "codes" && word !== code ? h("span.mm-terms__code", code) : null;
  const label = checkbox(
    false,
    (chosen) => facet.toggle(term, chosen),
    h("span.mm-legend__label", word, symbol),
    count,
  );
  return {
    term,
    word: folded(`${word} ${code}`),
    item: h("li", label),
    input: label.querySelector("input")!,
    count,
  };
}
