import assert from "node:assert/strict";
import { test } from "node:test";
import { Decisions } from "../src/tools/decisions.ts";
import { likenessOf } from "../src/tools/paircard.ts";
import { points } from "./random.ts";
import { decisions, PAIR } from "./reviewpairs.ts";
import { pointSetOf } from "./tables.ts";

test("pairs without an answer come in their order, then from the start", () => {
  const made = decisions();
  assert.equal(made.decided, 1);
  assert.equal(made.next(null), 1);
  assert.equal(made.next(1), 0);
  assert.equal(made.next(0), 1);
  made.decide(1, "different");
  assert.equal(made.next(0), null);
  assert.equal(made.next(2), 0);
});

test("answers are taken back in turn, notes stay", () => {
  const made = decisions();
  assert.equal(made.undo(), null);
  made.decide(0, "same");
  made.decide(2, null);
  made.annotate(2, "two pits");
  assert.equal(made.decided, 1);
  assert.equal(made.last, 2);
  assert.equal(made.undo(), 2);
  assert.deepEqual(made.of(2), { answer: "same", note: "two pits" });
  assert.equal(made.undo(), 0);
  assert.equal(made.of(0).answer, null);
  assert.equal(made.last, null);
});

test("a repeated answer is taken back before the answer to another pair", () => {
  const made = decisions();
  made.decide(1, "same");
  made.decide(0, null);
  assert.equal(made.toSave, 1);
  assert.equal(made.undo(), 0);
  assert.equal(made.of(1).answer, "same");
  assert.equal(made.undo(), 1);
});

test("only what differs from the table or the last file is to be saved", () => {
  const made = decisions();
  made.decide(0, "same");
  made.annotate(1, "asked");
  assert.deepEqual([made.toSave, made.inFile], [2, 3]);
  made.undo();
  made.annotate(1, "ask");
  assert.deepEqual([made.toSave, made.inFile, made.wasSaved], [0, 2, false]);
  made.decide(0, "same");
  made.saved();
  assert.deepEqual([made.toSave, made.inFile, made.wasSaved], [0, 3, true]);
  made.undo();
  assert.deepEqual([made.toSave, made.inFile], [1, 2]);
  made.decide(0, "same");
  assert.equal(made.toSave, 0);
  made.decide(0, "different");
  assert.equal(made.toSave, 1);
  made.undo();
  assert.equal(made.toSave, 0);
});

test("the number of pairs to save is that of the lines of the file", () => {
  const made = decisions();
  for (const [row, answer] of [
    [0, "same"],
    [2, "different"],
    [2, null],
  ] as const) {
    made.decide(row, answer);
    assert.equal(made.file().trimEnd().split("\r\n").length - 1, made.inFile);
  }
});

test("a pair of different sites that other answers join is a contradiction", () => {
  const ids = [
    ["a", "b", "c", "a"],
    ["b", "c", "d", "d"],
  ];
  const columns = {
    left_id: ["coded", ids[0], { type: "text" }],
    right_id: ["coded", ids[1], { type: "text" }],
    order: ["number", [0, 1, 2, 3], { type: "number" }],
  };
  const { records } = pointSetOf(columns as never, points(4, 1), { title: 0 });
  const made = new Decisions(records, { ...PAIR, count: 4, decision: undefined, note: undefined });
  for (const row of [0, 1]) made.decide(row, "same");
  made.decide(3, "different");
  assert.deepEqual(made.contradictions(), []);
  made.decide(2, "same");
  assert.deepEqual(made.contradictions(), [3]);
  assert.deepEqual(made.joining(3), [0, 1, 2]);
  made.undo();
  assert.deepEqual(made.contradictions(), []);
  assert.deepEqual(made.joining(3), []);
});

