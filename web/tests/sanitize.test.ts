import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ATTRIBUTES, NAMELESS, REMOVED, UNWRAPPED } from "../src/ui/sanitize.ts";

// What the functions make of markup is tested in a browser: tests/test_browser_hostile.py.
test("the page leaves out the elements and attributes that Python warns of", () => {
  const names = JSON.parse(
    readFileSync(new URL("../../tests/data/left_out.json", import.meta.url), "utf-8"),
  );
  const ours = { removed: REMOVED, unwrapped: UNWRAPPED };
  assert.deepEqual({ ...ours, attributes: ATTRIBUTES, nameless: NAMELESS }, names);
});
