// Numbers in classes: what the legend calls a class, and what a record's own number is.

import type { Records } from "../data/records.ts";
import type { EntrySpec } from "../data/spec.ts";
import { formatNumber } from "../words/format.ts";
import { t, term, unitLabel } from "../words/language.ts";

/** From here on a number is no year, and its thousands are grouped. */
const GROUPED_FROM = 10_000;

const limit = (value: number): string =>
  formatNumber(value, Math.abs(value) >= GROUPED_FROM ? "" : null).replace("-", "−");

/** The label of a legend's entry in the reader's language. */
export function entryLabel({ label, limits, mode }: EntrySpec): string {
  // A line of a corridor is told by its mode, gauge and status.
  if (mode !== undefined) return label.split(", ").map(lineWord).join(", ");
  if (limits === undefined) return term(label);
  const [low, high] = limits;
  return low === high ? limit(low) : `${limit(low)} – ${limit(high)}`;
}

const lineWord = (part: string): string => term(part).replace(/ mm$/, () => ` ${unitLabel("mm")}`);

/** A record's number and the class that it is in; null where the layer shows no classes. */
export function classHint(
  records: Records,
  row: number,
  entry: EntrySpec | undefined,
): string | null {
  const { by, columns } = records.spec;
  if (by === undefined || entry === undefined) return null;
  const name = term(columns[by].label);
  const value = records.text(row, by);
  if (value === null) return t("ofColumn", { name, value: entryLabel(entry) });
  const [low, high] = entry.limits ?? [0, 0];
  return t("ofColumn", {
    name,
    value: low === high ? value : t("inClass", { value, label: entryLabel(entry) }),
  });
}
