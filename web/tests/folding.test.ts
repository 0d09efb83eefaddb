import assert from "node:assert/strict";
import { test } from "node:test";
import { FoldedTexts } from "../src/data/foldedtexts.ts";
import { folded, prefixEdits, searchedWords, tolerance } from "../src/data/folding.ts";
import { nearest } from "./edits.ts";
import { integer, random } from "./random.ts";

const encoder = new TextEncoder();

test("letters of several alphabets, accents, case and signs do not matter", () => {
  const alike = [
    ["Ташкент", "tashkent"],
    ["Жезказган", "Zhezkazgan"],
    ["Жезқазған", "zhezkazgan"],
    ["Ёлкино", "Елкино"],
    ["Йошкар-Ола", "Yoshkar Ola"],
    ["Октябрьск", "Oktyabr’sk"],
    ["Щучинск", "Shchuchinsk"],
    ["Straße", "STRASSE"],
    ["Iğdır", "igdir"],
    ["Işık", "isik"],
    ["Gəncə", "ganca"],
    ["E\u0301cole  №4", "école-no4"],
    ["İzmir", "izmir"],
    ["ﬁ", "fi"],
  ];
  for (const [one, other] of alike) assert.equal(folded(one), folded(other), one);
  assert.equal(folded(" ჭიათურა, 銅 – 4/5 "), "ჭიათურა 銅 4 5");
  assert.equal(folded("\u0301 % -"), "");
});

test("bytes are folded as texts are", () => {
  const next = random(3);
  const signs = [..."aZ9 -'`.~\t\nßЙёқÉჭ"];
  for (let n = 0; n < 400; n++) {
    const length = integer(next, 9);
    const text = Array.from({ length }, () => signs[integer(next, signs.length)]).join("");
    const writer = new FoldedTexts(1);
    writer.mark(0x0a);
    writer.write(encoder.encode(text));
    const written = new TextDecoder().decode(writer.bytes.subarray(1, writer.at));
    assert.equal(written, folded(text), JSON.stringify(text));
  }
});

test("letters of one sound are no typing error", () => {
  const editsOf = (one: string, other: string): number => {
    const bytes = encoder.encode(other);
    return prefixEdits(encoder.encode(one), bytes, 0, bytes.length, 9);
  };
  assert.equal(editsOf("olimpik", "olympic"), 0);
  assert.equal(editsOf("chukikamata", "chuquicamata"), 1);
  assert.equal(editsOf("almalyk", "olmaliq"), 1);
  assert.equal(editsOf("kara", "tara"), 1);
});

test("the edits that make a word a beginning are counted as in a full table", () => {
  const next = random(4);
  const word = (): string =>
    Array.from({ length: 1 + integer(next, 9) }, () => "acks"[integer(next, 4)]).join("");
  for (let n = 0; n < 4000; n++) {
    const [one, other, most] = [word(), word(), integer(next, 3)];
    const bytes = encoder.encode(`--${other}`);
    const found = prefixEdits(encoder.encode(one), bytes, 2, bytes.length, most);
    assert.equal(found, Math.min(nearest(one, other), most + 1), `${one} ${other} ${most}`);
  }
});

test("short words and numbers are not guessed", () => {
  const of = (word: string): number => tolerance(encoder.encode(word));
  assert.deepEqual(["tau", "kara", "karatau", "zhezkazg", "mine12"].map(of), [0, 1, 1, 2, 0]);
});

test("of a long text, few different words are searched", () => {
  assert.deepEqual(searchedWords("Kara, KARA tas"), ["kara", "tas"]);
  assert.deepEqual(searchedWords("ab ".repeat(100_000)), ["ab"]);
  assert.deepEqual(searchedWords("n".repeat(100_000)), ["n".repeat(40)]);
  const many = Array.from({ length: 100 }, (_, i) => String(i));
  assert.deepEqual(searchedWords(many.join(" ")), many.slice(0, 16));
});
