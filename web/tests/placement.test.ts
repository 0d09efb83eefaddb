import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, LABEL } from "../src/canvas/labels.ts";
import { Placement } from "../src/canvas/placement.ts";
import { integer, random } from "./random.ts";

const placed = (
  placement: Placement,
  x: number,
  y: number,
  width: number,
  height: number,
  radius = 0,
  isDrawn = false,
) => placement.place({ x, y, width, height, radius, isDrawn });

test("a town's name goes right of its dot, then left, above, below, to the corners, nowhere", () => {
  const taken: [x: number, y: number][] = [];
  const room = () => {
    const placement = new Placement(2000, 2000);
    for (const [x, y] of taken) placement.take({ left: x, top: y, right: x, bottom: y });
    return placed(placement, 100, 100, 50, 10, 3);
  };
  for (let next = room(); next !== null; next = room())
    taken.push([(next.left + next.right) / 2, (next.top + next.bottom) / 2]);
  const sides = [130, 100, 70, 100, 100, 90, 100, 110];
  const corners = [128.5, 91.5, 71.5, 91.5, 128.5, 108.5, 71.5, 108.5];
  assert.deepEqual(taken.flat(), [...sides, ...corners]);
});

test("a town has no name where another's dot is", () => {
  const placement = new Placement(2000, 2000);
  assert.equal(placed(placement, 100, 100, 50, 10, 3)!.left, 105);
  assert.equal(placed(placement, 100, 100, 50, 10, 3), null);
});

test("a name centred on its place has one chance", () => {
  const placement = new Placement(2000, 2000);
  assert.deepEqual(placed(placement, 0, 0, 40, 10), { left: -20, top: -5, right: 20, bottom: 5 });
  assert.equal(placed(placement, 10, 2, 40, 10), null);
  assert.notEqual(placed(placement, 0, 14, 40, 10), null, "below it, apart, there is room");
});

test("rooms never overlap", () => {
  const placement = new Placement(2000, 2000);
  const rooms = [];
  for (let i = 0; i < 300; i++) {
    const room = placed(placement, (i * 7919) % 800, (i * 104729) % 600, 60, 12, i % 3 > 0 ? 3 : 0);
    if (room !== null) rooms.push(room);
  }
  assert.ok(rooms.length > 50 && rooms.length < 300);
  for (const a of rooms) {
    for (const b of rooms)
      assert.ok(
        a === b || a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom,
      );
  }
});

test("a symbol that is drawn in any case keeps other names away and has its own beside it", () => {
  const placement = new Placement(2000, 2000);
  placement.reserve(100, 100, 8);
  placement.reserve(125, 100, 8);
  assert.equal(
    placed(placement, 100, 90, 40, 10),
    null,
    "a name on its place would lie over the symbol",
  );
  assert.equal(
    placed(placement, 100, 100, 40, 10, 8, true)!.right,
    90,
    "its own name goes left, since the neighbour is on the right",
  );
});

test("a name keeps off all symbols but its own, whatever their sizes", () => {
  const next = random(12);
  for (let turn = 0; turn < 200; turn++) {
    const placement = new Placement(400, 400);
    const symbols = Array.from({ length: 12 }, () => [
      100 + integer(next, 200),
      100 + integer(next, 200),
      2 + integer(next, 30),
    ]);
    for (const [x, y, radius] of symbols) placement.reserve(x, y, radius);
    for (const [x, y, radius] of symbols) {
      const room = placed(placement, x, y, 50, 11, radius, true);
      for (const [cx, cy, other] of room ? symbols : []) {
        const dx = Math.max(room!.left - cx, 0, cx - room!.right);
        const dy = Math.max(room!.top - cy, 0, cy - room!.bottom);
        assert.ok(Math.hypot(dx, dy) > other - 1, "apart, but for the size of a cell");
      }
    }
  }
});

