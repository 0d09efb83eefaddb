import assert from "node:assert/strict";
import { test } from "node:test";
import { Placement } from "../src/placement.ts";

test("a town's name goes right of its dot, then left, then above, then below, then nowhere", () => {
  const placement = new Placement();
  assert.equal(placement.place(100, 100, 50, 10, true)!.left, 105);
  const blocked = new Placement();
  blocked.place(140, 100, 50, 10, false);
  assert.equal(blocked.place(100, 100, 50, 10, true)!.right, 95, "left");
  assert.equal(blocked.place(100, 100, 50, 10, true), null, "its dot is taken");
});

test("a name centred on its place has one chance", () => {
  const placement = new Placement();
  assert.deepEqual(placement.place(0, 0, 40, 10, false), { left: -20, top: -5, right: 20, bottom: 5 });
  assert.equal(placement.place(10, 2, 40, 10, false), null);
  assert.notEqual(placement.place(0, 14, 40, 10, false), null, "below it, apart, there is room");
});

test("rooms never overlap", () => {
  const placement = new Placement();
  const rooms = [];
  for (let i = 0; i < 300; i++) {
    const room = placement.place((i * 7919) % 800, (i * 104729) % 600, 60, 12, i % 3 > 0);
    if (room !== null) rooms.push(room);
  }
  assert.ok(rooms.length > 50 && rooms.length < 300);
  for (const a of rooms) {
    for (const b of rooms) assert.ok(a === b || a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom);
  }
});
