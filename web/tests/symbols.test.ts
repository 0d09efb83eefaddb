import assert from "node:assert/strict";
import { test } from "node:test";
import { cssInkOf, cssRimOf, isHidden, lightened, safeColor } from "../src/canvas/colors.ts";
import { featureStroke, legStrokes, outlineStroke, withRim } from "../src/canvas/strokes.ts";
import { outline, REACH, scaledSize, symbolSize } from "../src/canvas/symbols.ts";

test("a colour that could load something is not used", () => {
  for (const good of [
    "#b5521b",
    "#FFF",
    "#12345678",
    "teal",
    "rgb(1, 2, 3)",
    "hsl(10 20% 30% / 0.5)",
  ])
    assert.equal(safeColor(good), good);
  for (const bad of [
    "url(http://example.org/x)",
    "red;background:url(x)",
    "#12",
    "var(--x), url(y)",
    "",
  ])
    assert.equal(safeColor(bad), "#777777");
});

test("only outlines that a dark page would hide are too dark for it", () => {
  for (const dark of ["#000000", "#232323", "#000080", "#23232380"])
    assert.ok(isHidden(dark), dark);
  for (const seen of ["#808080", "#ff0000", "#ffffff", "none", "ink"])
    assert.ok(!isHidden(seen), seen);
  assert.equal(cssRimOf("#232323"), "var(--mm-dark-rim, #232323)");
  assert.equal(cssRimOf("#ff0000"), "#ff0000");
  assert.equal(cssRimOf("none"), "none");
  assert.equal(cssRimOf("url(x)"), "#777777");
});

test("a dark outline stays dark around a light fill, which a light one would enlarge", () => {
  for (const color of ["#ffffff", "#ffd92f", "#ff0000", "#808080"])
    assert.equal(cssRimOf("#222222", { color }), "#222222", color);
  for (const color of ["#000000", "#0000ff", "#800000", "none"])
    assert.equal(cssRimOf("#222222", { color }), "var(--mm-dark-rim, #222222)", color);
  const seen = (opacity: number): string => cssRimOf("#000000", { color: "#ffffff", opacity });
  assert.equal(seen(0.75), "#000000");
  for (const opacity of [0, 0.25]) assert.equal(seen(opacity), "var(--mm-dark-rim, #000000)");
});

test("lines and outlines of areas have a light rim where a dark page would hide them", () => {
  const line = { label: "", count: 1, color: "#000000", shape: "line", dash: [4, 2] };
  const rim = "var(--mm-dark-rim, transparent)";
  const stroke = featureStroke(line, 3, cssInkOf);
  assert.deepEqual(stroke, {
    color: "#000000",
    rim,
    width: 3,
    dash: [4, 2],
    cap: "butt",
    alpha: undefined,
  });
  const widths = (width: number) => withRim({ ...stroke, width }).map(({ width }) => width);
  assert.deepEqual(
    [widths(3), widths(0.2)],
    [
      [5, 3],
      [0.6000000000000001, 0.2],
    ],
  );
  assert.deepEqual(withRim(featureStroke({ ...line, color: "#ff0000" }, 3, cssInkOf)).length, 1);
  const leg = (mode: string) => legStrokes({ ...line, mode }, cssRimOf).map(({ color }) => color);
  assert.deepEqual(leg("sea"), ["var(--mm-dark-rim, #000000)"]);
  assert.ok(leg("road").includes("#000000"));
  const area = { ...line, color: "#ffffff", shape: "area", outline: "#000000" };
  assert.equal(outlineStroke(area, 1, cssInkOf)!.rim, undefined);
  const hollow = outlineStroke({ ...area, opacity: 0 }, 1, cssInkOf)!;
  assert.deepEqual([hollow.color, hollow.rim], ["#000000", rim]);
  assert.equal(outlineStroke({ ...area, outline: "ink" }, 1, cssInkOf)!.color, "var(--mm-ink)");
});

test("every shape has an outline within its reach; a circle and an unknown one are round", () => {
  for (const shape of [
    "square",
    "diamond",
    "triangle",
    "triangle-down",
    "hexagon",
    "pentagon",
    "star",
    "cross",
    "plus",
  ]) {
    const points = outline(shape, 10)!;
    for (let i = 0; i < points.length; i += 2)
      assert.ok(Math.hypot(points[i], points[i + 1]) <= 20 * REACH, shape);
  }
  assert.equal(outline("circle", 10), null);
  assert.equal(outline("nonsense", 10), null);
});

test("symbols grow with the zoom, and sooner where there are few", () => {
  assert.equal(symbolSize(2, 300_000), 3);
  assert.equal(symbolSize(0, 9999), 5);
  assert.equal(symbolSize(9, 300_000), 11);
  assert.ok(symbolSize(4, 300) > symbolSize(4, 300_000));
  for (let zoom = 1; zoom <= 18; zoom++)
    assert.ok(symbolSize(zoom, 5000) >= symbolSize(zoom - 1, 5000));
});

test("sizes that show numbers stay large enough to be told apart", () => {
  for (const count of [300, 10_000])
    for (let zoom = 0; zoom <= 18; zoom++) assert.ok((45 * scaledSize(zoom, count)) / 11 >= 30);
  assert.ok(scaledSize(2, 300_000) < 3.5);
  assert.equal(scaledSize(9, 300_000), 11);
});

test("all shapes have the area of their circle", () => {
  for (const shape of ["square", "triangle", "star", "plus", "hexagon", "cross", "pentagon"]) {
    const points = outline(shape, 10)!;
    const corners = Array.from({ length: points.length / 2 }, (_, i) => i);
    const isIn = (x: number, y: number): boolean =>
      corners.filter((i) => {
        const [x0, y0] = points.slice(2 * i);
        const [x1, y1] = points.slice((2 * i + 2) % points.length);
        return y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0;
      }).length %
        2 ===
      1;
    let cells = 0;
    for (let x = -16; x < 16; x += 0.1)
      for (let y = -16; y < 16; y += 0.1) cells += Number(isIn(x, y));
    assert.ok(Math.abs(cells / 100 - 100 * Math.PI) < 6, shape);
  }
});

test("a dark colour is lighter on a dark page, and keeps its hue; others stay as they are", () => {
  for (const color of ["#553366", "#880000", "#0000EE", "#000000"]) {
    const shade = lightened(color);
    assert.match(shade, /^#[0-9a-f]{6}$/);
    assert.equal(isHidden(shade), false);
    const parts = [color, shade].map((one) =>
      [1, 3, 5].map((at) => Number.parseInt(one.slice(at, at + 2), 16)),
    );
    const greatest = (all: number[]): number => all.indexOf(Math.max(...all));
    assert.equal(greatest(parts[0]), greatest(parts[1]));
  }
  for (const color of ["#BB7700", "#ffffff", "crimson"]) assert.equal(lightened(color), color);
});
