// The columns of the maker's table that are not in the page, and how the page gets them.

import { h } from "../ui/dom.ts";
import { formatCount } from "../words/format.ts";
import { plural, t } from "../words/language.ts";

/** Return a note on columns that the page does not have; nothing if it has all. */
export function leftOutNote(names: string[] = []): HTMLElement[] {
  if (names.length === 0) return [];
  const count = plural("leftOut", names.length, formatCount(names.length));
  const listed = h("p", `${names.join(", ")}. ${t("leftOutCure")}`);
  return [h("details.mm-leftout", h("summary", count), listed)];
}
