import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedColumn } from "../src/data/codedwords.ts";
import { folded, tolerance } from "../src/data/folding.ts";
import { RANK } from "../src/data/found.ts";
import { SearchIndex } from "../src/data/searchindex.ts";
import type { ColumnSpec } from "../src/data/spec.ts";
import { nearest } from "./edits.ts";
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
  const searchIndex = new SearchIndex({
    columns: [
      columnOf("text", columns[0]),
      columnOf("coded", columns[1]),
      columnOf("whole", columns[2]),
    ],
  });
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
  const searchIndex = new SearchIndex({ columns: [columnOf("text", names)] });
  assert.deepEqual(await rowsOf(searchIndex, "ba"), [4]);
  assert.deepEqual(await rowsOf(searchIndex, "a b"), [0, 4, 5]);
  assert.deepEqual(await rowsOf(searchIndex, "bb"), [1]);
});

test("the whole name comes first, then its beginning, then words, then others", async () => {
  const names = [
    "Bekaratas",
    "New Karatas",
    "Karatas",
    "Tas, Kara",
    "karatas  north",
    " Karatas west",
    "Karatas",
  ];
  const searchIndex = new SearchIndex({ columns: [columnOf("text", names)] });
  await searchIndex.ready();
  assert.deepEqual(searchIndex.find("KARATAS", 10), {
    count: 6,
    best: [2, 6, 4, 5, 1, 0],
    ranks: [0, 0, 1, 1, 2, 4],
    hidden: 0,
  });
  assert.deepEqual(searchIndex.find("karatas", 2).best, [2, 6]);
  const some = searchIndex.find("karatas", 2, (row) => row !== 2 && row !== 0);
  assert.deepEqual([some.count, some.best, some.hidden], [4, [6, 4], 2]);
  assert.deepEqual(searchIndex.find("karatas north", 3).best, [4]);
  assert.deepEqual(searchIndex.find("nothing", 3), { count: 0, best: [], ranks: [], hidden: 0 });
});

test("numbers of a prefix are found with it", async () => {
  const searchIndex = new SearchIndex({
    columns: [columnOf("text", ["a", "b"]), columnOf("whole", [10006806, null])],
    prefixes: [undefined, "mrds:"],
  });
  assert.deepEqual(await rowsOf(searchIndex, "mrds:10006806"), [0]);
  assert.deepEqual(await rowsOf(searchIndex, "MRDS"), [0]);
});

test("a layer without names is searched in vain", async () => {
  assert.deepEqual(await rowsOf(new SearchIndex({ columns: [] }), "a"), []);
  assert.deepEqual(await rowsOf(new SearchIndex({ columns: [columnOf("text", [])] }), "a"), []);
});

const codedOf = (values: Value[], more: Partial<ColumnSpec>): CodedColumn =>
  new CodedColumn(columnOf("coded", values), {
    name: "commodities",
    label: "Commodities",
    type: "text",
    unit: null,
    ...more,
  });

test("records are found by the words of their codes, after those with the word in their name", async () => {
  const names = ["Akbakai", "Wolf hill", "Gold reef", "W", "Shalkar"];
  const commodities = codedOf(["Au", "W Sn", null, "Cu", "Sn W"], {
    codes: true,
    words: { Au: "Gold", W: "Tungsten", Sn: "Tin", Cu: "Copper" },
    found: { W: "volfram wolfram", Sn: "olovo" },
  });
  const columns = [columnOf("text", names)];
  const searchIndex = new SearchIndex({ columns, coded: () => Promise.resolve([commodities]) });
  await searchIndex.ready();
  const best = (query: string): number[] => searchIndex.find(query, 5).best;
  assert.deepEqual(best("tungsten"), [1, 4]);
  assert.deepEqual(best("вольфрам"), [1, 4]);
  assert.deepEqual(best("W"), [3, 1, 4]);
  assert.deepEqual(best("gold"), [2, 0]);
  assert.deepEqual(best("shalkar tin"), [4]);
  assert.deepEqual(best("tungsen"), [1, 4]);
  assert.equal(searchIndex.find("tungsen", 5).count, 0);
});

/** The rows with the fewest typing errors in a word, by comparing each word of each name. */
function bruteNear(names: string[], query: string): { rows: number[]; least: number } {
  const word = folded(query);
  const most = tolerance(new TextEncoder().encode(word));
  const found = names.map((name) =>
    Math.min(
      ...folded(name)
        .split(" ")
        .map((other) => nearest(word, other)),
    ),
  );
  const least = Math.min(...found);
  const rows = [...names.keys()].filter((row) => found[row] === least && least <= most);
  return { rows, least };
}

test("without a match, typing errors are forgiven as in reading every name", async () => {
  const next = random(8);
  const parts = ["kara", "tas", "zhez", "kazgan", "bulak", "shal", "kar"];
  const names = Array.from({ length: 600 }, () =>
    Array.from({ length: 1 + integer(next, 3) }, () => parts[integer(next, parts.length)]).join(
      next() < 0.4 ? " " : "",
    ),
  );
  const searchIndex = new SearchIndex({ columns: [columnOf("text", names)] });
  await searchIndex.ready();
  const letters = "aeghjkrstz";
  let tried = 0;
  for (let n = 0; n < 300; n++) {
    const word = [...names[integer(next, names.length)].split(" ")[0]];
    for (let errors = 1 + integer(next, 2); errors > 0; errors--) {
      const at = integer(next, word.length);
      const letter = letters[integer(next, letters.length)];
      word.splice(at, integer(next, 2), ...(next() < 0.7 ? [letter] : []));
    }
    const query = word.join("");
    const { count, best, ranks } = searchIndex.find(query, names.length);
    if (count > 0 || folded(query) === "") continue;
    tried++;
    const { rows, least } = bruteNear(names, query);
    assert.equal(best.length > 0, rows.length > 0, query);
    assert.ok(
      best.every((row) => rows.includes(row)),
      `${query} ${least}`,
    );
    assert.ok(ranks.every((rank) => rank === RANK.near));
  }
  assert.ok(tried > 100);
});
