import assert from "node:assert/strict";
import { test } from "node:test";
import type { Findable } from "../src/layers/findable.ts";
import type { PointLayer } from "../src/layers/points/view.ts";
import { Finder, type Search } from "../src/tools/finder.ts";
import { points } from "./random.ts";
import { pointSetOf, type Value } from "./tables.ts";

const setOf = (name: string, names: Value[], countries: Value[]) =>
  pointSetOf(
    { name: ["text", names], country: ["coded", countries, { words: { KGZ: "Kyrgyzstan" } }] },
    points(names.length, 7, 1),
    { name, search: [0], search_codes: [1] },
  );

/** A layer of lines and areas with names, which lie at no place. */
const featuresOf = (name: string, names: Value[], countries: Value[] = names.map(() => null)) => {
  const { spec, records, searchIndex } = setOf(name, names, countries);
  const index = { spotOf: () => [0, 0] };
  const hintOf = (row: number): string[] => (row === 0 ? [] : [`class ${row}`]);
  return { spec, records, searchIndex, index, hintOf, hitOf: () => null } as never;
};

const placesOf = (...names: string[]): Findable[] =>
  names.map((name) => ({ kind: "place", name, hint: "town" }));

function finderOf(sites: string[], places: string[], opened: unknown[] = []): Finder {
  const finder = new Finder({
    openRecord: (_, row) => opened.push(["site", row]),
    openFeature: (_, row, focus) => opened.push(["feature", row, focus]),
    openPlace: ({ name }) => opened.push(["place", name]),
  });
  const set = setOf(
    "Sites",
    sites,
    sites.map(() => null),
  );
  finder.layers.add({ points: set } as unknown as PointLayer);
  finder.addPlaces(placesOf(...places));
  return finder;
}

const titles = ({ groups }: Search): string[][] =>
  groups.map(({ name, hits }) => [name, ...hits.map(({ title }) => title)]);

test("exact spellings come before near ones, of places and of records", async () => {
  const finder = finderOf(["Talap", "Kumtor", "Terek"], ["Talas", "Kumtar", "Bishkek"]);
  assert.deepEqual(titles(await finder.find("talas")), [
    ["Places", "Talas"],
    ["Sites", "Talap"],
  ]);
  // A place that is spelt nearly so is not of use beside a record.
  assert.deepEqual(titles(await finder.find("kumtor")), [["Sites", "Kumtor"]]);
  assert.deepEqual(titles(await finder.find("bishkik")), [["Places", "Bishkek"]]);
  finder.addPlaces(placesOf("Talar"));
  assert.deepEqual(titles(await finder.find("talas"))[0], ["Places", "Talas"]);
});

test("the records of lines and areas are found by name and code, each with a hint", async () => {
  const opened: unknown[] = [];
  const finder = finderOf(["Kumtor"], ["Talas"], opened);
  const names = ["Talas belt", "Kyrgyzstan", "Chu belt"];
  finder.features.add(featuresOf("Belts", names, [null, "KGZ", "KGZ"]));
  const talas = await finder.find("talas");
  assert.deepEqual(titles(talas), [
    ["Places", "Talas"],
    ["Belts", "Talas belt"],
  ]);
  assert.equal(talas.groups[1].hits[0].hint, "85.05, -180.00");
  assert.equal(talas.count, 0);
  const { groups } = await finder.find("kyrgyzstan");
  assert.deepEqual(
    groups[0].hits.map(({ title, hint }) => [title, hint]),
    [
      ["Kyrgyzstan", "class 1"],
      ["Chu belt", "Kyrgyzstan"],
    ],
  );
  groups[0].hits[1].run(true);
  assert.deepEqual(opened, [["feature", 2, true]]);
  finder.features.clear();
  assert.deepEqual(titles(await finder.find("talas")), [["Places", "Talas"]]);
});

test("a group of lines and areas counts them all, and unfolds", async () => {
  const finder = finderOf(["Belt mine"], []);
  finder.features.add(
    featuresOf(
      "Belts",
      Array.from({ length: 9 }, (_, i) => `Belt ${i}`),
    ),
  );
  const few = await finder.find("belt");
  assert.deepEqual(
    few.groups.map(({ name, hits, more, isTable }) => [name, hits.length, more, isTable]),
    [
      ["Sites", 1, 0, true],
      ["Belts", 4, 5, false],
    ],
  );
  assert.equal(few.count, 1, "only points can be filtered");
  const { groups } = await finder.find("belt", 100);
  assert.deepEqual([groups[1].hits.length, groups[1].more], [9, 0]);
});
