import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  columnFromArray,
  dictionary,
  field,
  int32,
  largeUtf8,
  list,
  struct,
  tableFromArrays,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  uint8,
  utf8,
} from "@uwdata/flechette";
import { inflate } from "../src/data/gzip.ts";
import {
  decodeBase64,
  lists,
  readBytes,
  readTable,
  required,
  steps,
  undelta,
  vertices,
} from "../src/data/payload.ts";

const bytes = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 7919) & 255);

test("base64 with every padding, with the browser's decoder and without it", () => {
  const native = (Uint8Array as { fromBase64?: unknown }).fromBase64;
  for (const decoder of [native, undefined]) {
    (Uint8Array as { fromBase64?: unknown }).fromBase64 = decoder;
    for (const length of [0, 1, 2, 3, 4, 300_000, 300_001]) {
      const part = bytes.subarray(0, length);
      assert.deepEqual(decodeBase64(Buffer.from(part).toString("base64")), new Uint8Array(part));
    }
  }
  (Uint8Array as { fromBase64?: unknown }).fromBase64 = native;
});

test("gzip is inflated, cut-off gzip is an error", async () => {
  const packed = gzipSync(bytes);
  assert.deepEqual(await inflate(new Uint8Array(packed)), bytes);
  await assert.rejects(inflate(new Uint8Array(packed.subarray(0, packed.length - 20))));
  assert.deepEqual(await inflate(new Uint8Array(packed), bytes.length), bytes);
  await assert.rejects(inflate(new Uint8Array(packed), bytes.length - 1));
});

test("damaged payloads are an error that says so", async () => {
  const whole = new Uint8Array(gzipSync(tableToIPC(tableFromArrays({ a: [1, 2] }), {})!));
  const wrong = whole.slice();
  wrong[wrong.length >> 1] ^= 255;
  const named = { message: "The data of this page are damaged." };
  for (const bytes of [wrong, whole.subarray(0, 30)])
    await assert.rejects(readBytes({ take: () => bytes }, "a"), named);
  for (const bytes of [wrong, new Uint8Array(gzipSync("no table")), new Uint8Array([1, 2, 3])])
    await assert.rejects(readTable({ take: () => bytes }, "a"), named);
  assert.equal((await readTable({ take: () => whole }, "a")).numRows, 2);
});

test("texts keep the mark U+FEFF with which they begin", async () => {
  const texts = ["\ufefflead", null, "lead", "", "\ufeff\ufeff", "a\ufeff", "\ufefflead"];
  const columns = {
    plain: columnFromArray(texts, utf8()),
    large: columnFromArray(texts, largeUtf8()),
    coded: columnFromArray(texts, dictionary(utf8())),
    bare: columnFromArray(
      texts.map((text) => text?.replaceAll("\ufeff", "x") ?? null),
      utf8(),
    ),
  };
  const bytes = new Uint8Array(
    gzipSync(tableToIPC(tableFromColumns(columns), { format: "stream" })!),
  );
  const table = await readTable({ take: () => bytes }, "a");
  for (const name of ["plain", "large", "coded"]) {
    const column = table.getChild(name)!;
    assert.deepEqual([...column.toArray()], texts, name);
    assert.deepEqual(
      texts.map((_, row) => column.at(row)),
      texts,
      name,
    );
  }
  assert.equal(table.getChild("bare")!.at(0), "xlead");
});

test("steps become coordinates", () => {
  assert.deepEqual(
    undelta([1_073_741_823, -5, 0, 7]),
    Int32Array.of(1_073_741_823, 1_073_741_818, 1_073_741_818, 1_073_741_825),
  );
  assert.deepEqual(undelta([]), new Int32Array(0));
});

test("steps in four bytes become coordinates", () => {
  const values = [1_073_741_823, 0, 5, 5, 1_073_741_822];
  const small = values
    .map((value, i) => value - (values[i - 1] ?? 0))
    .map((step) => ((step << 1) ^ (step >> 31)) >>> 0);
  const planes = [0, 8, 16, 24].map((shift, n) => [
    `_x${n}`,
    Uint8Array.from(small, (word) => (word >>> shift) & 255),
  ]);
  assert.deepEqual(
    steps(tableFromArrays(Object.fromEntries(planes)), "_x"),
    Int32Array.from(values),
  );
});

test("vertices come flat with the offsets of their rows, whose steps run on", () => {
  const bytes = (name: string, step: number): [string, number][] =>
    [0, 8, 16, 24].map((shift, n) => [
      `${name}${n}`,
      ((((step << 1) ^ (step >> 31)) >>> 0) >>> shift) & 255,
    ]);
  const steps = [
    [
      [1_000_000_000, 7],
      [-999_999_990, 0],
    ],
    [],
    [[5, 1_000_000]],
  ];
  const rows = steps.map((row) =>
    row.map(([x, y]) => Object.fromEntries([...bytes("x", x), ...bytes("y", y)])),
  );
  const planes = ["x", "y"].flatMap((axis) =>
    [0, 1, 2, 3].map((n) => field(`${axis}${n}`, uint8())),
  );
  const column = columnFromArray(rows, list(struct(planes)));
  const table = tableFromIPC(
    tableToIPC(tableFromColumns({ _vertices: column }), { format: "stream" })!,
  );
  assert.deepEqual(vertices(table, "_vertices"), {
    offsets: Int32Array.of(0, 2, 2, 3),
    xs: Int32Array.of(1_000_000_000, 10, 15),
    ys: Int32Array.of(7, 7, 1_000_007),
  });
});

test("lists come flat with their offsets", () => {
  const table = tableFromIPC(
    tableToIPC(tableFromColumns({ _x: columnFromArray([[1, 2, 3], [], [4]], list(int32())) }), {
      format: "stream",
    })!,
  );
  assert.deepEqual(lists(table, "_x"), {
    offsets: Int32Array.of(0, 3, 3, 4),
    values: Int32Array.of(1, 2, 3, 4),
  });
});

test("a missing column is named, an empty table is empty", () => {
  const table = tableFromArrays({ _x: [1, 2] });
  assert.throws(() => required(table, "_y"), /lacks its column "_y"/);
  assert.throws(() => lists(table, "_rings"), /lacks its column "_rings"/);
  const empty = tableFromIPC(
    tableToIPC(tableFromColumns({ _x: columnFromArray([], utf8()) }), { format: "stream" })!,
  );
  assert.equal(required(empty, "_x").length, 0);
});
