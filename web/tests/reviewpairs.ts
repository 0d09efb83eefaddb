import type { PairSpec } from "../src/data/spec.ts";
import { Decisions } from "../src/tools/decisions.ts";
import { points } from "./random.ts";
import { pointSetOf } from "./tables.ts";

export const PAIR: PairSpec = {
  count: 3,
  ids: [0, 1],
  names: [
    [5, 6],
    [7, 8],
  ],
  places: [
    [0, 0],
    [0, 0],
  ],
  probability: 2,
  evidence: 0,
  order: 2,
  decision: 3,
  note: 4,
  rows: [],
};

type Earlier = { decision?: (string | null)[]; note?: (string | null)[] };

/** Three pairs; the second comes first, and the third is decided. */
export function decisions({
  decision = [null, null, "same"],
  note = [null, "ask", null],
}: Earlier = {}): Decisions {
  const coded = (...values: (string | null)[]) => ["coded", values, { type: "text" }] as const;
  const columns = {
    left_id: coded("a:0", "a:1", "a:2"),
    right_id: coded("b:0", "b:1", "b:2"),
    order: ["number", [1, 0, 2], { type: "number" }] as const,
    decision: coded(...decision),
    note: coded(...note),
    left_name: coded("Alpha", "Altyntau", null),
    left_other_names: coded("Old pit, Alfa", null, null),
    right_name: coded("Alpha", "Алтынтау", "Gamma"),
    right_other_names: coded(null, null, null),
  };
  const { records } = pointSetOf(columns as never, points(3, 1), { title: 0 });
  return new Decisions(records, PAIR);
}
