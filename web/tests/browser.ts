// The parts of a browser that modules need while they are loaded; `npm test` loads this first.

const media = { matches: false, addEventListener() {} };
class Layer {}

Object.assign(globalThis, {
  document: { documentElement: { dataset: {} } },
  ImageData: class {},
  L: { GridLayer: Layer, Layer, LayerGroup: Layer, TileLayer: Layer },
  matchMedia: () => media,
});