test("the fewest answers that join two records are found", () => {
  const ids = [
    ["a", "b", "c", "a", "a"],
    ["b", "c", "d", "c", "d"],
  ];
  const columns = {
    left_id: ["coded", ids[0], { type: "text" }],
    right_id: ["coded", ids[1], { type: "text" }],
    order: ["number", [0, 1, 2, 3, 4], { type: "number" }],
  };
  const { records } = pointSetOf(columns as never, points(5, 1), { title: 0 });
  const made = new Decisions(records, { ...PAIR, count: 5, decision: undefined, note: undefined });
  for (const row of [0, 1, 2, 3]) made.decide(row, "same");
  assert.deepEqual(made.joining(4), [3, 2]);
});

test("only pairs that the filters show are gone through and counted", () => {
  const made = decisions();
  let hidden = [0];
  made.isOffered = (row) => !hidden.includes(row);
  assert.deepEqual([made.count, made.offered, made.decided], [3, 2, 1]);
  assert.equal(made.next(1), null);
  made.decide(1, "same");
  assert.equal(made.next(null), null);
  hidden = [];
  assert.equal(made.next(null), 0);
  assert.deepEqual([made.offered, made.decided], [3, 2]);
});

test("what was kept is taken back, with what is still to be saved", () => {
  const made = decisions();
  assert.deepEqual([made.isBegun, made.changes], [false, []]);
  made.decide(0, "same");
  made.saved();
  made.decide(2, "different");
  made.annotate(1, "two\npits");
  const kept = JSON.parse(JSON.stringify(made.changes));
  const again = decisions();
  assert.ok(again.follow([], kept));
  for (const row of [0, 1, 2]) assert.deepEqual(again.of(row), made.of(row));
  assert.deepEqual([again.toSave, again.wasSaved, again.isBegun], [2, true, true]);
  assert.equal(again.file(), made.file());
  // Also an answer that was taken back after it was saved.
  again.decide(0, null);
  const third = decisions();
  third.follow([], again.changes);
  assert.deepEqual([third.of(0).answer, third.toSave], [null, 3]);
  third.startAnew();
  assert.deepEqual([third.decided, third.toSave, third.isBegun, third.last], [1, 0, false, null]);
  assert.equal(third.of(2).answer, "same");
});

test("each change is told once", () => {
  const made = decisions();
  let changes = 0;
  made.changed = () => changes++;
  made.decide(0, "same");
  made.annotate(0, "");
  assert.equal(changes, 1);
  made.undo();
  made.undo();
  assert.equal(changes, 2);
  made.saved();
  made.read("left_id,right_id,decision\na:1,b:1,same");
  made.read("name\nx");
  made.startAnew();
  assert.equal(changes, 5);
});

test("other pairs, and other words of the table on them, have other contents", () => {
  assert.equal(decisions().contents, decisions().contents);
  const made = decisions();
  made.decide(0, "same");
  assert.equal(made.contents, decisions().contents);
  for (const earlier of [{ decision: [null, null, null] }, { note: [null, "asked", null] }])
    assert.notEqual(decisions(earlier).contents, made.contents);
});

test("two values are the same as lists in any order", () => {
  assert.equal(likenessOf("Copper, Gold", "gold, copper"), "equal");
  assert.equal(likenessOf("Copper, Gold", "Gold"), "partly");
  assert.equal(likenessOf("Copper", "Gold"), "differs");
  assert.equal(likenessOf("", "Gold"), "single");
});

test("a chain of very many pairs contradicts the one that parts its ends", () => {
  const count = 20_000;
  const rows = Array.from({ length: count }, (_, row) => row);
  const coded = (values: (string | null)[]) => ["coded", values, { type: "text" }] as const;
  const columns = {
    left_id: coded(rows.map((row) => `a:${row}`)),
    right_id: coded(rows.map((row) => `a:${(row + 1) % count}`)),
    order: ["number", rows, { type: "number" }] as const,
    decision: coded(rows.map((row) => (row < count - 1 ? "same" : "different"))),
    note: coded(rows.map(() => null)),
  };
  const { records } = pointSetOf(columns as never, points(count, 1), { title: 0 });
  const made = new Decisions(records, { ...PAIR, count });
  assert.deepEqual(made.contradictions(), [count - 1]);
  assert.deepEqual(
    [...made.joining(count - 1)].sort((a, b) => a - b),
    rows.slice(0, -1),
  );
});
