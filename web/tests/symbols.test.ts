import assert from "node:assert/strict";
import { test } from "node:test";
import { outline, safeColor, symbolSize } from "../src/canvas/symbols.ts";

test("a colour that could load something is not used", () => {
  for (const good of [
    "#b5521b",
    "#FFF",
    "#12345678",
    "teal",
    "rgb(1, 2, 3)",
    "hsl(10 20% 30% / 0.5)",
  ])
    assert.equal(safeColor(good), good);
  for (const bad of [
    "url(http://example.org/x)",
    "red;background:url(x)",
    "#12",
    "var(--x), url(y)",
    "",
  ])
    assert.equal(safeColor(bad), "#777777");
});

test("every shape has an outline within its reach; a circle and an unknown one are round", () => {
  for (const shape of [
    "square",
    "diamond",
    "triangle",
    "triangle-down",
    "hexagon",
    "pentagon",
    "star",
    "cross",
    "plus",
  ]) {
    const points = outline(shape, 10)!;
    for (let i = 0; i < points.length; i += 2)
      assert.ok(Math.hypot(points[i], points[i + 1]) <= 13.2, shape);
  }
  assert.equal(outline("circle", 10), null);
  assert.equal(outline("nonsense", 10), null);
});

test("symbols grow with the zoom, and sooner where there are few", () => {
  assert.equal(symbolSize(2, 300_000), 3);
  assert.equal(symbolSize(9, 300_000), 11);
  assert.ok(symbolSize(4, 300) > symbolSize(4, 300_000));
  for (let zoom = 1; zoom <= 18; zoom++)
    assert.ok(symbolSize(zoom, 5000) >= symbolSize(zoom - 1, 5000));
});
