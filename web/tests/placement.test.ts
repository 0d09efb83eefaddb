import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, LABEL, Placement } from "../src/canvas/labels.ts";

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
    placement.place(100, 100, 40, 10, 8)!.right,
    90,
    "its own name goes left, since the neighbour is on the right",
  );
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
