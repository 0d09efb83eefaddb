// What a page in a folder has beside minmap.js: a reader of the GeoParquet files that lie with it.

import type { PointReader } from "../data/loader.ts";
import { ParquetCells } from "../data/parquet.ts";

/** Read a file of points: its places at once, its cells when they are needed. */
const open: PointReader = async (spec, onProgress) => {
  const cells = await ParquetCells.open(spec);
  return { places: await cells.places(onProgress), cells, loader: cells };
};

(window as unknown as { minmap: { readers: { parquet?: PointReader } } }).minmap.readers.parquet =
  open;
