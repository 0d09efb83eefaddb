import assert from "node:assert/strict";
import { test } from "node:test";
import { roundBetween } from "../src/layers/points/rangefilter.ts";
import { embedding } from "../src/page/sharing.ts";
import { shortId } from "../src/ui/shortid.ts";

test("an id is short, the same for the same name, and another for another name", () => {
  const names = Array.from({ length: 2000 }, (_, i) => `Месторождения ${i}`);
  const ids = new Set(names.map(shortId));
  assert.equal(ids.size, names.length);
  for (const id of ids) assert.match(id, /^_[0-9a-z]{5}$/);
  assert.equal(shortId("Major deposits"), shortId("Major deposits"));
});

test("the code for another page is one frame whatever the title says", () => {
  const code = embedding(
    "https://example.org/a.html#map=4/45/60&x=1",
    '"><script>alert(1)</script>',
  );
  assert.equal(code.match(/</g)?.length, 2);
  assert.ok(code.startsWith('<iframe src="https://example.org/a.html#map=4/45/60&#38;x=1" '));
  assert.ok(
    embedding("file:///home/me/a%20b/map.html#map=4/45/60", "t").includes('src="map.html#'),
  );
});

test("numbers between the ends of an axis are round and not near the ends", () => {
  assert.deepEqual(roundBetween(0.8, 676), [200, 400]);
  assert.deepEqual(roundBetween(1900, 2000), [1950]);
  for (const [min, max] of [
    [0, 1],
    [-5, 5],
    [1e-9, 3e-9],
    [0, 1e12],
    [99.5, 100.5],
  ]) {
    const ticks = roundBetween(min, max);
    assert.ok(ticks.length <= 3, `${ticks}`);
    for (const tick of ticks) assert.ok(tick > min && tick < max, `${min} ${tick} ${max}`);
  }
});
