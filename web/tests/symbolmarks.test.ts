import assert from "node:assert/strict";
import { test } from "node:test";
import { addIcons, hollow } from "../src/canvas/symbols.ts";
import type { MarksSpec, PointsSpec } from "../src/data/spec.ts";
import { WORLD } from "../src/geo/mercator.ts";
import { FeatureMarks } from "../src/layers/featuremarks.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import { rising, SymbolMarks } from "../src/layers/points/symbolmarks.ts";
import { integer, points, random } from "./random.ts";

const whole = { minX: 0, minY: 0, maxX: WORLD, maxY: WORLD };

for (const hidden of [0, 3]) {
  test(`the greatest of each occupied square is drawn, ${hidden} of 10 hidden`, () => {
    const { xs, ys, styles } = points(3000, 21);
    const next = random(22);
    const ranks = Uint8Array.from(xs, () => integer(next, 5));
    const index = new PointIndex(xs, ys, styles, ranks);
    index.leaveOut(Uint32Array.from(xs, (_, row) => (row % 10 < hidden ? 1 : 0)));
    for (let level = 0; level <= 30; level += 3) {
      const greatest = new Map<string, number>();
      for (const row of xs.keys()) {
        const square = `${Math.floor(xs[row] / 2 ** level)} ${Math.floor(ys[row] / 2 ** level)}`;
        const known = greatest.get(square);
        if (row % 10 < hidden || (known !== undefined && ranks[known] >= ranks[row])) continue;
        greatest.set(square, row);
      }
      const drawn: number[] = [];
      index.forEachDrawn(whole, level, (row) => drawn.push(row));
      assert.deepEqual(
        drawn,
        [...greatest.values()].sort((a, b) => a - b),
      );
    }
  });
}

test("ranks that are all alike draw what no ranks draw", () => {
  const { xs, ys, styles } = points(1000, 23);
  const plain = new PointIndex(xs, ys, styles);
  const ranked = new PointIndex(xs, ys, styles, new Uint8Array(1000));
  assert.deepEqual(ranked.levels, plain.levels);
});

test("numbers are put in rising order, equal ones as they come", () => {
  assert.deepEqual([...rising(Uint16Array.of(9, 0, 65535, 9, 1))], [1, 4, 0, 3, 2]);
  assert.deepEqual([...rising(new Uint16Array(0))], []);
});

const spec = {
  legend: { title: null, entries: [{ label: "a", count: 3, color: "#000", shape: "circle" }] },
  marks: { size: [5.5, 22, 44], opacity: [0.5], coded: ["size"] },
} as unknown as PointsSpec;

test("large symbols are drawn first, unless a column orders them", () => {
  const size = Uint8Array.of(0, 2, 1);
  const marks = new SymbolMarks(spec, new Uint8Array(3), { size });
  assert.deepEqual([...marks.order([0, 1, 2])!], [1, 2, 0]);
  const ordered = new SymbolMarks(spec, new Uint8Array(3), {
    size,
    order: Uint16Array.of(0, 7, 3),
  });
  assert.deepEqual([...ordered.order([0, 1, 2])!], [0, 2, 1]);
  assert.equal(new SymbolMarks(spec, new Uint8Array(3), {}).order([0, 1, 2]), null);
});

test("rare categories lie on common ones, small classes of numbers on large ones", () => {
  const made = (entries: object[], codes = {}): SymbolMarks =>
    new SymbolMarks(
      { legend: { entries } } as unknown as PointsSpec,
      Uint8Array.of(0, 1, 2),
      codes,
    );
  const kinds = [{ count: 3 }, { count: 900 }, { count: 40 }];
  const rare = made(kinds);
  assert.deepEqual([...rare.order([0, 1, 2])!], [1, 2, 0]);
  // Of the records at one place, that of the rarest is drawn.
  assert.deepEqual(Array.from(rare.ranks!), [2, 0, 1]);
  const grown = [1, 2, 3].map((n) => ({ count: 9 - n, size: n, limits: [n, n + 1] }));
  const numbers = made(grown);
  assert.deepEqual([...numbers.order([0, 1, 2])!], [2, 1, 0]);
  assert.equal(numbers.ranks, null);
  assert.equal(made(kinds.map(() => ({ count: 5 }))).order([0, 1, 2]), null);
  // A wish comes first.
  const order = Uint16Array.of(7, 8, 9);
  assert.deepEqual([...made(kinds, { order }).order([0, 1, 2])!], [0, 1, 2]);
});

