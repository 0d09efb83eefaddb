import assert from "node:assert/strict";
import { test } from "node:test";
import { geodesic } from "../src/geo/geodesic.ts";

// https://geographiclib.sourceforge.io/JavaScript/doc/tutorial-geodesic.html: Wellington to
// Salamanca is 19959679.26735382 m.
test("the distance of GeographicLib's own example", () => {
  const { metres } = geodesic({ lat: -41.32, lng: 174.81 }, { lat: 40.96, lng: -5.5 });
  assert.ok(Math.abs(metres - 19959679.26735382) < 1e-6);
});

// WGS84: a quarter meridian is 10001965.729 m, one degree of the equator is a * pi / 180 with a =
// 6378137 m.
test("along the equator and the meridian", () => {
  assert.ok(
    Math.abs(
      geodesic({ lat: 0, lng: 10 }, { lat: 0, lng: 11 }).metres - (6378137 * Math.PI) / 180,
    ) < 1e-6,
  );
  assert.ok(
    Math.abs(geodesic({ lat: 0, lng: 51 }, { lat: 90, lng: 51 }).metres - 10001965.729) < 0.001,
  );
});

test("the drawn line begins and ends at the places and does not jump at the antimeridian", () => {
  const { line } = geodesic({ lat: 50, lng: 170 }, { lat: 50, lng: 190 });
  assert.ok(line.length > 20);
  assert.ok(Math.abs(line[0].lng - 170) < 1e-9 && Math.abs(line.at(-1)!.lng - 190) < 1e-9);
  for (let i = 1; i < line.length; i++)
    assert.ok(line[i].lng > line[i - 1].lng && line[i].lng - line[i - 1].lng < 2);
  assert.ok(Math.max(...line.map(({ lat }) => lat)) > 50.4, "the shortest way bends to the pole");
});

test("a place to itself is 0 m", () => {
  assert.equal(geodesic({ lat: 43.6, lng: 51.2 }, { lat: 43.6, lng: 51.2 }).metres, 0);
});
