import assert from "node:assert/strict";
import { test } from "node:test";
import { LABEL } from "../src/canvas/labels.ts";
import { WORLD } from "../src/geo/mercator.ts";
import { placesOf } from "../src/layers/findable.ts";

test("towns of one name in one country have their places", () => {
  const half = WORLD / 2;
  const town = { rank: 4, kind: LABEL.town, text: "Aktau", region: "KZ" };
  const found = placesOf([
    { ...town, x: half, y: half },
    { ...town, x: 0.75 * WORLD, y: half },
    { ...town, x: half, y: half, region: "UZ" },
    { ...town, x: half, y: half, text: "Kuryk" },
  ]);
  assert.deepEqual(
    found.map(({ hint }) => hint),
    [
      "town, Kazakhstan · 0.00, 0.00",
      "town, Kazakhstan · 0.00, 90.00",
      "town, Uzbekistan",
      "town, Kazakhstan",
    ],
  );
});
