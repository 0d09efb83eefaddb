// The card of a pair of records: the evidence, and the fields of both side by side.

import type { PairSpec } from "../data/spec.ts";
import type { Hit } from "../layers/hit.ts";
import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** What separates the statements of the evidence. */
const BETWEEN = "; ";

/** Return the parts of the card of a pair. */
export function pairParts({ records, row }: Hit, pair: PairSpec): HTMLElement[] {
  const text = (column: number): string => records.text(row, column) ?? "";
  const evidence = text(pair.evidence).split(BETWEEN).filter(Boolean);
  const rows = pair.rows
    .map(({ heading, left, right }) => ({ heading, values: [text(left), text(right)] }))
    .filter(({ values }) => values.some(Boolean));
  const head = h("tr", h("td"), ...["A", "B"].map((side) => h("th", { scope: "col" }, side)));
  const body = rows.map(({ heading, values }) => {
    const isSame = values[0] === values[1];
    const cells = isSame
      ? [h("td", { colspan: "2" }, values[0])]
      : values.map((value) => h("td", value || "–"));
    return h("tr", h("th", { scope: "row" }, heading), ...cells);
  });
  return [
    h(
      "ul.mm-pair__evidence",
      { "aria-label": t("evidence") },
      ...evidence.map((one) => h("li", one)),
    ),
    h("table.mm-pair__fields", h("thead", head), h("tbody", ...body)),
  ];
}