test("among many symbols a name takes the place where it covers the fewest", () => {
  const among = (...others: [x: number, y: number][]) => {
    const placement = new Placement(2000, 2000);
    for (let i = 0; i < 700; i++) placement.reserve(1000 + i, 1000, 3);
    for (const [x, y] of others) placement.reserve(x, y, 4);
    return placed(placement, 300, 300, 60, 11, 5, true);
  };
  assert.equal(among([320, 300], [280, 300])!.bottom, 293, "above, where no symbol is");
  assert.equal(among([320, 300], [280, 300], [300, 288])!.top, 307, "below");
  const all = among(
    [320, 300],
    [340, 300],
    [280, 300],
    [300, 288],
    [280, 288],
    [300, 312],
    [280, 312],
    // At the corners.
    ...[320, 340].flatMap((x) => [288, 312].map((y): [number, number] => [x, y])),
    ...[265, 280].flatMap((x) => [288, 312].map((y): [number, number] => [x, y])),
  );
  assert.equal(all!.right, 293, "on the left, where there is one symbol only");
  const placement = new Placement(2000, 2000);
  for (let i = 0; i < 700; i++) placement.reserve(1000 + i, 1000, 6);
  assert.equal(placed(placement, 1200, 1000, 60, 11), null, "symbols would cover it");
});

test("nodes are named first, then by rank and kind, places with data before others and records", () => {
  const label = (text: string, rank: number, kind: number) => ({ x: 0, y: 0, rank, kind, text });
  const labels = [
    label("peak", 2, LABEL.peak),
    label("town", 4, LABEL.town),
    label("country", 4, LABEL.country),
    label("mine town", 4, LABEL.town),
    label("capital", 5, LABEL.capital),
    label("mine country", 5, LABEL.country),
    label("node", 6, LABEL.node),
    label("record", 0, LABEL.record),
  ];
  assert.deepEqual(
    inOrder(labels, ({ text }) => text.startsWith("mine")).map(({ text }) => text),
    ["node", "mine country", "mine town", "peak", "country", "capital", "record", "town"],
  );
  const isLarge = ({ text }: { text: string }): boolean => text === "town";
  const texts = inOrder(labels, () => false, isLarge).map(({ text }) => text);
  assert.ok(texts.indexOf("country") < texts.indexOf("town"));
  assert.ok(texts.indexOf("town") < texts.indexOf("record"));
});

test("no name touches a part of another, wherever symbols may cover it", () => {
  const placement = new Placement(400, 400);
  placement.block(200, 200, 8);
  const boxAt = (top: number) => ({ left: 170, top, right: 230, bottom: top + 12 });
  assert.equal(placement.choose([boxAt(194)], 1), null);
  assert.notEqual(placement.choose([boxAt(224)], 1), null);
});

test("no name covers the square of a capital while there is another place", () => {
  const placement = new Placement(400, 400);
  placement.mark(200, 200);
  const box = { left: 180, top: 190, right: 230, bottom: 202 };
  assert.equal(placement.choose([box], 1), null);
  assert.deepEqual(placement.choose([box], Infinity), box);
});

test("a name is on one side of a fence", () => {
  const placement = new Placement(2000, 2000);
  placement.fence({ left: 100, top: 100, right: 300, bottom: 300 });
  assert.equal(placed(placement, 300, 200, 50, 10), null);
  assert.equal(placed(placement, 200, 102, 50, 10), null);
  assert.equal(placed(placement, 290, 200, 50, 10, 3)!.right, 285, "left of its dot");
  assert.notEqual(placed(placement, 200, 50, 50, 10), null, "outside");
});

test("a name rather goes where no line crosses it", () => {
  const placement = new Placement(2000, 2000);
  for (let x = 0; x < 200; x += 2) placement.avoid(x, 100, 2);
  const boxAt = (top: number) => ({ left: 50, top, right: 100, bottom: top + 10 });
  assert.equal(placement.choose([95, 120].map(boxAt))!.top, 120);
  assert.equal(placement.choose([boxAt(97)])!.top, 97, "or across one");
});
