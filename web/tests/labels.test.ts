import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  columnFromArray,
  int32,
  list,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  uint8,
  uint16,
  utf8,
} from "@uwdata/flechette";
import { LABEL, readLabels } from "../src/canvas/labels.ts";
import { setLanguage } from "../src/words/language.ts";
import { tableOf } from "./tables.ts";

afterEach(() => setLanguage("en"));

const columns = {
  x: columnFromArray([5, 1, 1, 1, 1], int32()),
  y: columnFromArray([7, 0, 0, 0, 0], int32()),
  zoom: columnFromArray([2, 3, 4, 4, 5], uint8()),
  naming: columnFromArray([2, 2, 0, 3, 8], uint8()),
  height: columnFromArray([0, 0, 0, 0, 5642], uint16()),
  name: columnFromArray(["Kazakhstan", "N. Cyprus", "Astana", "Aral Sea", "Elbrus"], utf8()),
  ru: columnFromArray(["Казахстан", null, "Астана", "Аральское море", "Эльбрус"], utf8()),
  rooms: columnFromArray([[1, 2, 3, 4, 0, 5], [], [], [], []], list(uint16())),
};
const table = tableFromIPC(tableToIPC(tableFromColumns(columns), {})!);
const textsIn = (language: string): string[] => {
  setLanguage(language);
  return readLabels(table).map(({ text }) => text);
};

test("names are in the page's language where it has them", () => {
  const english = ["Kazakhstan", "N. Cyprus", "Astana", "Aral Sea", "Elbrus 5642 m"];
  const russian = ["Казахстан", "N. Cyprus", "Астана", "Аральское море", "Эльбрус 5642 м"];
  assert.deepEqual(textsIn("en"), english);
  assert.deepEqual(
    textsIn("ru").map((text) => text.replace(/\s/g, " ")),
    russian,
  );
});

test("a name has the place of its row, and an area its rooms", () => {
  const [first, second] = readLabels(table);
  assert.deepEqual([first.x, first.y, first.rank, first.kind], [5120, 7168, 2, LABEL.country]);
  assert.deepEqual([second.x, second.y, second.rooms], [6144, 7168, undefined]);
  const step = 2 ** 14;
  const edges = { minX: step, minY: 2 * step, maxX: 3 * step, maxY: 4 * step };
  assert.deepEqual(first.rooms, [{ ...edges, west: 0, east: 5 * step }]);
  assert.deepEqual(readLabels(tableOf({ name: ["text", []] })), []);
});
