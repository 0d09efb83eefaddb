// The terms of a filter as a list to tick, the most frequent first, with how many records each has.

import { button, checkbox, element } from "./dom.ts";
import type { TermsFacet } from "./facets.ts";
import type { FacetView } from "./filterview.ts";
import { folded } from "./haystack.ts";
import type { NamedFacet } from "./pointset.ts";
import { formatCount } from "./text.ts";
import { say } from "./words.ts";

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

export function termsView({ name, wordOf, spec }: NamedFacet, facet: TermsFacet): FacetView {
  const totals = facet.totals();
  const ranked = [...facet.terms.keys()].sort((a, b) => totals[b] - totals[a] || a - b);
  const lines = ranked.filter((term) => totals[term] > 0).map((term) => line(term));
  const list = element("ul", { class: "mm-terms", "aria-label": name }, ...lines.map(({ item }) => item));
  const sought = element("input", { type: "search", class: "mm-input", "aria-label": say("findIn", { name }), placeholder: say("find") });
  let all = lines.length <= FEW;
  const more = button(say("showAll", { n: formatCount(lines.length) }), { class: "mm-link" }, () => {
    const next = lines.find(({ item }) => item.hidden);
    all = true;
    arrange();
    next?.input.focus();
  });

  function line(term: number): Line {
    const code = facet.terms[term];
    const word = code !== "" ? wordOf(code) : say(spec.kind === "critical" ? "onNoList" : "notGiven");
    const count = element("span", { class: "mm-legend__count" });
    // A commodity is known by its symbol as well as by its name.
    const symbol = spec.kind === "codes" && word !== code ? element("span", { class: "mm-terms__code" }, code) : null;
    const label = checkbox(false, (chosen) => facet.toggle(term, chosen), element("span", { class: "mm-legend__label" }, word, symbol), count);
    return { term, word: folded(`${word} ${code}`), item: element("li", {}, label), input: label.querySelector("input")!, count };
  }

  function arrange(): void {
    const wanted = folded(sought.value);
    lines.forEach(({ item, word, term }, i) => {
      item.hidden = wanted === "" ? !(all || i < FEW || facet.isChosen(term)) : !word.includes(wanted);
    });
    more.hidden = all || wanted !== "";
  }

  sought.addEventListener("input", arrange);
  sought.hidden = lines.length <= 2 * FEW;
  arrange();
  return {
    element: element("div", { class: "mm-facet__body" }, sought, list, more),
    update() {
      const counts = facet.counts();
      for (const { term, input, count, item } of lines) {
        input.checked = facet.isChosen(term);
        count.textContent = formatCount(counts[term]);
        item.classList.toggle("mm-terms__none", counts[term] === 0);
      }
      arrange();
    },
  };
}
