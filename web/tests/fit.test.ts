import assert from "node:assert/strict";
import { test } from "node:test";
import { freeEdges } from "../src/ui/fit.ts";

const at = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const WIDE: [number, number] = [2, 1];

test("a map without controls is free", () => {
  assert.deepEqual(freeEdges([800, 600], [], WIDE), { left: 0, top: 0, right: 0, bottom: 0 });
});

test("data lie beside the buttons and the panel of a desk", () => {
  const controls = [at(10, 10, 34, 310), at(1100, 10, 290, 820), at(5, 860, 80, 35)];
  const { left, top, right, bottom } = freeEdges([1400, 900], controls, WIDE);
  assert.deepEqual([left, top, right, bottom], [44, 0, 300, 40]);
});

test("data lie above the panel and beside the buttons of a phone", () => {
  const controls = [at(336, 300, 44, 396), at(0, 778, 390, 66)];
  const free = freeEdges([390, 844], controls, WIDE);
  assert.deepEqual(free, { left: 0, top: 0, right: 54, bottom: 66 });
});

test("where controls leave too little, data lie below them", () => {
  const free = freeEdges([300, 200], [at(0, 0, 300, 160)], WIDE);
  assert.deepEqual(free, { left: 0, top: 0, right: 0, bottom: 0 });
});
