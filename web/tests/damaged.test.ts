// What a page shows of a table that minmap did not make, but that has the columns of one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeIn } from "../src/tools/pairreview.ts";
import { distanceOf, recordsIn, shareOf, textOf, uncertaintyOf } from "../src/tools/sitefacts.ts";
import { points } from "./random.ts";
import { pointSetOf, type Value } from "./tables.ts";

test("facts of a site that are no texts and numbers are left out", () => {
  const cell = '[{"name":{"toString":1,"valueOf":1},"id":["a"],"status":null,"year":7,"url":true}]';
  const [facts] = recordsIn(cell);
  const texts = ["name", "id", "status", "year", "url", "none"].map((name) => textOf(facts[name]));
  assert.deepEqual(texts, ["", "", "", "7", "true", ""]);
  const deep = recordsIn(`[{"name":${"[".repeat(20_000)}${"]".repeat(20_000)}}]`);
  assert.deepEqual(
    deep.map(({ name }) => textOf(name)),
    [""],
  );
  assert.deepEqual([null, "{", "7", "[1, null]"].flatMap(recordsIn), []);
});

test("a record of a site without a place on Earth has no distance", () => {
  const [facts] = recordsIn('[{"longitude":1e999,"latitude":45,"location_uncertainty_m":1e999}]');
  const place = { lat: 45, lon: 70 };
  assert.equal(distanceOf(facts, place), "");
  assert.equal(distanceOf({ longitude: 70, latitude: 91 }, place), "");
  assert.equal(distanceOf({ longitude: { valueOf: 1 }, latitude: 45 }, place), "");
  assert.equal(uncertaintyOf(facts), "");
  assert.equal(distanceOf({ longitude: 70, latitude: 46 }, place), "111 km away");
  assert.equal(uncertaintyOf({ location_uncertainty_m: -5 }), "");
  assert.equal(uncertaintyOf({ location_uncertainty_m: 0 }), "±\u00a00 km");
});

test("only a number from 0 to 1 is a probability", () => {
  for (const value of [2, -1, 1e308, Number.POSITIVE_INFINITY, Number.NaN, "0.5", null, true])
    assert.equal(shareOf(value), "", String(value));
  assert.deepEqual([0, 0.5, 0.996, 1].map(shareOf), ["0", "50", "more than 99", "100"]);
});

test("an end of a pair is drawn only at a place on Earth", () => {
  const at = (kind: "text" | "whole" | "long" | "number", lat: Value, lon: Value) => {
    const { records } = pointSetOf({ lat: [kind, [lat]], lon: [kind, [lon]] }, points(1, 1));
    return placeIn(records, 0, [0, 1]);
  };
  assert.deepEqual(at("number", 45.5, 70), [45.5, 70]);
  assert.deepEqual(at("whole", 45, -170), [45, -170]);
  assert.deepEqual(at("long", 45n, 190n), [45, 190]);
  assert.equal(at("text", "45", "x"), null);
  assert.equal(at("number", 45, Number.POSITIVE_INFINITY), null);
  assert.equal(at("number", Number.NaN, 70), null);
  assert.equal(at("number", 91, 70), null);
  assert.equal(at("number", null, 70), null);
});
