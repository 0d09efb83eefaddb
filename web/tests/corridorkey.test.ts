import assert from "node:assert/strict";
import { test } from "node:test";

import type { EntrySpec } from "../src/data/spec.ts";
import { joined } from "../src/map/corridorkey.ts";

const leg = (mode: string, status: string, gauge?: number): EntrySpec => ({
  label: [mode, gauge, status].join(", "),
  count: 1,
  color: "#000000",
  shape: "line",
  mode,
  status,
  ...(gauge ? { gauge } : {}),
});

test("entries of several corridors are listed once, by mode, gauge and status", () => {
  const wide = leg("rail", "operating", 1520);
  const planned = leg("rail", "planned", 1520);
  const schematic = leg("rail", "schematic line", 1520);
  const normal = leg("rail", "operating", 1435);
  const sea = leg("sea", "operating");
  const found = joined([
    [sea, planned, wide],
    [normal, wide, schematic],
  ]);
  assert.deepEqual(found, [wide, schematic, planned, normal, sea]);
});
