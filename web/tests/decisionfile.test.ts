import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOfCsv } from "../src/tools/csvrows.ts";
import { decisions } from "./reviewpairs.ts";

test("the file has all answers and notes, and is read again", () => {
  const made = decisions();
  made.decide(0, "different");
  made.annotate(0, '=1, "no";\nnever');
  assert.equal(made.toSave, 1);
  const text = made.file();
  assert.deepEqual(text.replace(/^\ufeff/, "").split("\r\n"), [
    "left_id,right_id,decision,note,left_name,right_name",
    'a:0,b:0,different,"\'=1, ""no"";\nnever",Alpha,Alpha',
    "a:1,b:1,,ask,Altyntau,Алтынтау",
    "a:2,b:2,same,,,Gamma",
    "",
  ]);
  made.saved();
  assert.equal(made.toSave, 0);
  const again = decisions();
  assert.equal(again.read(text).read, 3);
  assert.deepEqual([again.toSave, again.wasSaved], [0, true]);
  for (const row of [0, 1, 2]) assert.deepEqual(again.of(row), made.of(row));
  assert.equal(again.file(), text);
});

const HEAD = "left_id,right_id,decision,note";
const NONE = { read: 0, elsewhere: 0, replaced: [], ignored: [], renamed: [], refused: [] };

test("a file never replaces an answer or note of the page, saved or not, and names the pair", () => {
  const made = decisions();
  made.decide(1, "same");
  const file = `${HEAD}\nb:1,a:1,different,colleague\na:0,b:0,different,`;
  for (const isSaved of [false, true]) {
    if (isSaved) made.saved();
    assert.deepEqual(made.read(file), { ...NONE, read: 1, ignored: ["a:1"] });
    assert.deepEqual(made.of(1), { answer: "same", note: "ask" });
    assert.equal(made.of(0).answer, "different");
  }
  // The answer that was taken back here is one too.
  const emptied = decisions();
  emptied.decide(2, null);
  assert.deepEqual(emptied.read(`${HEAD}\na:2,b:2,same,`).ignored, ["a:2"]);
  assert.equal(emptied.of(2).answer, null);
});

test("what a file adds to an answer is taken, and what it changes of the table is named", () => {
  const made = decisions();
  made.decide(0, "same");
  const file = `${HEAD}\na:0,b:0,Same,two pits\na:2,b:2, different ,\na:1,b:1,same,ask`;
  assert.deepEqual(made.read(file), { ...NONE, read: 3, replaced: ["a:2"] });
  assert.deepEqual(made.of(0), { answer: "same", note: "two pits" });
  assert.deepEqual(made.of(2), { answer: "different", note: "" });
});

test("lines on pairs of other pages are kept, saved again and forgotten with the rest", () => {
  const made = decisions();
  const file = `${HEAD}\na:9,b:9,same,"far; off"\na:0,b:0,same,`;
  assert.deepEqual(made.read(file), { ...NONE, read: 2, elsewhere: 1 });
  // The table's own answer and note are not in that file.
  assert.deepEqual([made.toSave, made.inFile], [2, 4]);
  assert.match(made.file(), /a:9,b:9,same,"far; off",,\r\n$/);
  assert.deepEqual(made.read(`${HEAD}\nb:9,a:9,different,`).ignored, ["b:9 – a:9"]);
  made.saved();
  assert.equal(made.toSave, 0);
  const again = decisions();
  again.follow([], JSON.parse(JSON.stringify(made.changes)));
  assert.equal(again.file(), made.file());
  assert.equal(again.toSave, 0);
  again.startAnew();
  assert.equal(again.inFile, 2);
});

const NAMED = `${HEAD},left_name,right_name`;

