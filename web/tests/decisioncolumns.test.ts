import assert from "node:assert/strict";
import { test } from "node:test";
import { codesOf } from "../src/data/columns.ts";
import { reviewed } from "../src/data/decisioncolumns.ts";
import type { Cells } from "../src/data/loader.ts";
import type { Column } from "../src/data/payload.ts";
import { sortRows } from "../src/data/sort.ts";
import type { PairSpec, PointsSpec } from "../src/data/spec.ts";

const PAIR = { count: 3, ids: [0, 1], order: 2 } as unknown as PairSpec;
const COLUMNS = ["left_id", "right_id", "order"].map((name) => ({ name, type: "text" }));
const SPEC = { columns: COLUMNS, facets: [], pair: PAIR } as unknown as PointsSpec;

function given(): { asked: number[][]; cells: Cells } {
  const asked: number[][] = [];
  const cells = {
    getChild: () => undefined,
    columns: async (columns: number[]) => void asked.push(columns),
  } as unknown as Cells;
  return { asked, cells };
}

test("pairs have columns of decisions and notes, which are not in the file", async () => {
  const { asked, cells } = given();
  const { spec, data, live } = reviewed(SPEC, { places: null as never, cells });
  assert.deepEqual(
    spec.columns.slice(3).map(({ name }) => name),
    ["decision", "note"],
  );
  assert.deepEqual([spec.pair?.decision, spec.pair?.note, spec.facets[0].column], [3, 4, 3]);
  assert.equal(SPEC.columns.length, 3);
  assert.equal(data.cells.getChild("c3"), live?.decision as unknown as Column);
  await data.cells.columns([0, 3, 4]);
  assert.deepEqual(asked, [[0]]);
});

test("a column of decisions is sorted and counted by its cells as they are now", () => {
  const { live } = reviewed(SPEC, { places: null as never, cells: given().cells });
  const { decision } = live!;
  assert.ok(!decision.update());
  const said = [null, "same", "different"];
  decision.cell = (row) => said[row];
  assert.ok(decision.update());
  const column = decision as unknown as Column;
  assert.deepEqual([...codesOf(column).codes], [2, 0, 1]);
  assert.deepEqual([...sortRows(Int32Array.of(0, 1, 2), column, 1)], [2, 1, 0]);
  said[0] = "same";
  assert.ok(decision.update());
  assert.equal(codesOf(column).codes[0], 0);
});

test("tables that are no pairs stay as they are", () => {
  const spec = { ...SPEC, pair: undefined };
  const data = { places: null as never, cells: given().cells };
  assert.deepEqual(reviewed(spec, data), { spec, data });
});
