// The card of a pair of records: how likely it is one site, the evidence, and the fields of both.

import type { PairRowSpec, PairSpec } from "../data/spec.ts";
import type { Hit } from "../layers/hit.ts";
import { h, link } from "../ui/dom.ts";
import { formatCount, formatDistance, safeLink } from "../words/format.ts";
import { type TextKey, t } from "../words/language.ts";
import { isProbability } from "./sitefacts.ts";

/** What separates the statements of the evidence, each of which begins with its sign. */
const BETWEEN = "; ";
const SIDES: { sign: string; key: TextKey; look: string }[] = [
  { sign: "+", key: "evidenceFor", look: "for" },
  { sign: "−", key: "evidenceAgainst", look: "against" },
  { sign: "·", key: "evidenceOpen", look: "open" },
];
/** What separates the values of a field that has several. */
const LISTED = /\s*[,;]\s*/;

type Likeness = "equal" | "partly" | "differs" | "single";
const MARKS: Record<Likeness, [sign: string, key: TextKey]> = {
  equal: ["=", "valuesEqual"],
  partly: ["≈", "valuesPartly"],
  differs: ["≠", "valuesDiffer"],
  single: ["", "valueSingle"],
};

/** Return the parts of the card of a pair. */
export function pairParts(hit: Hit, pair: PairSpec): HTMLElement[] {
  return [...likelihood(hit, pair), ...evidence(hit, pair), fields(hit, pair)];
}

/** Return how likely the records are of one site; nothing where the pair has no probability. */
function likelihood({ records, row }: Hit, pair: PairSpec): HTMLElement[] {
  const value = records.value(row, pair.probability);
  const probability = typeof value === "bigint" ? Number(value) : value;
  if (!isProbability(probability)) return [];
  const share = formatCount(Math.round(100 * probability));
  const bar = h("span.mm-meter", { "aria-hidden": "true" }, h("i"));
  (bar.firstChild as HTMLElement).style.width = `${100 * probability}%`;
  return [
    h(
      "div.mm-pair__likely",
      h("strong", t("likelyOneSite", { share })),
      bar,
      h("small", t("likelyMeans", { share })),
    ),
  ];
}

/** Return the statements for one site, against it, and those that tell little. */
function evidence({ records, row }: Hit, pair: PairSpec): HTMLElement[] {
  const statements = (records.text(row, pair.evidence) ?? "").split(BETWEEN).filter(Boolean);
  return SIDES.flatMap(({ sign, key, look }) => {
    const own = statements.filter((one) => one.startsWith(sign));
    if (own.length === 0) return [];
    const items = own.map((one) => h("li", one.slice(sign.length).trim()));
    const list = h("ul", { "aria-label": t(key) }, ...items);
    return [h(`section.mm-pair__evidence.mm-pair__evidence--${look}`, h("h4", t(key)), list)];
  });
}

function fields({ records, row }: Hit, { rows }: PairSpec): HTMLElement {
  const text = (column: number | null, isLength = false): string => {
    if (column === null) return "";
    const metres = isLength ? records.value(row, column) : null;
    if (metres !== null) return formatDistance(Number(metres) / 1000);
    return records.text(row, column) ?? "";
  };
  const names = ["A", "B"].map((side) => h("th", { scope: "col" }, h("b.mm-pair__letter", side)));
  const body = rows.flatMap((spec) => {
    const values: [string, string] = [
      text(spec.left, spec.is_length),
      text(spec.right, spec.is_length),
    ];
    if (!values.some(Boolean)) return [];
    const pages = (spec.urls ?? []).map((column) => safeLink(text(column) || null));
    const cells = values.map((value, i) => h("td", value ? linked(value, pages[i] ?? null) : "–"));
    return [fieldRow(spec, values, cells)];
  });
  const head = h("thead", h("tr", h("td"), h("td"), ...names));
  return h("table.mm-pair__fields", head, h("tbody", ...body));
}

function fieldRow(
  { heading, is_compared }: PairRowSpec,
  values: [string, string],
  cells: HTMLElement[],
): HTMLElement {
  const title = h("th", { scope: "row" }, heading);
  if (!is_compared) return h("tr", title, h("td"), ...cells);
  const likeness = likenessOf(...values);
  const [sign, key] = MARKS[likeness];
  const mark = h("td.mm-pair__mark", { title: t(key) });
  if (sign !== "") mark.append(h("span", { "aria-hidden": "true" }, sign));
  mark.append(h("span.mm-hidden", t(key)));
  const shown = likeness === "equal" ? [h("td", { colspan: "2" }, values[0])] : cells;
  return h(`tr.mm-pair__field--${likeness}`, title, mark, ...shown);
}

/** Return a value, as a link if it has a page; ids and lists may break inside. */
function linked(value: string, href: string | null): Node {
  if (href === null) return h("span", ...broken(value));
  const made = link("", href) as HTMLElement;
  made.append(...broken(value));
  return made;
}

const broken = (value: string): (Node | string)[] =>
  value.split(/(?<=[_:,;])/).flatMap((part, i) => (i > 0 ? [h("wbr"), part] : [part]));

/** Return whether two values are the same, also as lists in another order. */
export function likenessOf(one: string, other: string): Likeness {
  if (one === "" || other === "") return "single";
  const [first, second] = [one, other].map((text) => new Set(text.toLowerCase().split(LISTED)));
  const common = [...first].filter((value) => second.has(value)).length;
  if (common === 0) return "differs";
  return common === first.size && common === second.size ? "equal" : "partly";
}
