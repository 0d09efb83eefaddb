import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bounds, framed, type LayerBounds, unionBounds } from "../src/geo/bounds.ts";
import { boxOfBounds, meetsAnywhere } from "../src/geo/mercator.ts";

const box = (south: number, west: number, north: number, east: number): Bounds => [
  [south, west],
  [north, east],
];
const records = (bounds: Bounds): LayerBounds => ({ bounds, backdrop: false });
const backdrop = (bounds: Bounds): LayerBounds => ({ bounds, backdrop: true });

test("bounds are joined the short way around the world", () => {
  assert.equal(unionBounds([null, undefined]), null);
  assert.deepEqual(unionBounds([box(1, 2, 3, 4), null, box(0, 3, 2, 9)]), box(0, 2, 3, 9));
  assert.deepEqual(unionBounds([box(0, 170, 1, 175), box(2, -178, 3, -170)]), box(0, 170, 3, 190));
  // A layer that itself crosses 180 degrees, and one on either side of it.
  const across = unionBounds([box(0, 175, 1, 185), box(0, -179, 1, -172), box(0, 160, 1, 161)]);
  assert.deepEqual(across, box(0, 160, 1, 188));
  // Around the world Greenwich is in the middle.
  const layers = [box(0, -170, 1, -20), box(0, 10, 1, 40), box(0, 90, 1, 179)];
  assert.deepEqual(unionBounds([...layers, box(0, -20, 1, 90)]), box(0, -170, 1, 179));
  assert.deepEqual(unionBounds([box(0, 20, 1, 190), box(0, -169, 1, -5)]), box(0, -180, 1, 180));
  const world = box(-60, -180, 60, 180);
  assert.deepEqual(unionBounds([world, box(0, 170, 1, 190)]), world);
});

test("records decide the view, and no backdrop that is far larger", () => {
  const deposits = box(40, 50, 50, 70);
  const countries = box(-60, -180, 80, 180);
  assert.deepEqual(framed([records(deposits), backdrop(countries)]), deposits);
  assert.deepEqual(framed([records(deposits), records(box(30, 60, 41, 80))]), box(30, 50, 50, 80));
});

test("a backdrop that is little larger than the records is shown whole", () => {
  const deposits = box(40, 50, 50, 70);
  const sheet = box(39, 48, 51, 72);
  assert.deepEqual(framed([backdrop(sheet), records(deposits)]), sheet);
  // Two such grounds do not add up to a view in which the records are small.
  const [west, east] = [box(40, 43, 50, 60), box(40, 60, 50, 77)];
  const both = framed([records(deposits), backdrop(west), backdrop(east)]);
  assert.deepEqual(both, box(40, 43, 50, 70));
  // Records in a row may lie on a backdrop that is higher than they are.
  const row = box(45, 50, 45, 70);
  assert.deepEqual(framed([records(row), backdrop(box(41, 50, 49, 70))]), box(41, 50, 49, 70));
});

test("a backdrop is shown whole where nothing else says where to look", () => {
  const raster = box(35, 46, 56, 88);
  assert.deepEqual(framed([backdrop(raster)]), raster);
  assert.deepEqual(framed([records(box(45, 60, 45, 60)), backdrop(raster)]), raster);
  assert.equal(framed([]), null);
});

test("boxes meet in any copy of the world", () => {
  const east = boxOfBounds(box(10, 170, 20, 190));
  assert.ok(meetsAnywhere(east, boxOfBounds(box(15, -175, 16, -174))));
  assert.ok(meetsAnywhere(boxOfBounds(box(15, 530, 16, 531)), east));
  assert.ok(!meetsAnywhere(east, boxOfBounds(box(15, -169, 16, 169))));
  assert.ok(!meetsAnywhere(east, boxOfBounds(box(30, 175, 40, 176))));
});
