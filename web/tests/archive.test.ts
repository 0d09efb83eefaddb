import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { ArchiveReader } from "../src/data/loader.ts";
import { pictureSize } from "../src/data/picturesize.ts";
import { isTile } from "../src/layers/archive.ts";

const page = { minmap: { readers: {} as { archive?: ArchiveReader } } };
Object.assign(globalThis, { window: page });
await import("../src/plugins/archive.ts");
const open = page.minmap.readers.archive!;

const u16 = (n: number): number[] => [n >>> 8, n & 255];
const u32 = (n: number): number[] => [...u16(n >>> 16), ...u16(n & 65_535)];
const ascii = (text: string): number[] => [...text].map((sign) => sign.charCodeAt(0));
const bytesOf = (...parts: number[]): ArrayBuffer =>
  Uint8Array.from([...parts, ...new Array(30).fill(0)]).buffer;

const png = (width: number, height: number): ArrayBuffer =>
  bytesOf(
    0x89,
    ...ascii("PNG\r\n\x1a\n"),
    ...u32(13),
    ...ascii("IHDR"),
    ...u32(width),
    ...u32(height),
  );
const jpeg = (width: number, height: number): ArrayBuffer =>
  bytesOf(
    ...[0xff, 0xd8, 0xff, 0xe0, ...u16(4), 1, 2, 0xff, 0xff, 0xc4, ...u16(2)],
    ...[0xff, 0xc2, ...u16(11), 8, ...u16(height), ...u16(width)],
  );
const webp = (kind: string, ...content: number[]): ArrayBuffer =>
  bytesOf(...ascii(`RIFF....WEBP${kind}....`), ...content);

test("the size of a picture is read from its header", () => {
  const size = { width: 16_000, height: 300 };
  const [width, height] = [16_000 - 1, 300 - 1];
  const bits = width | (height << 14);
  const low = (n: number, count: number): number[] => [...u32(n)].reverse().slice(0, count);
  const pictures = [
    png(16_000, 300),
    jpeg(16_000, 300),
    webp("VP8 ", 0, 0, 0, 0x9d, 1, 0x2a, ...low(16_000, 2), ...low(300, 2)),
    webp("VP8L", 0x2f, ...low(bits, 4)),
    webp("VP8X", 0, 0, 0, 0, ...low(width, 3), ...low(height, 3)),
  ];
  for (const picture of pictures) assert.deepEqual(pictureSize(picture), size);
  const others = [bytesOf(), bytesOf(...ascii("GIF89a")), webp("VP9 "), bytesOf(0xff, 0xd8, 1)];
  // What decoders skip may not hide the true frame.
  for (const marker of [0, 1, 0xd0, 0xd9])
    others.push(bytesOf(0xff, 0xd8, 0xff, marker, ...new Uint8Array(jpeg(9, 9)).subarray(2)));
  for (const other of [...others, new ArrayBuffer(0), png(1, 1).slice(0, 20)])
    assert.equal(pictureSize(other), null);
});

test("tiles of more than 2048 pixels a side are refused before they are decoded", () => {
  assert.ok(isTile(png(2048, 2048)));
  for (const tile of [png(2049, 1), png(1, 2049), png(16_000, 16_000), bytesOf(1)])
    assert.ok(!isTile(tile));
});

const varint = (number: number): number[] =>
  number < 128 ? [number] : [(number % 128) + 128, ...varint(Math.floor(number / 128))];

/** A file with one directory, whose entries all stand for the same tile. */
function archiveOf(entries: number): Buffer {
  const tile = Buffer.from(png(256, 256));
  const column = (first: number, rest: number): number[] =>
    Array.from({ length: entries }, (_, i) => (i === 0 ? first : rest));
  const directory = [
    ...varint(entries),
    ...[...column(0, 1), ...column(1, 1), ...column(tile.length, tile.length), ...column(1, 1)],
  ];
  const root = gzipSync(Uint8Array.from(directory));
  const head = Buffer.alloc(127);
  head.write("PMTiles");
  head[7] = 3;
  const place = (at: number, start: number, length: number): void => {
    head.writeBigUInt64LE(BigInt(start), at);
    head.writeBigUInt64LE(BigInt(length), at + 8);
  };
  place(8, 127, root.length);
  place(56, 127 + root.length, tile.length);
  head.set([1, 2, 1, 2, 0, 8], 96);
  return Buffer.concat([head, root, tile]);
}

/** The answers of a server: right, without an end, or right after an error. */
type Answers = "right" | "endless" | "late";

async function served(file: Buffer, answers: Answers, use: (url: string) => Promise<void>) {
  let asked = 0;
  const server = createServer((request, response) => {
    const [start, end] = /(\d+)-(\d+)/
      .exec(request.headers.range ?? "")!
      .slice(1)
      .map(Number);
    response.writeHead(answers === "late" && asked++ === 0 ? 503 : 206);
    if (answers !== "endless") response.end(file.subarray(start, end + 1));
    else response.write(Buffer.alloc(end - start + 2));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a.pmtiles`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const FIRST = { z: 0, x: 0, y: 0 };

test("directories of more entries than any writer makes are refused", async () => {
  await served(archiveOf(20_000), "right", async (url) => {
    assert.deepEqual(await open(url)(FIRST), png(256, 256));
  });
  await served(archiveOf(100_001), "right", (url) => assert.rejects(open(url)(FIRST), /damaged/));
});

test("a response that goes on beyond what was asked for is not read to its end", async () => {
  await served(archiveOf(1), "endless", (url) => assert.rejects(open(url)(FIRST), RangeError));
});

test("a tile is fetched again after a request that failed", async () => {
  await served(archiveOf(1), "late", async (url) => {
    const read = open(url);
    await assert.rejects(read(FIRST), /503/);
    assert.deepEqual(await read(FIRST), png(256, 256));
  });
});
