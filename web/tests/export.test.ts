import assert from "node:assert/strict";
import { test } from "node:test";
import { guarded } from "../src/data/spreadsheet.ts";
import { latOf, lonOf, WORLD } from "../src/geo/mercator.ts";
import { csvCell, csvOf, geojsonOf } from "../src/tools/export.ts";
import { points } from "./random.ts";
import { pointSetOf, type Value } from "./tables.ts";

const HOSTILE = [
  '=HYPERLINK("http://x";"y")',
  "+7 495",
  "-1",
  "@SUM(A1)",
  "\tx",
  "\rx",
  'a "quoted" name',
  "a,b",
  "a;b",
  "two\nlines",
  "a\r\nb",
  " =1",
  "'",
  "",
  "Жезказган «медь»",
  "</script>",
  "\u2028",
  "ჭიათურა 😀",
  null,
  "x",
];

/** Degrees of longitude of one unit of the grid; of latitude they are fewer. */
const STEP = 360 / WORLD;

/** The cells of a CSV text (RFC 4180). */
function parsed(text: string): string[][] {
  const rows: string[][] = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1)!;
    if (quoted) {
      if (text[i] !== '"') row[row.length - 1] += text[i];
      else if (text[i + 1] === '"') row[row.length - 1] += text[i++];
      else quoted = false;
    } else if (text[i] === '"') quoted = true;
    else if (text[i] === ",") row.push("");
    else if (text.startsWith("\r\n", i)) rows.push([""]) && i++;
    else row[row.length - 1] += text[i];
  }
  assert.deepEqual(rows.pop(), [""]);
  return rows;
}

const NUMBERS = HOSTILE.map((_, i): Value => [1.5, null, -2, 1e21, 1e-9][i % 5]);

function made() {
  const places = points(HOSTILE.length, 41);
  return {
    places,
    set: pointSetOf(
      {
        name: ["text", HOSTILE],
        kind: ["coded", [...HOSTILE].reverse()],
        km: ["number", NUMBERS],
        id: ["whole", HOSTILE.map((_, i) => i), { name: "occurrence_id", prefix: "x:" }],
        // A table may have two columns of one name.
        twice: ["text", HOSTILE.map(() => "first"), { name: "twice" }],
        again: ["text", HOSTILE.map(() => "second"), { name: "twice" }],
      },
      places,
      { name: "</script>", sources: [{ title: "«A»", licence: null }] },
    ),
  };
}

test("a cell is one cell, and no formula", () => {
  assert.equal(csvCell(null), "");
  assert.equal(csvCell("plain"), "plain");
  assert.equal(csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(csvCell("=1+1"), "'=1+1");
  assert.equal(csvCell('=1,"x"'), `"'=1,""x"""`);
  assert.equal(csvCell(-1.5), "-1.5");
  assert.equal(csvCell(9007199254740993n), "9007199254740993");
});

test("CSV has no facts on the records of sites, which are JSON for the card", () => {
  const facts = ['[{"id": "a:1"}]', '[{"id": "a:2"}]'];
  const set = pointSetOf(
    {
      name: ["text", ["A", "B"]],
      facts: ["text", facts, { name: "site_facts", key: "site_facts" }],
      count: ["whole", [2, 1], { name: "site_count", key: "site_count" }],
      own: ["text", ["x", "y"], { name: "site_facts" }],
    },
    points(2, 41),
  );
  const [head, first] = parsed([...csvOf(set, [0, 1])].join("").slice(1));
  const names = ["name", "site_count", "site_facts (2)", "longitude_deg", "latitude_deg"];
  assert.deepEqual(head, names);
  assert.deepEqual(first.slice(0, 3), ["A", "2", "x"]);
});

test("CSV holds every record as it is, the places in degrees", () => {
  const { set, places } = made();
  const rows = [3, 0, ...HOSTILE.keys()];
  const text = [...csvOf(set, rows)].join("");
  assert.ok(text.startsWith("\ufeff"));
  const [head, ...lines] = parsed(text.slice(1));
  assert.deepEqual(head, [
    "name",
    "kind",
    "km",
    "occurrence_id",
    "twice",
    "twice (2)",
    "longitude_deg",
    "latitude_deg",
  ]);
  assert.equal(lines.length, rows.length);
  lines.forEach((cells, i) => {
    const row = rows[i];
    const harmless = (value: Value): string => guarded(String(value ?? ""));
    assert.deepEqual(cells.slice(0, 6), [
      harmless(HOSTILE[row]),
      harmless(HOSTILE[HOSTILE.length - 1 - row]),
      String(NUMBERS[row] ?? ""),
      `x:${row}`,
      "first",
      "second",
    ]);
    assert.ok(Math.abs(Number(cells[6]) - lonOf(places.xs[row])) <= STEP);
    assert.ok(Math.abs(Number(cells[7]) - latOf(places.ys[row])) <= STEP);
  });
});

test("GeoJSON is JSON, with the sources and every property", () => {
  const { set, places } = made();
  const collection = JSON.parse([...geojsonOf(set, HOSTILE.keys())].join(""));
  assert.equal(collection.type, "FeatureCollection");
  assert.equal(collection.name, "</script>");
  assert.deepEqual(collection.sources, [{ title: "«A»", licence: null }]);
  assert.equal(collection.features.length, HOSTILE.length);
  collection.features.forEach(
    ({ type, geometry, properties }: GeoJSON.Feature<GeoJSON.Point>, row: number) => {
      assert.equal(type, "Feature");
      assert.equal(geometry.type, "Point");
      assert.ok(Math.abs(geometry.coordinates[0] - lonOf(places.xs[row])) <= STEP);
      assert.deepEqual(properties, {
        name: HOSTILE[row],
        kind: HOSTILE[HOSTILE.length - 1 - row],
        km: NUMBERS[row],
        occurrence_id: `x:${row}`,
        twice: "first",
        "twice (2)": "second",
      });
    },
  );
  assert.deepEqual(JSON.parse([...geojsonOf(set, [])].join("")).features, []);
});

test("numbers that JSON lacks are left out, those too large are text", () => {
  const set = pointSetOf({ km: ["number", [Infinity, -Infinity, NaN]] }, points(3, 42));
  const values = JSON.parse([...geojsonOf(set, [0, 1, 2])].join("")).features.map(
    ({ properties }: GeoJSON.Feature) => properties!.km,
  );
  assert.deepEqual(values, [null, null, null]);
  const large = pointSetOf({ id: ["long", [9007199254740993n, 5n, null]] }, points(3, 42));
  const ids = JSON.parse([...geojsonOf(large, [0, 1, 2])].join("")).features.map(
    ({ properties }: GeoJSON.Feature) => properties!.id,
  );
  assert.deepEqual(ids, ["9007199254740993", 5, null]);
  assert.deepEqual(
    parsed([...csvOf(large, [0, 1, 2])].join("").slice(1))
      .slice(1)
      .map(([id]) => id),
    ["9007199254740993", "5", ""],
  );
});

test("many records come in pieces that make one file", () => {
  const made = points(5001, 43);
  const set = pointSetOf({ n: ["whole", [...made.xs.keys()]] }, made);
  assert.equal(parsed([...csvOf(set, made.xs.keys())].join("").slice(1)).length, 5002);
  assert.equal(JSON.parse([...geojsonOf(set, made.xs.keys())].join("")).features.length, 5001);
});
