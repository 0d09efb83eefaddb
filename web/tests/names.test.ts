import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../src/canvas/frame.ts";
import { LABEL, type Label, type Room, type SymbolVisitor } from "../src/canvas/labels.ts";
import { type AreaTest, Names, type Written } from "../src/canvas/names.ts";
import { pixelUnits, WORLD } from "../src/geo/mercator.ts";
import { integer, random } from "./random.ts";

Object.assign(globalThis, { getComputedStyle: () => ({ getPropertyValue: () => "black" }) });

const ZOOM = 5;
const unit = pixelUnits(ZOOM);
/** The width of every letter, in CSS pixels. */
const LETTER = 10;
type Place = [x: number, y: number];
type Given = Omit<Label, "rank"> & { rank?: number };

const inUnits = (room: Room): Room =>
  Object.fromEntries(Object.entries(room).map(([side, px]) => [side, px * unit])) as Room;

/** Return the names written on a map of 400 by 400 pixels, where symbols of radius 5 are. */
function written(
  labels: Given[],
  symbols: Place[] = [],
  frame: Partial<Frame> = {},
  isArea: AreaTest = () => false,
): Written[] {
  const pen = {
    measureText: (text: string) => ({ width: text.length * LETTER }),
    ...{ strokeText() {}, fillText() {}, beginPath() {}, arc() {}, rect() {}, stroke() {} },
    ...{ fill() {}, moveTo() {}, lineTo() {} },
  };
  const names = new Names(() => {});
  const placed = labels.map(({ x, y, rooms, ...label }): Label => {
    const own = rooms === undefined ? {} : { rooms: rooms.map(inUnits) };
    return { rank: ZOOM, ...label, ...own, x: x * unit, y: y * unit };
  });
  names.add(placed);
  names.addAreas(isArea);
  names.addSymbols({
    symbolsIn: (_box: unknown, _zoom: number, visit: SymbolVisitor) => {
      for (const [x, y] of symbols) visit(x * unit, y * unit, 5);
    },
  });
  const whole = { corner: { x: 0, y: 0 }, extent: { x: 400, y: 400 }, zoom: ZOOM, ...frame };
  const found: Written[] = [];
  for (const _ of names.paint(pen as never, whole as never, found));
  return found;
}

const middle = ({ left, right, top, bottom }: Written): Place => [
  (left + right) / 2,
  (top + bottom) / 2,
];
const town = { x: 100, y: 100, kind: LABEL.town, text: "A town" };
const room = (minX: number, minY: number, maxX: number, maxY: number): Room => {
  return { minX, minY, maxX, maxY, west: 0, east: 0 };
};
const country = (...rooms: Room[]): Given => {
  return { x: 0, y: 0, kind: LABEL.country, text: "Land", rooms };
};

test("the name of a town keeps off symbols, or is left out", () => {
  const places = (symbols: Place[]) => written([town], symbols).map(middle);
  assert.deepEqual(places([]), [[135, 100]]);
  assert.deepEqual(places([[120, 100]]), [[65, 100]]);
  assert.deepEqual(places([[100, 100]]), []);
});

test("a capital under symbols is named near them, if its country holds data", () => {
  const capital = { ...town, kind: LABEL.capital, region: "KZ" };
  const land = { ...country(room(80, 80, 300, 200)), region: "KZ" };
  const named = (labels: Given[], frame: Partial<Frame> = {}): Written | undefined =>
    written(labels, [[100, 100]], frame).find(({ text }) => text === town.text);
  const name = named([capital, land])!;
  const gaps = [name.left - 100, 100 - name.right, name.top - 100, 100 - name.bottom];
  assert.ok(Math.max(...gaps) > 5 && Math.max(...gaps) < 28);
  assert.equal(named([capital, { ...land, region: "UZ" }]), undefined);
  const covered = [{ left: 90, top: 90, right: 110, bottom: 110 }];
  assert.equal(named([capital, land], { covered }), undefined, "it is below a button");
});

