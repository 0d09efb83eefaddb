import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { withRoom } from "../src/layers/colorbar.ts";
import { entryLabel } from "../src/layers/legend.ts";
import { setLanguage } from "../src/words/language.ts";

afterEach(() => setLanguage("en"));

const entry = { label: "", count: 1, color: "#000000", shape: "circle" };

test("marks of a ramp whose texts would touch others are left out", () => {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ text: `${share * 4e7}`, share }));
  assert.deepEqual(
    withRoom(marks).map(({ share }) => share),
    [0, 0.25, 0.5, 1],
  );
  const short = marks.map(({ share }) => ({ text: "1", share }));
  assert.deepEqual(withRoom(short), short);
});

test("an entry says what it stands for, in the reader's language", () => {
  const missing = { ...entry, label: "not given (−9999)", missing: [-9999, 1e30] };
  const others = { ...entry, label: "other (1 values)", others: 1 };
  const gold = { ...entry, label: "Gold", text: "Золото" };
  assert.equal(entryLabel(missing), "not given (−9999, 1e+30)");
  assert.equal(entryLabel(others), "other (1 value)");
  assert.equal(entryLabel(gold), "Золото");
  setLanguage("ru");
  assert.equal(entryLabel(missing), "не указано (−9999, 1e+30)");
  assert.equal(entryLabel({ ...others, others: 29 }), "прочее (29 значений)");
});
