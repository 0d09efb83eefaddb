// What a page in a folder has beside minmap.js: a reader of the GeoParquet files that lie with it.

import { ParquetCells } from "../data/parquet.ts";
import type { PointReader } from "../data/loader.ts";

/** Read a file of points: its places at once, its cells when they are needed. */
const open: PointReader = async (spec, told) => {
  const cells = await ParquetCells.open(spec);
  return { places: await cells.places(told), cells, supply: cells };
};

(window as unknown as { minmap: { readers: { parquet?: PointReader } } }).minmap.readers.parquet = open;
