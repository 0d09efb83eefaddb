import assert from "node:assert/strict";
import { test } from "node:test";
import { PixelBoard, type Pixels } from "../src/canvas/pixelboard.ts";
import { integer, random } from "./random.ts";

/** A picture of random colours, multiplied by alpha; a third each is clear, opaque and between. */
function picture(next: () => number, width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = [0, 255, integer(next, 256)][integer(next, 3)];
    for (let c = 0; c < 3; c++) data[i + c] = (integer(next, 256) * alpha) / 255;
    data[i + 3] = alpha;
  }
  return { width, height, data };
}

test("pictures are stamped over each other, and cut at the edges of the board", () => {
  const next = random(3);
  const board = new PixelBoard(9, 7);
  // The oracle adds up shares without rounding, and asks for each pixel which stamps are on it.
  const stamps = Array.from({ length: 40 }, () => {
    const stamped = picture(next, 1 + integer(next, 6), 1 + integer(next, 6));
    const [left, top] = [integer(next, 15) - 5, integer(next, 13) - 5];
    return { stamped, left, top, opacity: [1, 0.25, next()][integer(next, 3)] };
  });
  for (const { stamped, left, top, opacity } of stamps) board.stamp(stamped, left, top, opacity);
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 9; x++) {
      let wanted = [0, 0, 0, 0];
      for (const { stamped, left, top, opacity } of stamps) {
        const [column, row] = [x - left, y - top];
        if (column < 0 || row < 0 || column >= stamped.width || row >= stamped.height) continue;
        const at = 4 * (row * stamped.width + column);
        const above = [...stamped.data.subarray(at, at + 4)].map((value) => value * opacity);
        wanted = wanted.map((value, c) => above[c] + value * (1 - above[3] / 255));
      }
      const at = 4 * (y * 9 + x);
      const found = [...board.data.subarray(at, at + 4)];
      // Each stamp rounds by at most half a level, which the next ones over it reduce.
      for (let c = 0; c < 4; c++) assert.ok(Math.abs(found[c] - wanted[c]) < 3, `${x} ${y}`);
    }
  }
});

test("an opaque picture stays as it is", () => {
  const board = new PixelBoard(2, 1);
  const opaque = { width: 1, height: 1, data: Uint8ClampedArray.of(200, 10, 3, 255) };
  board.stamp(opaque, 0, 0, 1);
  board.stamp(opaque, 1, 0, 0.5);
  assert.deepEqual([...board.data.subarray(0, 4)], [200, 10, 3, 255]);
  assert.deepEqual([...board.data.subarray(4)], [100, 5, 2, 128]);
});

test("a pen gets the colours without their opacity", () => {
  const board = new PixelBoard(1, 1);
  board.stamp({ width: 1, height: 1, data: Uint8ClampedArray.of(100, 50, 0, 128) }, 0, 0, 1);
  const shown: unknown[] = [];
  const pen = { putImageData: (_: ImageData, x: number, y: number) => shown.push([x, y]) };
  board.show(pen as never);
  assert.deepEqual(shown, [[0, 0]]);
  assert.deepEqual([...board.data], [199, 100, 0, 128]);
});
