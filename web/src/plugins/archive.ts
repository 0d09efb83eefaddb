// The reader of a PMTiles file beside a page.

import { Compression, FetchSource, PMTiles, type RangeResponse, SharedPromiseCache } from "pmtiles";
import { inflate } from "../data/gzip.ts";
import type { ArchiveReader } from "../data/loader.ts";

/** Bytes of a tile or of a packed directory, and of an unpacked one. */
const MOST = 8_000_000;
const MOST_UNPACKED = 32_000_000;
/** Bytes of a directory that an entry takes at least. */
const ENTRY = 4;
/** The byte of the header that names the compression of directories. */
const METHOD = 97;

const damaged = (): Error => new Error("The file of tiles is damaged.");

/** Fetches no more than a tile or a directory may have. */
class BoundedSource extends FetchSource {
  override async getBytes(
    offset: number,
    length: number,
    ...rest: [AbortSignal?, string?]
  ): Promise<RangeResponse> {
    if (!(length <= MOST)) throw damaged();
    const found = await super.getBytes(offset, length, ...rest);
    // Directories that are not packed would not be checked.
    const isPacked = new Uint8Array(found.data)[METHOD] === Compression.Gzip;
    if (offset === 0 && !isPacked) throw damaged();
    return found;
  }
}

/** Unpack a directory of a sensible size; tiles are not packed. */
async function unpack(bytes: ArrayBuffer, method: Compression): Promise<ArrayBuffer> {
  if (method !== Compression.Gzip) return bytes;
  const whole = await inflate(bytes, MOST_UNPACKED).catch(() => {
    throw damaged();
  });
  if (firstNumber(whole) * ENTRY > whole.length) throw damaged();
  return whole.buffer;
}

/** Return the number at the beginning of a directory, that of its entries. */
function firstNumber(bytes: Uint8Array): number {
  let number = 0;
  for (let i = 0; i < 8; i++) {
    number += (bytes[i] & 127) * 128 ** i;
    if (bytes[i] < 128) return number;
  }
  return Number.POSITIVE_INFINITY;
}

const archive: ArchiveReader = (url) => {
  const directories = new SharedPromiseCache(64, true, unpack);
  const file = new PMTiles(new BoundedSource(url), directories, unpack);
  return async ({ z, x, y }) => (await file.getZxy(z, x, y))?.data ?? null;
};

type Page = { minmap: { readers: { archive?: ArchiveReader } } };
(window as unknown as Page).minmap.readers.archive = archive;