test("capitals lie below no name, and are named nearer to them than to other capitals", () => {
  const next = random(7);
  const spot = (): Place => [20 + integer(next, 360), 20 + integer(next, 360)];
  const land = { ...country(room(0, 0, 400, 400)), region: "KZ" };
  let count = 0;
  for (let turn = 0; turn < 20; turn++) {
    const spots = Array.from({ length: 12 }, spot);
    const capitals = spots.map(([x, y], n) => {
      return { x, y, kind: LABEL.capital, region: "KZ", text: `City ${n}` };
    });
    const names = written([land, ...capitals], Array.from({ length: 40 }, spot));
    const own = names.filter(({ kind }) => kind === LABEL.capital);
    const spotOf = ({ text }: Written): Place => spots[Number(text.slice(5))];
    const gap = (box: Written, [x, y]: Place): number =>
      Math.hypot(
        Math.max(box.left - x, 0, x - box.right),
        Math.max(box.top - y, 0, y - box.bottom),
      );
    for (const one of own) {
      for (const name of names) assert.ok(gap(name, spotOf(one)) > 1, "its square is seen");
      for (const other of own) assert.ok(gap(one, spotOf(one)) <= gap(one, spotOf(other)) + 1);
    }
    count += own.length;
  }
  assert.ok(count > 60, String(count));
});

test("a capital whose country has an area of a layer is named before others, and earlier", () => {
  const land = { ...country(room(0, 0, 400, 400)), region: "KZ" };
  const capital = { ...town, kind: LABEL.capital, rank: ZOOM + 1, region: "KZ" };
  const other = { ...town, x: 110, kind: LABEL.capital, text: "Other", region: "UZ" };
  const texts = (isArea: AreaTest): string[] =>
    written([land, other, capital], [], {}, isArea).map(({ text }) => text);
  assert.deepEqual(
    texts(() => false),
    ["Land", "Other"],
  );
  assert.deepEqual(
    texts((x, y) => x === 200 * unit && y === 200 * unit),
    ["Land", "A town", "Other"],
  );
});

test("a capital is not named far away on the ground", () => {
  // At the equator, where 28 pixels of this zoom are 140 km, and two zooms before 540 km.
  const [x, y] = [WORLD / 2 / unit, WORLD / 2 / unit];
  const land = { ...country(room(x - 20, y - 60, x + 200, y + 20)), region: "KZ" };
  const crowd = Array.from(
    { length: 121 },
    (_, n): Place => [x - 20 + 4 * (n % 11), y - 20 + 4 * Math.floor(n / 11)],
  );
  const capital = { x, y, kind: LABEL.capital, text: "Far", region: "KZ", rank: 3 };
  const frameAt = (zoom: number): Partial<Frame> => {
    const share = 2 ** (zoom - ZOOM);
    return { zoom, corner: { x: x * share - 200, y: y * share - 200 } as L.Point };
  };
  const named = (zoom: number): boolean => {
    const near = crowd.map(([ax, ay]): Place => {
      const share = 2 ** (ZOOM - zoom);
      return [x + (ax - x) * share, y + (ay - y) * share];
    });
    return written([land, capital], near, frameAt(zoom)).some(({ text }) => text === "Far");
  };
  assert.deepEqual([5, 3].map(named), [true, false]);
});

test("a country is not named on the land of others, but over symbols on its own", () => {
  const land = country(room(50, 50, 150, 100));
  const crowd = [60, 80, 100, 120, 140].flatMap((x): Place[] => [60, 75, 90].map((y) => [x, y]));
  const [name] = written([land], crowd);
  assert.ok(name.left >= 45 && name.right <= 155 && name.top >= 50 && name.bottom <= 100);
  const coast = country({ ...room(50, 50, 150, 100), east: 200 });
  const [other] = written([coast], crowd);
  assert.ok(other.right <= 155, "a large one is not written at sea");
  const island = country({ ...room(198, 100, 202, 102), west: 90, east: 90 });
  const [beside] = written([island], [[200, 101]]);
  assert.ok(beside.left >= 110 && beside.right <= 290 && (beside.left > 200 || beside.right < 200));
});

