import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/**
 * The rooms in the order of web/README.md: a file imports from its own room and from earlier ones.
 */
const ROOMS = [
  "geo",
  "words",
  "data",
  "ui",
  "canvas",
  "layers",
  "panel",
  "tools",
  "sheet",
  "map",
  "page",
  "notebook",
  "plugins",
];

const FILES = readdirSync(SRC, { recursive: true, encoding: "utf-8" })
  .filter((name) => /(?<!\.d)\.ts$/.test(name))
  .map((name) => join(SRC, name));

/** Return the files that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf-8");
  const found = text.matchAll(/^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"(\.[^"]+)"/gm);
  return [...found]
    .map(([, path]) => resolve(dirname(file), path))
    .filter((path) => path.endsWith(".ts"));
}

const roomOf = (file: string): string => relative(SRC, file).split(/[\\/]/)[0];

test("every file is in a room of the list, and every import is found", () => {
  for (const file of FILES) {
    assert.ok(ROOMS.includes(roomOf(file)), file);
    for (const target of importsOf(file))
      assert.ok(FILES.includes(target), `${file} imports ${target}`);
  }
  assert.ok(FILES.flatMap(importsOf).length > FILES.length);
});

test("no import goes against the order of the rooms", () => {
  const wrong = FILES.flatMap((file) =>
    importsOf(file)
      .filter((target) => ROOMS.indexOf(roomOf(target)) > ROOMS.indexOf(roomOf(file)))
      .map((target) => `${relative(SRC, file)} imports ${relative(SRC, target)}`),
  );
  assert.deepEqual(wrong, []);
});

test("no files import each other in a circle", () => {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const circle = path.indexOf(file);
    assert.ok(
      circle < 0,
      [...path.slice(circle), file].map((name) => relative(SRC, name)).join(" -> "),
    );
    if (done.has(file)) return;
    for (const target of importsOf(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of FILES) visit(file, []);
});
