// A filter by terms: a list to tick, the most frequent first, with the number of records of each.

import type { TermsFacet } from "../../data/facets.ts";
import { folded } from "../../data/folding.ts";
import type { CriticalListSpec, FacetSpec } from "../../data/spec.ts";
import { button, checkbox, h } from "../../ui/dom.ts";
import { formatCount } from "../../words/format.ts";
import { t, term } from "../../words/language.ts";
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

/** Return the view of a choice of terms, which can be updated. */
export function termsView(named: NamedFacet, facet: TermsFacet) {
  const { name, spec } = named;
  const lines = ranked(facet, spec).map((term) => lineOf(term, named, facet));
  let showsAll = lines.length <= FEW;
  const label = { "aria-label": t("findIn", { name }), placeholder: t("find") };
  const searchField = h("input.mm-input", { type: "search", ...label });
  searchField.hidden = lines.length <= 2 * FEW;
  const more = button(t("showAll", { n: formatCount(lines.length) }), { class: "mm-link" }, () => {
    const next = lines.find(({ item }) => item.hidden);
    showsAll = true;
    arrange();
    next?.input.focus();
  });
  const arrange = (): void => {
    const wanted = folded(searchField.value);
    lines.forEach(({ item, word, term }, i) => {
      const isListed = showsAll || i < FEW || facet.isChosen(term);
      item.hidden = wanted === "" ? !isListed : !word.includes(wanted);
    });
    more.hidden = showsAll || wanted !== "";
  };
  searchField.addEventListener("input", arrange);
  const update = (): void => {
    const counts = facet.counts();
    for (const { term, input, count, item } of lines) {
      input.checked = facet.isChosen(term);
      count.textContent = formatCount(counts[term]);
      item.classList.toggle("mm-terms__none", counts[term] === 0);
    }
    arrange();
  };
  arrange();
  const list = h("ul.mm-terms", { "aria-label": name }, ...lines.map(({ item }) => item));
  return { element: h("div.mm-facet__body", searchField, list, more), update };
}

/** Return the terms of any record, the most frequent first; critical lists in their own order. */
function ranked(facet: TermsFacet, { lists = [] }: FacetSpec): number[] {
  const totals = facet.counts(true);
  const places = new Map(lists.map(({ id }, place) => [id, place]));
  const placeOf = (term: number): number => places.get(facet.terms[term]) ?? places.size;
  return [...facet.terms.keys()]
    .filter((term) => totals[term] > 0)
    .sort((a, b) => placeOf(a) - placeOf(b) || totals[b] - totals[a] || a - b);
}

/** Return the name of a critical list, such as "European Union 2024, strategic". */
function listLabel({ jurisdiction, year, kind }: CriticalListSpec): string {
  const name = `${term(jurisdiction)} ${year}`;
  return kind === "critical" ? name : `${name}, ${term(kind)}`;
}

function lineOf(place: number, { spec, codeLabel }: NamedFacet, facet: TermsFacet): Line {
  const code = facet.terms[place];
  const none = spec.kind === "critical" ? "onNoList" : "notGiven";
  const list = spec.lists?.find(({ id }) => id === code);
  const word = code === "" ? t(none) : list === undefined ? codeLabel(code) : listLabel(list);
  const count = h("span.mm-legend__count");
  // A commodity is known by its symbol as well as by its name.
  const hasSymbol = spec.kind === "codes" && word !== code;
  const face = h("span.mm-legend__label", word, hasSymbol ? h("span.mm-terms__code", code) : null);
  const label = checkbox(false, (chosen) => facet.toggle(place, chosen), face, count);
  const input = label.querySelector("input")!;
  return { term: place, word: folded(`${word} ${code}`), item: h("li", label), input, count };
}
