import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bounds } from "../src/geo/bounds.ts";
import { layerKey } from "../src/layers/points/view.ts";
import {
  boundsOf,
  parametersOf,
  readChoice,
  readTerms,
  viewOf,
  writeBounds,
  writeChoice,
  writeTerms,
} from "../src/page/address.ts";

const HOSTILE = [
  "a|b",
  "100 %",
  "%7C",
  "%257C",
  "|",
  "%",
  "",
  "</script>",
  "a&b=c#d",
  "…=&",
  "Жезказган «медь»",
  "ჭიათურა",
  "__proto__",
  "..",
  "1..2",
  "+ +",
  "\n",
  "😀",
];

/** As the address carries it. */
const sent = (text: string): string =>
  parametersOf(`#${new URLSearchParams([["k", text]])}`).get("k")!;

test("terms come back as they were, whatever is in them", () => {
  for (const term of HOSTILE)
    assert.deepEqual(readChoice(sent(writeChoice({ terms: [term] })!), false), { terms: [term] });
  assert.deepEqual(readTerms(sent(writeTerms(HOSTILE))), HOSTILE);
});

test("ends come back as they were", () => {
  for (const [from, to] of [
    [0, 1],
    [-5.25, 1e21],
    [1e-7, 0.30000000000000004],
    [-3, -1],
    [7, 7],
  ]) {
    assert.deepEqual(readChoice(sent(writeChoice({ from, to })!), true), { from, to });
  }
  assert.equal(writeChoice(null), null);
  assert.deepEqual(readChoice("9..2", true), { from: 2, to: 9 });
});

test("what is no range is no choice", () => {
  for (const text of [
    "",
    "..",
    "1..",
    "..2",
    "a..b",
    "1",
    "1..2..3",
    "NaN..1",
    "1..Infinity",
    " .. ",
  ])
    assert.equal(readChoice(text, true), null, text);
});

test("a view is complete and within the world, or null", () => {
  assert.deepEqual(viewOf("5/45.2/-67.125"), { zoom: 5, lat: 45.2, lon: -67.125 });
  assert.deepEqual(viewOf("4.5/-0/190"), { zoom: 4.5, lat: -0, lon: 190 });
  for (const text of [
    null,
    "",
    "//",
    "5/45",
    "5/45/67/8",
    "5/91/0",
    "25/0/0",
    "-1/0/0",
    "a/b/c",
    "5/NaN/0",
    "5/1e1/0",
    "5/0/99999",
    "5//0",
  ]) {
    assert.equal(viewOf(text), null, String(text));
  }
});

test("bounds come back as they were, and nothing else is bounds", () => {
  const bounds: Bounds = [
    [-40.25, 170],
    [55, 190.000001],
  ];
  assert.equal(sent(writeBounds(bounds)), "-40.25/170/55/190.000001");
  assert.deepEqual(boundsOf(writeBounds(bounds)), bounds);
  for (const text of [
    null,
    "",
    "///",
    "5/45.2/67",
    "5/45/67/8",
    "50/0/40/9",
    "0/0/91/9",
    "0/0/9/9e9",
    "0/0/9/1/2",
    "a/0/9/9",
  ]) {
    assert.equal(boundsOf(text), null, String(text));
  }
});

test("layers of one name get different keys, and no name ends its own key", () => {
  const keys = ["Gold", "Gold", "Gold#2", "a.b", "a~b", "a%2eb"].map(layerKey);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keys[0], "Gold");
  for (const key of keys) assert.doesNotMatch(key, /[.~]/);
});
