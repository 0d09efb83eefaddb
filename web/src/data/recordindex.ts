// The search in the names and codes of a layer's records.

import { CodedColumn } from "./codedwords.ts";
import type { Cells } from "./loader.ts";
import type { Column } from "./payload.ts";
import { SearchIndex } from "./searchindex.ts";
import type { RecordsSpec, SearchedSpec } from "./spec.ts";

type Spec = Pick<RecordsSpec, "columns"> & SearchedSpec;

export function recordIndex({ columns, search, search_codes: codes }: Spec, cells: Cells) {
  const columnAt = (at: number): Column => cells.getChild(`c${at}`) as Column;
  return new SearchIndex({
    columns: search.map(columnAt),
    prefixes: search.map((at) => columns[at].prefix),
    ranges: () => cells.ranges(search),
    coded: async () => {
      await cells.columns(codes);
      return codes.map((at) => new CodedColumn(columnAt(at), columns[at]));
    },
  });
}
