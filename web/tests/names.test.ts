import assert from "node:assert/strict";
import { test } from "node:test";
import { LABEL, type Label, type SymbolVisitor } from "../src/canvas/labels.ts";
import { Names } from "../src/canvas/names.ts";
import { pixelUnits } from "../src/geo/mercator.ts";

Object.assign(globalThis, { getComputedStyle: () => ({ getPropertyValue: () => "black" }) });

const ZOOM = 5;
const unit = pixelUnits(ZOOM);
/** The width of every text, in CSS pixels. */
const WIDE = 60;
type Place = [x: number, y: number];

/** Return the middle of each name written where symbols of a radius of 5 pixels are. */
function written(labels: Omit<Label, "rank">[], symbols: Place[], rank = ZOOM): [string, Place][] {
  const found: [string, Place][] = [];
  const pen = {
    measureText: () => ({ width: WIDE }),
    fillText: (text: string, left: number, y: number) => found.push([text, [left + WIDE / 2, y]]),
    ...{ strokeText() {}, beginPath() {}, arc() {}, rect() {}, stroke() {}, fill() {} },
  };
  const names = new Names(() => {});
  names.add(labels.map((label) => ({ ...label, x: label.x * unit, y: label.y * unit, rank })));
  names.addSymbols({
    symbolsIn: (_box: unknown, _zoom: number, visit: SymbolVisitor) => {
      for (const [x, y] of symbols) visit(x * unit, y * unit, 5);
    },
  });
  const frame = { corner: { x: 0, y: 0 }, extent: { x: 400, y: 400 }, zoom: ZOOM };
  for (const _ of names.paint(pen as never, frame as never, "others"));
  return found;
}

const town = { x: 100, y: 100, style: LABEL.town, text: "Town" };
const country = { x: 200, y: 200, style: LABEL.country, text: "Land" };

test("the name of a town keeps off symbols, or is left out", () => {
  assert.deepEqual(written([town], []), [["Town", [135, 100]]]);
  assert.deepEqual(written([town], [[120, 100]]), [["Town", [65, 100]]]);
  assert.deepEqual(written([town], [[100, 100]]), []);
});

test("the name of a country moves where the country is larger than its name", () => {
  const at: Place[] = [[200, 200]];
  assert.deepEqual(written([country], [], ZOOM - 1), [["LAND", [200, 200]]]);
  assert.deepEqual(written([country], at, ZOOM - 1), [["LAND", [200, 214]]]);
  assert.deepEqual(written([country], at), [["LAND", [200, 200]]]);
});

test("a country among symbols is named where they cover least of its name", () => {
  const crowd = Array.from(
    { length: 400 },
    (_, i): Place => [110 + (i % 20) * 10, 110 + Math.floor(i / 20) * 10],
  );
  const [[text, [x, y]]] = written([country], crowd, ZOOM - 1);
  assert.equal(text, "LAND");
  assert.ok(Math.abs(x - 200) <= 30 && Math.abs(y - 200) <= 28);
});
