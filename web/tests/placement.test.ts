import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, LABEL, Placement } from "../src/canvas/labels.ts";
import { integer, random } from "./random.ts";

test("a town's name goes right of its dot, then left, then above, then below, then nowhere", () => {
  const placement = new Placement();
  assert.equal(placement.place(100, 100, 50, 10, 3)!.left, 105);
  const blocked = new Placement();
  blocked.place(140, 100, 50, 10);
  assert.equal(blocked.place(100, 100, 50, 10, 3)!.right, 95, "left");
  assert.equal(blocked.place(100, 100, 50, 10, 3), null, "its dot is taken");
});

test("a name centred on its place has one chance", () => {
  const placement = new Placement();
  assert.deepEqual(placement.place(0, 0, 40, 10), { left: -20, top: -5, right: 20, bottom: 5 });
  assert.equal(placement.place(10, 2, 40, 10), null);
  assert.notEqual(placement.place(0, 14, 40, 10), null, "below it, apart, there is room");
});

test("rooms never overlap", () => {
  const placement = new Placement();
  const rooms = [];
  for (let i = 0; i < 300; i++) {
    const room = placement.place((i * 7919) % 800, (i * 104729) % 600, 60, 12, i % 3 > 0 ? 3 : 0);
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
  const placement = new Placement();
  placement.reserve(100, 100, 8);
  placement.reserve(125, 100, 8);
  assert.equal(
    placement.place(100, 90, 40, 10),
    null,
    "a name on its place would lie over the symbol",
  );
  assert.equal(
    placement.place(100, 100, 40, 10, 8, true)!.right,
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
      const room = placement.place(x, y, 50, 11, radius, true);
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
    return placement.place(300, 300, 60, 11, 5, true);
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
  );
  assert.equal(all!.right, 293, "on the left, where there is one symbol only");
  const placement = new Placement(2000, 2000);
  for (let i = 0; i < 700; i++) placement.reserve(1000 + i, 1000, 6);
  assert.equal(placement.place(1200, 1000, 60, 11), null, "symbols would cover it");
});

test("the names of a corridor's nodes get room first, then those of the lower rank", () => {
  const label = (text: string, rank: number, style: number) => ({ x: 0, y: 0, rank, style, text });
  const labels = [
    label("town", 2, LABEL.town),
    label("country", 2, LABEL.country),
    label("early town", 1, LABEL.town),
    label("node", 6, LABEL.node),
  ];
  assert.deepEqual(
    inOrder(labels).map(({ text }) => text),
    ["node", "early town", "country", "town"],
  );
});

test("no name touches a part of another, wherever symbols may cover it", () => {
  const placement = new Placement(400, 400);
  placement.block(200, 200, 8);
  assert.equal(placement.place(200, 200, 60, 12, 0, false, 1), null);
  assert.notEqual(placement.place(200, 230, 60, 12, 0, false, 1), null);
});
