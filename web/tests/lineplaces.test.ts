import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../src/canvas/frame.ts";
import { CROWDED, discsOf, type LineName, placeNames } from "../src/canvas/lineplaces.ts";
import { pixelUnits } from "../src/geo/mercator.ts";
import { lineOf } from "../src/geo/polyline.ts";

const ZOOM = 5;
const UNIT = pixelUnits(ZOOM);
const FRAME = { corner: { x: 1000, y: 1000 }, extent: { x: 1200, y: 800 }, zoom: ZOOM } as Frame;

/** A name on a line through pixels of the frame. */
const named = (text: string, ...places: [x: number, y: number][]) => {
  const world = places.map(([x, y]): [number, number] => [(x + 1000) * UNIT, (y + 1000) * UNIT]);
  return { text, color: null, lines: [lineOf(world)] };
};

const WIDTH = 90;
const place = (...all: ReturnType<typeof named>[]): LineName[] =>
  placeNames(all, FRAME, () => WIDTH);

test("a name is repeated along its line, above it and in the frame", () => {
  const found = place(named("Middle", [-500, 400], [2000, 400]));
  assert.ok(found.length >= 2);
  for (const { x, y, angle } of found) {
    assert.equal(angle, 0);
    assert.ok(y < 395 && y > 380);
    assert.ok(x > WIDTH / 2 && x < 1200 - WIDTH / 2);
  }
  const xs = found.map(({ x }) => x).sort((a, b) => a - b);
  xs.slice(1).forEach((x, i) => assert.ok(x - xs[i] >= 280));
});

test("a name is turned with its line and never upside down", () => {
  for (const turn of [0.2, 1, 1.5, 2, 3, 4, 5, 6]) {
    const [dx, dy] = [300 * Math.cos(turn), 300 * Math.sin(turn)];
    const [one] = place(named("A", [600 - dx, 400 - dy], [600 + dx, 400 + dy]));
    assert.ok(Math.abs(one.angle) <= Math.PI / 2, `turn ${turn}`);
    assert.ok(Math.abs(Math.sin(one.angle - turn)) < 1e-6, `turn ${turn}`);
  }
});

test("names of corridors that share a line do not overlap", () => {
  const line: [number, number][] = [
    [0, 400],
    [1200, 400],
  ];
  const found = place(named("A", ...line), named("B", ...line), named("C", ...line));
  assert.deepEqual([...new Set(found.map(({ named: { text } }) => text))].sort(), ["A", "B", "C"]);
  found.forEach((one, i) => {
    for (const other of found.slice(i + 1)) {
      for (const [x, y] of discsOf(one)) {
        for (const [ax, ay] of discsOf(other)) assert.ok(Math.hypot(x - ax, y - ay) > 12);
      }
    }
  });
});

test("a line shorter than its name has it beside, level; one that is a dot has none", () => {
  const [one] = place(named("Bypass", [600, 400], [630, 430]));
  assert.equal(one.angle, 0);
  assert.ok(one.y < 400);
  assert.deepEqual(place(named("Dot", [600, 400], [605, 405])), []);
});

test("a name stands where its line is straight", () => {
  const zigzag = Array.from({ length: 40 }, (_, i): [number, number] => [
    i * 15,
    400 + (i % 2) * 40,
  ]);
  const [one] = place(named("A", ...zigzag, [1100, 400]));
  assert.ok(one.x > 600);
});

test("names on another copy of the world are found", () => {
  const line = named("A", [100, 400], [1100, 400]);
  const corner = { x: 1000 + 2 ** (8 + ZOOM), y: 1000 } as L.Point;
  assert.ok(placeNames([line], { ...FRAME, corner }, () => WIDTH).length > 0);
});

test("a name stands rather clear of symbols, and among them where they are everywhere", () => {
  const line = named("A", [100, 400], [1100, 400]);
  const costAt = ([x, y]: [number, number]): number => (x > 300 || y < 400 ? CROWDED : 0);
  const clear = placeNames([line], FRAME, () => WIDTH, costAt);
  assert.ok(clear.some(({ x, y }) => x + WIDTH / 2 < 310 && y > 400));
  assert.ok(
    placeNames(
      [line],
      FRAME,
      () => WIDTH,
      () => CROWDED,
    ).length > 0,
  );
  const never = ([x]: [number, number]): number => (x < 600 ? Infinity : 0);
  const apart = placeNames([line], FRAME, () => WIDTH, never);
  assert.ok(apart.length > 0 && apart.every(({ x }) => x - WIDTH / 2 > 590), "off texts");
});

test("a name is in the part of the frame that is seen, and not below a button", () => {
  const line = named("A", [0, 400], [1200, 400]);
  const seen = { left: 200, top: 100, right: 1000, bottom: 700 };
  const covered = [{ left: 450, top: 300, right: 1000, bottom: 500 }];
  const found = placeNames([line], { ...FRAME, seen, covered }, () => WIDTH);
  assert.ok(found.length > 0);
  for (const { x } of found) assert.ok(x - WIDTH / 2 > 200 && x + WIDTH / 2 < 450);
});