test("only usual sizes and opacities follow crowding", () => {
  const made = (marks: object, entry: object = {}): boolean =>
    new SymbolMarks(
      { marks, legend: { entries: [{ count: 1, ...entry }] } } as unknown as PointsSpec,
      Uint8Array.of(0),
      {},
    ).isUsual;
  assert.ok(made({}));
  assert.ok(!made({ opacity: [0.4] }));
  assert.ok(!made({}, { size: 2 }));
  assert.ok(!made({}, { opacity: 0.5 }));
});

test("icons and pointed shapes reach farther than a circle of their size", () => {
  addIcons({ mine: "M0 0H15V15Z" });
  const { legend } = spec;
  const marks = { shape: ["mine", "star", "circle"], coded: ["shape"] };
  const made = new SymbolMarks({ legend, marks } as PointsSpec, new Uint8Array(3), {
    shape: Uint8Array.of(0, 1, 2),
  });
  assert.ok(Math.abs(made.radius(0, 11) - 7.5) < 0.1);
  assert.ok(made.radius(1, 11) > 8);
  assert.equal(made.radius(2, 11), 5.5);
});

const usualOf = (sizes: (number | undefined)[], limits?: [number, number]): number => {
  const entries = sizes.map((size) => ({ ...spec.legend.entries[0], size, limits }));
  const { legend } = spec;
  const made = { legend: { ...legend, entries } } as PointsSpec;
  return new SymbolMarks(made, new Uint8Array(5000), {}).usual(2);
};

test("sizes in pixels are kept at far zooms; usual ones and those of classes are not", () => {
  const small = usualOf([undefined]);
  assert.equal(small, 5);
  assert.equal(usualOf([2, 2]), 11);
  assert.equal(usualOf([0.5, 2]), 11);
  assert.equal(usualOf([2, 2], [0, 1]), 11);
  assert.equal(usualOf([0.7, 1.5], [0, 1]), small);
  assert.equal(usualOf([2, undefined]), small);
});

test("sizes refer to the usual one, and stay visible where it is small", () => {
  const marks = new SymbolMarks(spec, new Uint8Array(3), { size: Uint8Array.of(0, 2, 1) });
  assert.deepEqual([marks.diameter(0, 11), marks.diameter(1, 11)], [5.5, 44]);
  assert.deepEqual([marks.diameter(0, 3), marks.diameter(1, 3)], [3, 12]);
  assert.equal(marks.largest, 4);
  assert.equal(marks.alpha(1), 0.5);
});

test("a record without a size is a small ring at every zoom, not a least symbol", () => {
  const marks = { size: [null, 5.5, 44], coded: ["size"] };
  const made = new SymbolMarks({ ...spec, marks } as PointsSpec, new Uint8Array(3), {
    size: Uint8Array.of(0, 1, 2),
  });
  assert.deepEqual([made.diameter(0, 11), made.diameter(0, 3)], [6, 6]);
  assert.equal(made.diameter(1, 3), 3);
  assert.deepEqual([...made.order([0, 1, 2])!], [2, 1, 0]);
  assert.equal(hollow({ shape: "star", color: "#ff0000" }).opacity, 0);
  addIcons({ mine: "M0 0H15V15Z" });
  assert.equal(hollow({ shape: "mine", color: "#ff0000" }).shape, "circle");
});

test("a line without a width is thin and dashed, beside solid ones", () => {
  const marks = { line_width: [null, 4], coded: ["line_width"] } as MarksSpec;
  const made = new FeatureMarks({ weight: 1.4 }, marks, { line_width: Uint8Array.of(0, 1) });
  const entry = { label: "a", count: 2, color: "#2060c0", shape: "line" };
  assert.deepEqual(made.line(0, entry).dash, [3, 3]);
  assert.deepEqual([made.line(0, entry).width, made.line(1, entry).width], [1, 4]);
  assert.equal(made.line(1, entry).dash, null);
  assert.equal(made.widest([entry]), 4);
});
