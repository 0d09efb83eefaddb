import assert from "node:assert/strict";
import { test } from "node:test";
import { pixelUnits, type TileCoords, tileBox, WORLD } from "../src/geo/mercator.ts";
import { type Bubble, bubbleRadius, bubblesOf, CELL } from "../src/layers/points/bubbles.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import { points } from "./random.ts";

function indexOf(seed: number, hidden = 0): PointIndex {
  const { xs, ys, styles } = points(3000, seed);
  const index = new PointIndex(xs, ys, styles);
  index.leaveOut(Uint32Array.from(xs, (_, row) => (row % 10 < hidden ? 1 : 0)));
  return index;
}

/** The bubbles of a tile that lie in it, not beside it. */
function own(index: PointIndex, coords: TileCoords): Bubble[] {
  const { minX, minY, maxX, maxY } = tileBox(coords);
  return bubblesOf(index, coords).filter(
    ({ x, y }) => x >= minX && x < maxX && y >= minY && y < maxY,
  );
}

for (const [zoom, hidden] of [
  [2, 0],
  [3, 0],
  [4, 3],
  [6, 9],
]) {
  test(`bubbles count every shown point once, zoom ${zoom}, ${hidden} of 10 hidden`, () => {
    const index = indexOf(51, hidden);
    const across = 2 ** zoom / 2;
    let count = 0;
    const styles = new Map<number, number>();
    for (let x = 0; x < across; x++) {
      for (let y = 0; y < across; y++) {
        for (const bubble of own(index, { x, y, z: zoom })) {
          count += bubble.count;
          for (const [style, number] of bubble.styles)
            styles.set(style, (styles.get(style) ?? 0) + number);
          assert.equal(
            [...bubble.styles.values()].reduce((sum, number) => sum + number),
            bubble.count,
          );
        }
      }
    }
    const shown = [...index.xs.keys()].filter((row) => index.isShown(row));
    assert.equal(count, shown.length);
    for (const [style, number] of styles)
      assert.equal(number, shown.filter((row) => index.styles[row] === style).length);
  });
}

test("two tiles agree on a bubble that crosses their edge, at the antimeridian too", () => {
  const index = indexOf(52);
  const zoom = 4;
  const last = 2 ** zoom / 2 - 1;
  const textOf = ({ x, y, count }: Bubble, shift = 0): string =>
    `${Math.round(x + shift)} ${Math.round(y)} ${count}`;
  const reach = CELL * pixelUnits(zoom);
  for (let y = 0; y <= last; y++) {
    for (let x = 0; x <= last; x++) {
      const edge = tileBox({ x, y, z: zoom }).maxX;
      const near = (bubble: Bubble): boolean => Math.abs(bubble.x - edge) < reach;
      const here = bubblesOf(index, { x, y, z: zoom }).filter(near);
      const there =
        x < last
          ? bubblesOf(index, { x: x + 1, y, z: zoom })
              .filter(near)
              .map((bubble) => textOf(bubble))
          : bubblesOf(index, { x: 0, y, z: zoom })
              .filter((bubble) => Math.abs(bubble.x) < reach)
              .map((bubble) => textOf(bubble, WORLD));
      assert.deepEqual(here.map((bubble) => textOf(bubble)).sort(), there.sort());
    }
  }
});

test("no bubble covers another, in its tile or the next", () => {
  const index = indexOf(53);
  for (const zoom of [2, 3, 5]) {
    const unit = pixelUnits(zoom);
    const side = 2 ** zoom / 2;
    const all = Array.from({ length: side ** 2 }, (_, i) =>
      own(index, { x: i % side, y: Math.floor(i / side), z: zoom }),
    ).flat();
    const discs = all.filter(({ count }) => count > 1);
    assert.ok(discs.length > 2);
    discs.forEach((one, i) => {
      for (const other of discs.slice(i + 1)) {
        const gap = Math.hypot(one.x - other.x, one.y - other.y) / unit;
        assert.ok(gap >= bubbleRadius(one.count) + bubbleRadius(other.count), `${gap}`);
      }
      // A bubble stays as near to its points as its square lets it.
      assert.ok(one.x >= one.box.minX - CELL * unit && one.x <= one.box.maxX + CELL * unit);
    });
    // A lone point is where it is.
    for (const { count, row, x, y } of all)
      if (count === 1) assert.deepEqual([x, y], [index.xs[row], index.ys[row]]);
  }
});

test("a bubble grows with its number and stays in its square", () => {
  const radii = [2, 10, 1000, 1e6, 1e9].map(bubbleRadius);
  assert.deepEqual(
    [...radii].sort((a, b) => a - b),
    radii,
  );
  assert.ok(radii.at(-1)! < CELL / 2);
});
