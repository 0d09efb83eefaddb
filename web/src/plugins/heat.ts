// Leaflet.heat as folium uses it: the largest weight is the hottest.

type Weighted = { alt?: number; 2?: number };
interface Heat {
  prototype: { initialize(points: Weighted[], options?: { max?: number }): void };
  include(methods: object): void;
}

const { HeatLayer } = L as unknown as { HeatLayer: Heat };
const { initialize } = HeatLayer.prototype;
HeatLayer.include({
  initialize(points: Weighted[], options: { max?: number } = {}): void {
    const weights = points.map((point) => point.alt ?? point[2] ?? 1);
    initialize.call(this as unknown as Heat["prototype"], points, {
      max: weights.reduce((a, b) => Math.max(a, b), 0) || 1,
      ...options,
    });
  },
});
