// What of the world a layer spans.

/** South-west and north-east corner, in degrees. */
export type Bounds = [[south: number, west: number], [north: number, east: number]];

/** What a layer of Leaflet's spans, shown or not, which its own getBounds knows of some kinds only; null where that is nothing. */
export function layerBounds(layer: L.Layer): Bounds | null {
  const bounds = L.latLngBounds([]);
  extend(bounds, layer);
  if (!bounds.isValid()) return null;
  return [
    [bounds.getSouth(), bounds.getWest()],
    [bounds.getNorth(), bounds.getEast()],
  ];
}

function extend(bounds: L.LatLngBounds, layer: L.Layer): void {
  if (layer instanceof L.LayerGroup) layer.eachLayer((child) => extend(bounds, child));
  else if (layer instanceof L.Circle)
    bounds.extend(layer.getLatLng().toBounds(2 * layer.getRadius()));
  else if ("getLatLng" in layer) bounds.extend((layer as L.Marker).getLatLng());
  else if ("getBounds" in layer) bounds.extend((layer as L.Polyline).getBounds());
}

/** What several span together; null where they span nothing. */
export function unionBounds(all: (Bounds | null | undefined)[]): Bounds | null {
  const known = all.filter((bounds) => bounds != null);
  if (known.length === 0) return null;
  const edge = (most: (...values: number[]) => number, corner: 0 | 1, axis: 0 | 1): number =>
    most(...known.map((bounds) => bounds[corner][axis]));
  return [
    [edge(Math.min, 0, 0), edge(Math.min, 0, 1)],
    [edge(Math.max, 1, 0), edge(Math.max, 1, 1)],
  ];
}