test("the sliver of a country at the other edge of the world is not named", () => {
  const side = WORLD / unit;
  const land = country(room(side - 200, 100, side + 100, 200));
  const extent = { x: side + 300, y: 400 } as L.Point;
  const names = written([land], [], { extent });
  assert.equal(names.length, 1);
  assert.ok(names[0].left > side - 210);
});

test("a province with the name of a town in view is not named", () => {
  const province = { ...town, x: 300, y: 300, kind: LABEL.province };
  assert.equal(written([town, province]).length, 1);
  assert.equal(written([{ ...province, x: 100, y: 100 }, province]).length, 2);
});

test("a country is named in its largest part in view, away from symbols", () => {
  const land = country(room(-300, 50, 90, 150), room(200, 200, 350, 300));
  assert.deepEqual(written([land]).map(middle), [[275, 250.5]]);
  const [x, y] = middle(written([land], [[275, 250]])[0]);
  assert.ok(x > 200 && x < 350 && y > 200 && y < 300 && Math.hypot(x - 275, y - 250) > 5);
});

test("a country whose land in view is too narrow for its name has none", () => {
  assert.deepEqual(written([country(room(0, 0, 20, 300))]), []);
  const coast = { ...room(0, 0, 20, 300), east: 100 };
  assert.equal(written([country(coast)]).length, 1, "there is sea beside it");
});

test("a country is named once in each copy of the world that is wholly in view", () => {
  const side = WORLD / unit;
  const land = country(room(100, 100, 300, 200), room(100, 200, 300, 300));
  assert.equal(written([land]).length, 1);
  const extent = { x: 2 * side, y: 400 } as L.Point;
  assert.equal(written([land], [], { extent }).length, 2);
});

test("no name is under a panel or across the frame of the map", () => {
  const panel = { left: 250, top: 0, right: 400, bottom: 400 };
  const seen = { left: 50, top: 50, right: 350, bottom: 350 };
  const places = Array.from(
    { length: 64 },
    (_, n): Place => [(n % 8) * 50, Math.floor(n / 8) * 50],
  );
  const towns = places.map(([x, y]) => ({ ...town, x, y }));
  const names = written(towns, [], { seen, free: seen, covered: [panel] });
  const isApart = (name: Written, box: typeof seen): boolean =>
    name.right <= box.left ||
    name.left >= box.right ||
    name.bottom <= box.top ||
    name.top >= box.bottom;
  const isWithin = (name: Written): boolean =>
    name.left >= 50 && name.right <= 350 && name.top >= 50 && name.bottom <= 350;
  assert.ok(names.length > 5);
  assert.ok(names.every((name) => isApart(name, panel)));
  assert.ok(names.every((name) => isApart(name, seen) || isWithin(name)));
});

test("an area of a layer with the name of a country is named once", () => {
  const land = country(room(50, 50, 350, 150));
  const area = { x: 200, y: 300, kind: LABEL.record, radius: 0, isInside: () => true };
  const texts = (...labels: Given[]): string[] => written(labels).map(({ text }) => text);
  assert.deepEqual(texts({ ...area, text: "LAND" }, land), ["Land"]);
  assert.deepEqual(texts({ ...area, text: "Old name" }, { ...land, others: "x; Old name" }), [
    "Land",
  ]);
  assert.deepEqual(texts({ ...area, text: "12" }, land), ["Land", "12"]);
  assert.deepEqual(
    texts({ ...area, text: "Land" }, { ...land, rank: 9 }),
    ["Land"],
    "too small yet",
  );
  const mine = { x: 200, y: 300, kind: LABEL.record, radius: 3, text: "Land" };
  assert.equal(texts(mine, land).length, 2, "a point of this name is no country");
});

