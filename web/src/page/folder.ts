// The reader of GeoParquet files beside a page in a folder.

import type { PointReader } from "../data/loader.ts";
import { ParquetCells } from "../data/parquet.ts";

/** Read the places of a file of points at once, and its cells when they are needed. */
const parquet: PointReader = async (spec, coded, onProgress) => {
  const cells = await ParquetCells.open(spec);
  return { places: await cells.places(coded, onProgress), cells };
};

type Page = { minmap: { readers: { parquet?: PointReader } } };
(window as unknown as Page).minmap.readers.parquet = parquet;
