import assert from "node:assert/strict";
import { test } from "node:test";
import { formatArc, lines, stepFor, wrapped } from "../src/sheet/graticule.ts";
import { crc32, paperOf, pixels, screenPaper, withResolution } from "../src/sheet/paper.ts";
import { across, scaleBar, scaleNumber } from "../src/sheet/scale.ts";
import { fileName } from "../src/ui/dom.ts";

test("paper has as many pixels as its size and resolution say", () => {
  assert.deepEqual(pixels(paperOf("a4", false), 300), [2480, 3508]);
  assert.deepEqual(pixels(paperOf("a3", true), 150), [2480, 1754]);
  assert.deepEqual(pixels(paperOf("letter", true), 96), [1056, 816]);
  assert.deepEqual(paperOf("a4", true), { width: 297, height: 210 });
  assert.deepEqual(pixels(screenPaper({ x: 1400, y: 900 }), 192), [2800, 1800]);
});

test("lines of the graticule are round and at least four to the longer side", () => {
  assert.equal(stepFor(90), 20 * 3600);
  assert.equal(stepFor(1), 10 * 60);
  assert.deepEqual(lines(-1.5, 1.2, 3600), [-3600, 0, 3600]);
  for (const span of [0.01, 0.3, 2, 17, 200]) {
    const count = lines(0.123, 0.123 + span, stepFor(span)).length;
    assert.ok(count >= 3 && count <= 14, `${span}: ${count}`);
  }
});

test("arcs are written in degrees, minutes and seconds", () => {
  assert.equal(formatArc(45 * 3600), "45°");
  assert.equal(formatArc(-(45 * 3600 + 30 * 60)), "45°30′");
  assert.equal(formatArc(5), "0°00′05″");
  assert.equal(wrapped(190 * 3600), -170 * 3600);
  assert.equal(wrapped(-190 * 3600), 170 * 3600);
});

test("the bar has a round length and the width of that length", () => {
  for (const lat of [0, 45, 70]) {
    for (const degrees of [0.0001, 0.01, 0.1]) {
      const length = across((offset) => ({ lat, lng: 60 + offset * degrees }));
      const { metres, width } = scaleBar(length, 240);
      assert.ok(width <= 240 && width > 240 / 2.6, `${width}`);
      assert.match(String(metres / 10 ** Math.floor(Math.log10(metres))), /^(1|2|5)(\.0+1?)?$/);
      assert.ok(Math.abs(length(width) / metres - 1) < 1e-3);
    }
  }
});

test("a scale is the ratio of lengths on the earth and on paper", () => {
  const metresPerPixel = 1000;
  assert.equal(
    scaleNumber((width) => width * metresPerPixel),
    3_780_000,
  );
});

test("a file is called by its title, in any language, and by nothing dangerous", () => {
  assert.equal(fileName("Copper, gold: “Kazakhstan”", "png"), "Copper-gold-Kazakhstan.png");
  assert.equal(fileName("Медь и золото", "png"), "Медь-и-золото.png");
  assert.equal(fileName("../../etc/passwd\0<script>", "png"), "etc-passwd-script.png");
  assert.equal(fileName("¿?", "png"), "map.png");
  assert.ok(fileName("x".repeat(500), "png").length <= 84);
});

test("a picture's resolution is written after its head", async () => {
  const head = new Uint8Array(33);
  const bytes = new Uint8Array(
    await (await withResolution(new Blob([head, new Uint8Array([7])]), 300)).arrayBuffer(),
  );
  assert.equal(bytes.length, 33 + 21 + 1);
  assert.equal(new DataView(bytes.buffer).getUint32(33 + 8), 11811);
  assert.equal(bytes.at(-1), 7);
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});
