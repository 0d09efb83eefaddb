import assert from "node:assert/strict";
import { test } from "node:test";
import { distanceToSegment, FeatureIndex, KIND } from "../src/geo/featureindex.ts";
import { integer, random } from "./random.ts";

type Shape = { kind: number; rings: [number, number][][]; style?: number };

function build(shapes: Shape[]): FeatureIndex {
  const xs: number[] = [],
    ys: number[] = [],
    sizes: number[] = [];
  const ringOffsets = [0],
    vertexOffsets = [0];
  for (const { rings } of shapes) {
    for (const ring of rings) {
      sizes.push(ring.length);
      for (const [x, y] of ring) {
        xs.push(x);
        ys.push(y);
      }
    }
    ringOffsets.push(sizes.length);
    vertexOffsets.push(xs.length);
  }
  return new FeatureIndex({
    kinds: shapes.map(({ kind }) => kind),
    styles: shapes.map(({ style }) => style ?? 0),
    ringSizes: Int32Array.from(sizes),
    ringOffsets: Int32Array.from(ringOffsets),
    xs: Int32Array.from(xs),
    ys: Int32Array.from(ys),
    vertexOffsets: Int32Array.from(vertexOffsets),
  });
}

const square = (x: number, y: number, side: number): [number, number][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];

/** A square with a square hole, and an island in the hole. */
const ring: Shape = {
  kind: KIND.polygon,
  rings: [square(0, 0, 90), square(30, 30, 30), square(40, 40, 10)],
};

test("inside is even-odd over all rings", () => {
  const index = build([ring]);
  assert.ok(index.contains(0, 10, 10));
  assert.ok(!index.contains(0, 35, 35), "in the hole");
  assert.ok(index.contains(0, 45, 45), "on the island in the hole");
  assert.ok(!index.contains(0, 95, 50));
});

test("a box meets what has a part in it, not what only goes around it", () => {
  const bend: Shape = {
    kind: KIND.line,
    rings: [
      [
        [200, 200],
        [400, 200],
        [400, 400],
      ],
    ],
  };
  const index = build([ring, bend]);
  const meets = (minX: number, minY: number, side: number): boolean =>
    index.meets({ minX, minY, maxX: minX + side, maxY: minY + side });
  assert.ok(meets(0, 0, 500), "everything is inside");
  assert.ok(meets(10, 10, 2), "inside the area");
  assert.ok(!meets(52, 52, 4), "in the hole");
  assert.ok(meets(-5, 20, 8), "over the edge that closes the ring");
  assert.ok(meets(300, 190, 20), "over the line");
  assert.ok(!meets(210, 300, 50), "within the bend");
});

test("distances of points, lines and polygons", () => {
  const index = build([
    { kind: KIND.point, rings: [[[100, 100]], [[200, 100]]] },
    {
      kind: KIND.line,
      rings: [
        [
          [0, 0],
          [100, 0],
        ],
        [
          [0, 500],
          [100, 500],
        ],
      ],
    },
    ring,
  ]);
  assert.equal(index.distanceTo(0, 203, 104), 5);
  assert.equal(index.distanceTo(0, 150, 100), 50, "between two points there is no line");
  assert.equal(index.distanceTo(1, 50, 7), 7);
  assert.equal(index.distanceTo(1, 50, 250), 250, "parts are not joined");
  assert.equal(index.distanceTo(2, 10, 10), 0);
  assert.equal(index.distanceTo(2, 35, 45), 5, "from the hole to its edge");
});

test("distance to a segment: foot, ends, no length", () => {
  assert.equal(distanceToSegment([5, 3], [0, 0], [10, 0]), 3);
  assert.equal(distanceToSegment([-3, 4], [0, 0], [10, 0]), 5);
  assert.equal(distanceToSegment([3, 4], [0, 0], [0, 0]), 5);
});

test("at a place: the nearest first, of two areas the one drawn last", () => {
  const index = build([
    { kind: KIND.polygon, rings: [square(0, 0, 100)] },
    { kind: KIND.polygon, rings: [square(50, 50, 100)] },
    {
      kind: KIND.line,
      rings: [
        [
          [0, 77],
          [200, 77],
        ],
      ],
    },
  ]);
  assert.deepEqual(index.at(75, 75, 5), [
    { row: 1, distance: 0 },
    { row: 0, distance: 0 },
    { row: 2, distance: 2 },
  ]);
  assert.deepEqual(
    index.at(75, 75, 1).map(({ row }) => row),
    [1, 0],
  );
});

test("search agrees with brute force over boxes, in drawing order", () => {
  const next = random(21);
  const boxes = Array.from({ length: 700 }, () => [
    integer(next, 2 ** 30 - 2 ** 24),
    integer(next, 2 ** 30 - 2 ** 24),
    1 + integer(next, 2 ** 24),
  ]);
  const index = build(
    boxes.map(([x, y, side]) => ({ kind: KIND.polygon, rings: [square(x, y, side)] })),
  );
  for (let i = 0; i < 200; i++) {
    const [x, y, side] = [integer(next, 2 ** 30), integer(next, 2 ** 30), integer(next, 2 ** 27)];
    const box = { minX: x, minY: y, maxX: x + side, maxY: y + side };
    const expected = [...boxes.keys()].filter((id) => {
      const [bx, by, s] = boxes[id];
      return bx <= box.maxX && bx + s >= box.minX && by <= box.maxY && by + s >= box.minY;
    });
    assert.deepEqual(index.search(box), expected);
  }
});

test("a feature without vertices is never found, and no features find nothing", () => {
  const index = build([
    { kind: KIND.polygon, rings: [] },
    { kind: KIND.point, rings: [[[5, 5]]] },
  ]);
  assert.deepEqual(index.search({ minX: -1e9, minY: -1e9, maxX: 2e9, maxY: 2e9 }), [1]);
  assert.deepEqual(build([]).search({ minX: 0, minY: 0, maxX: 2e9, maxY: 2e9 }), []);
});

test("the spot of an area is inside, of a line on it, both in the largest part", () => {
  const bay: [number, number][] = [
    [0, 0],
    [90, 0],
    [90, 20],
    [20, 20],
    [20, 70],
    [90, 70],
    [90, 90],
    [0, 90],
  ];
  const flat: [number, number][] = [
    [5, 5],
    [9, 5],
  ];
  const index = build([
    ring,
    { kind: KIND.polygon, rings: [square(500, 500, 10), bay] },
    { kind: KIND.line, rings: [flat, bay] },
    { kind: KIND.polygon, rings: [flat] },
    { kind: KIND.point, rings: [[[3, 4]]] },
  ]);
  assert.ok(index.contains(0, ...index.spotOf(0)), "not in the hole");
  assert.deepEqual(index.spotOf(1), [10, 45]);
  assert.deepEqual(index.spotOf(2), [20, 70]);
  assert.deepEqual(index.spotOf(3), [9, 5]);
  assert.deepEqual(index.spotOf(4), [3, 4]);
  assert.deepEqual(index.partsOf(1), [
    { minX: 500, minY: 500, maxX: 510, maxY: 510 },
    { minX: 0, minY: 0, maxX: 90, maxY: 90 },
  ]);
});
