import assert from "node:assert/strict";
import { test } from "node:test";

const around = { matches: false, addEventListener() {} };
Object.assign(globalThis, {
  matchMedia: () => around,
  document: { documentElement: { dataset: {} } },
});
const { Theme } = await import("../src/ui/theme.ts");

/** What Leaflet's layers and maps are to a theme. */
class Heard {
  private readonly calls = new Map<string, () => void>();

  on(name: string, call: () => void): void {
    this.calls.set(name, call);
  }

  fire(name: string): void {
    this.calls.get(name)!();
  }
}

test("colours are painted anew only when they change, and only what is shown", () => {
  const theme = new Theme();
  const layer = new Heard();
  let painted = 0;
  theme.whileShown(layer as unknown as L.Layer, () => painted++);
  const settle = (): void =>
    theme.settle({ dataset: {} } as HTMLElement, "light", () => around.matches);
  settle();
  layer.fire("add");
  settle();
  theme.choose("auto");
  theme.apply();
  assert.equal(painted, 0);
  theme.choose("dark");
  assert.equal(painted, 1);
  layer.fire("remove");
  theme.choose("light");
  assert.equal(painted, 1);
});

test("a map's button follows every choice until the map is removed", () => {
  const theme = new Theme();
  const map = new Heard();
  const choices: string[] = [];
  theme.watch(map as unknown as L.Map, () => choices.push(theme.chosen));
  theme.choose("auto");
  theme.choose("light");
  map.fire("unload");
  theme.choose("dark");
  assert.deepEqual(choices, ["auto", "light"]);
});
