import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { entryLabel } from "../src/layers/legend.ts";
import en from "../src/words/en.json" with { type: "json" };
import { formatCount, formatDuration, formatMeasured } from "../src/words/format.ts";
import {
  currentLanguage,
  labelWithUnit,
  plural,
  setLanguage,
  t,
  term,
  translateNote,
} from "../src/words/language.ts";
import ru from "../src/words/ru.json" with { type: "json" };

afterEach(() => setLanguage("en"));

test("a tag with a region speaks its language, an unknown one English", () => {
  setLanguage("ru-KZ");
  assert.equal(currentLanguage(), "ru");
  assert.equal(t("hide"), "Скрыть");
  setLanguage("tlh");
  assert.equal(currentLanguage(), "en");
});

test("Russian has its plural forms and its numbers", () => {
  setLanguage("ru");
  assert.match(plural("unplaced", 1, "1"), /^1 запись /);
  assert.match(plural("unplaced", 3, "3"), /^3 записи /);
  assert.match(plural("unplaced", 11, "11"), /^11 записей /);
  assert.equal(formatCount(1234567).replace(/\s/g, " "), "1 234 567");
  assert.equal(formatDuration(72), "3 дня (72 ч)");
});

test("a value is text and fills its place only", () => {
  assert.equal(t("routeTo", { name: "{n} $& <b>" }), "Route to {n} $& <b>");
  assert.equal(t("routeTo"), "Route to {name}");
});

test("terms of minmap are translated, other words are not", () => {
  setLanguage("ru");
  assert.equal(term("Rare earths"), "Редкие земли");
  assert.equal(term("constructor"), "constructor");
  setLanguage("en");
  assert.equal(term("Rare earths"), "Rare earths");
});

test("units and the words of a leg are translated, a user's own text is not", () => {
  const leg = {
    label: "railway, 1520 mm, under construction",
    color: "#333",
    count: 1,
    shape: "line",
    mode: "rail",
  } as const;
  assert.equal(entryLabel(leg), leg.label);
  assert.equal(labelWithUnit("depth", "m"), "depth (m)");
  setLanguage("ru");
  assert.equal(entryLabel(leg), "железная дорога, 1520 мм, строится");
  assert.equal(entryLabel({ ...leg, mode: undefined, label: "1520 mm" }), "1520 mm");
  assert.equal(labelWithUnit("depth", "m"), "depth (м)");
  assert.equal(labelWithUnit("distance", "km"), "расстояние (км)");
  assert.equal(formatMeasured(1234, 1), "1,234 км");
  assert.equal(term("m"), "m");
});

test("the languages fill the same places", () => {
  const holes = (words: object): string[][] =>
    Object.values(words).map((text) =>
      [...new Set([...JSON.stringify(text).matchAll(/\{\w+\}/g)].map(([hole]) => hole))].sort(),
    );
  assert.deepEqual(holes(ru), holes(en));
  assert.deepEqual(Object.keys(ru), Object.keys(en));
});

test("a note is translated with its numbers in their places", () => {
  setLanguage("ru");
  const english = [
    "Band 2 of 3.",
    "Shown at 1024 x 512 pixels, coarser than the file's 40,000 x 20,000.",
    "Mine, 5 of them.",
  ];
  const russian = [
    "Канал 2 из 3.",
    "Показано 1024 × 512 точек — грубее, чем в файле (40\u00a0000 × 20\u00a0000).",
    "Mine, 5 of them.",
  ];
  assert.equal(translateNote(english.join(" ")), russian.join(" "));
  setLanguage("en");
  assert.equal(translateNote("Band 2 of 3."), "Band 2 of 3.");
});