test("a town under the node of its name is named beside that, one zoom before others", () => {
  const node = { ...town, x: 104, kind: LABEL.node, rank: ZOOM + 1, text: "A town-1" };
  const named = (...labels: Given[]): Place[] => written(labels).map(middle);
  assert.deepEqual(named(node, town), [[146, 100]]);
  assert.deepEqual(named(node, { ...town, rank: ZOOM + 1 }), [[146, 100]]);
  assert.deepEqual(named(node, { ...town, text: "Ville", others: "City; A town" }).length, 1);
  assert.deepEqual(named(node, { ...town, text: "A tow" }), [], "another town");
});

test("a large town at a node among symbols is named near them, if its country holds data", () => {
  const node = { ...town, x: 104, kind: LABEL.node, rank: ZOOM + 1, text: "A town-1" };
  const land = { ...country(room(80, 80, 300, 200)), region: "KZ" };
  const around: Place[] = [-12, 0, 12].flatMap((x) =>
    [-14, 14].map((y): Place => [104 + x, 100 + y]),
  );
  const symbols: Place[] = [...around, [84, 100], [124, 100]];
  const named = (given: Partial<Given>, isAtNode = true): Written | undefined =>
    written([land, { ...town, region: "KZ", ...given }, ...(isAtNode ? [node] : [])], symbols).find(
      ({ text }) => text === town.text,
    );
  const name = named({})!;
  const gaps = [name.left - 100, 100 - name.right, name.top - 100, 100 - name.bottom];
  assert.ok(Math.max(...gaps) > 15 && Math.max(...gaps) < 45, String(gaps));
  assert.equal(named({ region: "UZ" }), undefined);
  assert.equal(named({ rank: 6 }), undefined, "small");
  assert.equal(named({}, false), undefined, "not at a node");
});

test("the name of a leg is beside its line, whichever way that goes", () => {
  for (const degrees of [0, 30, 45, 60, 90, 150]) {
    const turn = (degrees * Math.PI) / 180;
    const [across, down] = [Math.sin(turn), -Math.cos(turn)];
    const leg = { x: 200, y: 200, kind: LABEL.leg, text: "A leg", aside: [across, down] };
    const [{ left, right, top, bottom }] = written([leg as Given]);
    const sides = [left, right].flatMap((x) =>
      [top, bottom].map((y) => (x - 200) * across + (y - 200) * down),
    );
    assert.ok(Math.abs(Math.min(...sides) - 6) < 1, `${degrees}`);
  }
});

test("the town at a node of its name is not named again", () => {
  const node = { ...town, kind: LABEL.node };
  assert.equal(written([node, { ...town, x: 112, y: 120 }]).length, 1);
  assert.equal(written([node, { ...town, x: 300, y: 300 }]).length, 2);
  // Near the equator, four kilometres are many pixels of a deep zoom.
  const middle = WORLD / 2 / unit;
  const corner = { x: (middle - 200 / 2 ** 7) * 2 ** 7, y: (middle - 200 / 2 ** 7) * 2 ** 7 };
  const spot = { x: middle, y: middle };
  const at12 = (px: number): number =>
    written(
      [
        { ...node, ...spot },
        { ...town, ...spot, x: middle + px / 2 ** 7 },
      ],
      [],
      { zoom: ZOOM + 7, corner: corner as L.Point },
    ).length;
  assert.deepEqual([100, 150].map(at12), [1, 2]);
});

test("among many symbols a large name covers as few as it must", () => {
  const crowd = Array.from(
    { length: 3600 },
    (_, n): Place => [(n % 60) * 7, Math.floor(n / 60) * 7],
  );
  const names = written([country(room(50, 50, 350, 350)), town], crowd);
  assert.deepEqual(
    names.map(({ text }) => text),
    ["Land"],
  );
});
