import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { readLabels } from "../src/canvas/labels.ts";
import { setLanguage } from "../src/words/language.ts";
import { tableOf } from "./tables.ts";

afterEach(() => setLanguage("en"));

const table = tableOf({
  _x: ["whole", [5, 1, 1, 1, 1]],
  _y: ["whole", [7, 0, 0, 0, 0]],
  _rank: ["whole", [2, 3, 4, 4, 5]],
  _style: ["whole", [2, 2, 0, 3, 0]],
  c0: ["text", ["Kazakhstan", "N. Cyprus", "Astana", "Aral Sea", "Rome"]],
  ru: ["text", ["Казахстан", null, "Астана", "Аральское море", "Рим"]],
});
const textsIn = (language: string): string[] => {
  setLanguage(language);
  return readLabels(table).map(({ text }) => text);
};

test("names are in the page's language where it has them", () => {
  assert.deepEqual(textsIn("en"), ["Kazakhstan", "N. Cyprus", "Astana", "Aral Sea", "Rome"]);
  assert.deepEqual(textsIn("ru"), ["Казахстан", "N. Cyprus", "Астана", "Аральское море", "Рим"]);
});

test("a name has the place of its row", () => {
  assert.deepEqual(
    readLabels(table)
      .slice(0, 2)
      .map(({ x, y, rank, style }) => [x, y, rank, style]),
    [
      [5, 7, 2, 2],
      [6, 7, 3, 2],
    ],
  );
  assert.deepEqual(readLabels(tableOf({ c0: ["text", []] })), []);
});
