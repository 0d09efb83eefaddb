import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { WordIndex } from "../src/data/wordindex.ts";
import { integer, random } from "./random.ts";

type Entry = [key: string | number[], rows: number[], count?: number];

const bytesOf = (key: string | number[]): number[] =>
  typeof key === "string" ? [...new TextEncoder().encode(key)] : key;

const numbers = (values: number[], size: 1 | 2 | 4): number[] =>
  values.flatMap((value) => Array.from({ length: size }, (_, n) => (value >>> (8 * n)) & 255));

/** A block as docs/formats.md describes it. */
function blockOf(entries: Entry[]): number[] {
  const rows = entries.flatMap(([, rows]) => rows);
  const keys = entries.map(([key]) => bytesOf(key));
  return [
    ...numbers([entries.length, rows.length], 4),
    ...numbers(
      entries.map(([, rows, count]) => count ?? rows.length),
      4,
    ),
    ...numbers(rows, 4),
    ...numbers(
      entries.map(([, rows]) => rows.length),
      2,
    ),
    ...numbers(
      keys.map((key) => key.length),
      1,
    ),
    ...keys.flat(),
  ];
}

function indexOf(blocks: Entry[][], change = (bytes: Uint8Array) => bytes, length = 100) {
  const packed = blocks.map((block) => gzipSync(Uint8Array.from(blockOf(block))));
  const firsts = blocks.map(([[key]]) => bytesOf(key));
  const directory = gzipSync(
    Uint8Array.from([
      ...numbers(
        packed.map((one) => one.length),
        4,
      ),
      ...numbers(
        firsts.map((one) => one.length),
        1,
      ),
      ...firsts.flat(),
    ]),
  );
  const start = packed.reduce((sum, one) => sum + one.length, 0);
  const bytes = change(Uint8Array.from(Buffer.concat([...packed, directory])));
  const slice = (from: number, to = bytes.length) => bytes.slice(from, to).buffer as ArrayBuffer;
  const file = { byteLength: bytes.length, slice };
  const spec = { url: "", size: start + directory.length, directory: start, blocks: blocks.length };
  return new WordIndex(file, spec, length);
}

const word = (word: string, ...codes: string[]) => ({ word, codes });

const BLOCKS: Entry[][] = [
  [
    ["kara", [7, 3]],
    ["karatas", [9]],
  ],
  [
    ["karatau", [4, 3]],
    ["tas", [3, 5, 9], 900],
  ],
  [
    ["zhezkazgan", [8]],
    [[0xfe, ...bytesOf("commodities=W")], [1, 3], 500],
    [
      [0xff, ...bytesOf("k")],
      [7, 3, 9, 4],
    ],
    [
      [0xff, ...bytesOf("kar")],
      [7, 3, 9, 4],
    ],
    [[0xff, ...bytesOf("tas")], [3, 5, 9], 900],
  ],
];

test("words, their beginnings and codes are found over the borders of blocks", async () => {
  const index = indexOf(BLOCKS);
  const rows = async (...words: { word: string; codes: string[] }[]) =>
    (await index.find(words)).rows;
  assert.deepEqual(await rows(word("karata")), [9, 4, 3]);
  assert.deepEqual(await rows(word("kara")), [7, 9, 4, 3]);
  assert.deepEqual(await rows(word("k")), [7, 3, 9, 4]);
  assert.deepEqual(await rows(word("nothing")), []);
  assert.deepEqual(await rows(word("volfram", "commodities=W")), [1, 3]);
  assert.deepEqual(await rows(word("kara"), word("karatau")), [4, 3]);
  assert.deepEqual(await rows(), []);
});

test("typing errors are forgiven where no word fits", async () => {
  const index = indexOf(BLOCKS);
  const found = await index.find([word("jezkazgan")]);
  assert.deepEqual([found.rows, found.isNear], [[8], true]);
  assert.equal((await index.find([word("karatas")])).isNear, false);
  assert.deepEqual((await index.find([word("kartaas")])).rows, [9]);
});

test("a word of too many records must be looked for in those of the others", async () => {
  const index = indexOf(BLOCKS);
  const found = await index.find([word("tas"), word("kara")]);
  assert.deepEqual([found.rows, found.unsure, found.isWhole], [[9, 3, 7, 4], ["tas"], false]);
  const alone = await index.find([word("tas")]);
  assert.deepEqual([alone.count, alone.isWhole], [900, false]);
});

const BROKEN = /search index is damaged/;

test("an index that is cut, wrong or of another file says so", async () => {
  const wrong: [Entry[][], ((bytes: Uint8Array) => Uint8Array)?, number?][] = [
    [BLOCKS, (bytes) => bytes.subarray(0, bytes.length - 9)],
    [BLOCKS, (bytes) => bytes.map((byte, i) => (i < 12 ? 0 : byte))],
    [BLOCKS, () => new Uint8Array(0)],
    [BLOCKS, undefined, 5],
    [[BLOCKS[1], BLOCKS[0]]],
    [[[...BLOCKS[0]].reverse()]],
    [
      [
        [
          ["kara", Array(5).fill(1)],
          ["karb", [], 3],
        ],
        [["a", []]],
      ],
    ],
  ];
  for (const [blocks, change, length] of wrong)
    await assert.rejects(indexOf(blocks, change, length).find([word("kara")]), BROKEN);
  const bomb = (bytes: Uint8Array): Uint8Array => {
    const packed = gzipSync(new Uint8Array(1 << 25));
    return Uint8Array.from([...bytes.subarray(0, 0), ...packed]);
  };
  await assert.rejects(indexOf(BLOCKS, bomb).find([word("kara")]), BROKEN);
});

test("no change of a byte makes the search hang or return records that are not there", async () => {
  const next = random(17);
  const outcomes = new Set<string>();
  for (let n = 0; n < 300; n++) {
    const index = indexOf(BLOCKS, (bytes) => {
      const changed = bytes.slice(0, next() < 0.2 ? integer(next, bytes.length) : bytes.length);
      for (let i = integer(next, 4); i >= 0; i--)
        changed[integer(next, bytes.length)] = integer(next, 256);
      return changed;
    });
    try {
      const { rows } = await index.find([word(["kara", "k", "karatsa", "zhez"][n % 4])]);
      assert.ok(rows.every((row) => row < 100));
      outcomes.add("found");
    } catch (error) {
      assert.match(String(error), BROKEN);
      outcomes.add("broken");
    }
  }
  assert.ok(outcomes.has("broken"));
});
