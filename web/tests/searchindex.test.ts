import assert from "node:assert/strict";
import { test } from "node:test";
import { folded, SearchIndex } from "../src/data/searchindex.ts";
import { integer, random } from "./random.ts";
import { columnOf, pick, type Value } from "./tables.ts";

const PARTS = [
  "Kara",
  "tas",
  "Жез",
  "казган",
  "қоры",
  "Йошкар",
  "йод",
  "Ёлкино",
  "ჭია",
  "თურა",
  "É",
  "cole",
  "E\u0301cole",
  "Ñandú",
  "ß",
  "ﬁ",
  "№ 4",
  "tau",
  "A",
  "İ",
  "銅",
  "😀",
  "\u0301",
  "  ",
  "\t",
  "4",
  "-",
  "%",
  "\n",
  "\x1f",
];

const text = (next: () => number): string =>
  Array.from({ length: 1 + integer(next, 4) }, () => PARTS[integer(next, PARTS.length)]).join(
    next() < 0.5 ? " " : "",
  );

/** The rows whose texts hold all words of a query, by reading each. */
function bruteForce(columns: Value[][], query: string): number[] {
  const words = folded(query).split(" ").filter(Boolean);
  if (words.length === 0) return [];
  return [...columns[0].keys()].filter((row) =>
    words.every((word) =>
      columns.some((column) => folded(String(column[row] ?? "")).includes(word)),
    ),
  );
}

async function rowsOf(searchIndex: SearchIndex, query: string): Promise<number[]> {
  await searchIndex.ready();
  const rows: number[] = [];
  searchIndex.forEach(query, (row) => rows.push(row));
  return rows;
}

test("what is found is what reading every text finds, in every script", async () => {
  const next = random(21);
  const count = 1500;
  const columns: Value[][] = [
    Array.from({ length: count }, () => (next() < 0.1 ? null : next() < 0.05 ? "" : text(next))),
    Array.from({ length: count }, () =>
      pick(
        next,
        Array.from({ length: 30 }, () => text(next)),
      ),
    ),
    Array.from({ length: count }, () => pick(next, [10006806, 4, 44, 123456])),
  ];
  const searchIndex = new SearchIndex([
    columnOf("text", columns[0]),
    columnOf("coded", columns[1]),
    columnOf("whole", columns[2]),
  ]);
  const queries = Array.from({ length: 150 }, () => text(next)).concat([
    "kara",
    "KARA TAS",
    "tas kara",
    "жезказган",
    "ЖЕЗКАЗГАН",
    "қ",
    "иошкар",
    "елкино",
    "ჭიათურა",
    "ecole",
    "école",
    "nandu",
    "fi",
    "4",
    "",
    " ",
    "\u0301",
    "10006806",
    "kara 44",
  ]);
  for (const query of queries)
    assert.deepEqual(
      await rowsOf(searchIndex, query),
      bruteForce(columns, query),
      JSON.stringify(query),
    );
});

test("rows come in order and not across each other, however long the texts are", async () => {
  const names = ["ab", "b".repeat(5000), "", "a", "ba", "b a"];
  const searchIndex = new SearchIndex([columnOf("text", names)]);
  assert.deepEqual(await rowsOf(searchIndex, "ba"), [4]);
  assert.deepEqual(await rowsOf(searchIndex, "a b"), [0, 4, 5]);
  assert.deepEqual(await rowsOf(searchIndex, "bb"), [1]);
});

test("names that begin with the query come first, then words, then others", async () => {
  const names = [
    "Bekaratas",
    "New Karatas",
    "Karatas",
    "Tas, Kara",
    "karatas  north",
    " Karatas west",
    "Karatas",
  ];
  const searchIndex = new SearchIndex([columnOf("text", names)]);
  await searchIndex.ready();
  assert.deepEqual(searchIndex.find("KARATAS", 10), {
    count: 6,
    best: [2, 4, 5, 6, 1, 0],
    hidden: 0,
  });
  assert.deepEqual(searchIndex.find("karatas", 2), { count: 6, best: [2, 4], hidden: 0 });
  assert.deepEqual(
    searchIndex.find("karatas", 2, (row) => row !== 2 && row !== 0),
    { count: 4, best: [4, 5], hidden: 2 },
  );
  assert.deepEqual(searchIndex.find("karatas north", 3).best, [4]);
  assert.deepEqual(searchIndex.find("nothing", 3), { count: 0, best: [], hidden: 0 });
});

test("numbers of a prefix are found with it", async () => {
  const searchIndex = new SearchIndex(
    [columnOf("text", ["a", "b"]), columnOf("whole", [10006806, null])],
    [undefined, "mrds:"],
  );
  assert.deepEqual(await rowsOf(searchIndex, "mrds:10006806"), [0]);
  assert.deepEqual(await rowsOf(searchIndex, "MRDS"), [0]);
});

test("a layer without names is searched in vain", async () => {
  assert.deepEqual(await rowsOf(new SearchIndex([]), "a"), []);
  assert.deepEqual(await rowsOf(new SearchIndex([columnOf("text", [])]), "a"), []);
});