test("lines on records that have another name here are not taken, and are named", () => {
  const made = decisions();
  const file = [
    NAMED,
    "a:0,b:0,same,,Omega,Alpha",
    "b:1,a:1,different,,Beta,Altyntau", // the ends may be exchanged
    "a:9,b:9,same,,Omega,Psi",
  ].join("\n");
  const renamed = ["a:0 (Omega ≠ Alpha)", "b:1 (Beta ≠ Алтынтау)"];
  assert.deepEqual(made.read(file), { ...NONE, read: 1, elsewhere: 1, renamed });
  assert.equal(made.of(0).answer, null);
  assert.equal(made.of(1).answer, null);
  // The names of pairs of other pages are saved and kept as they were.
  assert.match(made.file(), /a:9,b:9,same,,Omega,Psi\r\n$/);
  const again = decisions();
  again.follow([], JSON.parse(JSON.stringify(made.changes)));
  assert.equal(again.file(), made.file());
});

test("a name that lost letters, or is another one of the record, is the same", () => {
  for (const name of ["", "ALPHA", "Álpha", "Alp?a", "Alf\ufffd", "Old pit"]) {
    const made = decisions();
    assert.deepEqual(made.read(`${NAMED}\na:0,b:0,same,,${name},Alpha`), { ...NONE, read: 1 });
  }
  for (const name of ["Alpha North", "Alp?", "?????", "Alpha 2", "Pit"]) {
    const { renamed } = decisions().read(`${NAMED}\na:0,b:0,same,,${name},Alpha`);
    assert.deepEqual(renamed, name === "?????" ? [] : [`a:0 (${name} ≠ Alpha)`]);
  }
});

test("two files are put together and saved, one file alone is saved already", () => {
  const made = decisions({ decision: [null, null, null], note: [null, null, null] });
  made.read(`${HEAD}\na:0,b:0,same,`);
  assert.deepEqual([made.toSave, made.wasSaved], [0, true]);
  made.read(`${HEAD}\na:1,b:1,different,`);
  assert.deepEqual([made.toSave, made.inFile], [1, 2]);
});

test("lines without two ids or with unknown words are refused, other files have nothing", () => {
  const made = decisions();
  const file = `${HEAD}\na:0,b:0,maybe,\n,b:1,same,\na:1,b:1,,\n,,,`;
  const refused = ["a:0, b:0, maybe", ", b:1, same"];
  assert.deepEqual(made.read(file), { ...NONE, refused });
  for (const text of ["", "name,lon\nKounrad,75", "left_id\na:1", "\u0000\u0001"]) {
    assert.deepEqual(made.read(text), NONE);
  }
});

test("answers of another page of the review are taken, but not over those of this page", () => {
  const [one, other] = [decisions(), decisions()];
  one.decide(0, "same");
  one.decide(1, "different");
  other.decide(1, "same");
  other.annotate(2, "pit");
  assert.ok(other.follow([], one.changes));
  assert.deepEqual(
    [0, 1, 2].map((row) => other.of(row)),
    [
      { answer: "same", note: "" },
      { answer: "same", note: "ask" },
      { answer: "same", note: "pit" },
    ],
  );
  assert.ok(one.follow(one.changes, other.changes));
  assert.equal(one.file(), other.file());
  assert.ok(!one.follow(other.changes, other.changes));
  // An answer that the other takes back, and a file that it saves.
  const before = one.changes;
  other.decide(0, null);
  other.annotate(2, "");
  other.saved();
  one.follow(before, other.changes);
  assert.equal(one.of(0).answer, null);
  assert.deepEqual([one.toSave, one.wasSaved], [0, true]);
});

test("spreadsheets write separators and line ends of their own", () => {
  const expected = [
    { a: "1", b: "x;y" },
    { a: "2", b: "" },
  ];
  for (const [separator, end] of [
    [";", "\n"],
    ["\t", "\r\n"],
    [",", "\r"],
  ]) {
    const lines = [`a${separator}b`, `1${separator}"x;y"`, `2${separator}`, ""];
    const found = rowsOfCsv(`\ufeff${lines.join(end)}`).map((row) => ({ ...row }));
    assert.deepEqual(found, expected);
  }
});
