// The reader of GeoParquet files beside a page in a folder.

import type { PointReader } from "../data/loader.ts";
import { ParquetCells } from "../data/parquet.ts";

/** Read the places of a file of points at once, and its cells when they are needed. */
const parquet: PointReader = async (spec, onProgress) => {
  const cells = await ParquetCells.open(spec);
  return { places: await cells.places(onProgress), cells };
};

type Page = { minmap: { readers: { parquet?: PointReader } } };
(window as unknown as Page).minmap.readers.parquet = parquet;
