// The reader of a PMTiles file beside a page.

import {
  Compression,
  EtagMismatch,
  FetchSource,
  PMTiles,
  type RangeResponse,
  SharedPromiseCache,
} from "pmtiles";
import { inflate, limit } from "../data/gzip.ts";
import type { ArchiveReader } from "../data/loader.ts";

/** Bytes of a tile or of a packed directory, and of an unpacked one. */
const MOST = 8_000_000;
const MOST_UNPACKED = 3_000_000;
/** The most entries of a directory. Each becomes an object; writers make about a tenth as many. */
const MOST_ENTRIES = 100_000;
/** Bytes of a directory that an entry takes at least. */
const ENTRY = 4;
/** Directories that are kept. */
const KEPT = 16;
/** The byte of the header that names the compression of directories. */
const METHOD = 97;

const damaged = (): Error => new Error("The file of tiles is damaged.");

/** Fetches no more than a tile or a directory may have. */
class BoundedSource extends FetchSource {
  override async getBytes(
    offset: number,
    length: number,
    signal?: AbortSignal,
    etag?: string,
  ): Promise<RangeResponse> {
    if (!(length <= MOST)) throw damaged();
    const response = await this.request(offset, length, signal);
    const found = response.headers.get("Etag") ?? undefined;
    if (response.status === 416 || (etag && found && found !== etag)) {
      this.mustReload = true;
      throw new EtagMismatch("The file of tiles is another one now.");
    }
    const isPart = response.status === 206 || (response.ok && offset === 0);
    if (!isPart) throw new Error(`The server answers ${response.status}.`);
    const data = await readUpTo(response, length);
    // Directories that are not packed would not be checked.
    if (offset === 0 && data[METHOD] !== Compression.Gzip) throw damaged();
    // Weak tags do not tell whether the bytes are the same.
    return { data: data.buffer, etag: found?.startsWith("W/") ? undefined : found };
  }

  private request(offset: number, length: number, signal?: AbortSignal): Promise<Response> {
    const kept = this.chromeWindowsNoCache ? "no-store" : "default";
    return fetch(this.url, {
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
      cache: this.mustReload ? "reload" : kept,
      signal,
    });
  }
}

/** Return the bytes of a response; an error once they are more than was asked for. */
async function readUpTo(response: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const bounded = response.body?.pipeThrough(limit(most));
  return new Uint8Array(await new Response(bounded).arrayBuffer());
}

/** Unpack a directory of a sensible size; tiles are not packed. */
async function unpack(bytes: ArrayBuffer, method: Compression): Promise<ArrayBuffer> {
  if (method !== Compression.Gzip) return bytes;
  const whole = await inflate(bytes, MOST_UNPACKED).catch(() => {
    throw damaged();
  });
  if (firstNumber(whole) > Math.min(MOST_ENTRIES, whole.length / ENTRY)) throw damaged();
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
  const open = (): PMTiles =>
    new PMTiles(new BoundedSource(url), new SharedPromiseCache(KEPT, true, unpack), unpack);
  let file = open();
  return async ({ z, x, y }) => {
    const used = file;
    try {
      return (await used.getZxy(z, x, y))?.data ?? null;
    } catch (error) {
      // PMTiles caches a failed request; a new reader asks again for the next tile.
      if (file === used) file = open();
      throw error;
    }
  };
};

type Page = { minmap: { readers: { archive?: ArchiveReader } } };
(window as unknown as Page).minmap.readers.archive = archive;
