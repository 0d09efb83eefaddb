// The parts of a browser that modules need while they are loaded; `npm test` loads this first.

import { addLanguage } from "../src/words/language.ts";
import { russian } from "../src/words/russian.ts";

const media = { matches: false, addEventListener() {} };
class Layer {}

Object.assign(globalThis, {
  document: { documentElement: { dataset: {} } },
  ImageData: class {},
  L: { GridLayer: Layer, Layer, LayerGroup: Layer, TileLayer: Layer },
  matchMedia: () => media,
});

addLanguage("ru", russian);
