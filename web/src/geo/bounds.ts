// The part of the world that layers cover.

/** South-west and north-east corner, in degrees. */
type Bounds = [[south: number, west: number], [north: number, east: number]];

/** Return the bounds of any Leaflet layer, shown or not; null where it is empty. */
export function layerBounds(layer: L.Layer): Bounds | null {
  const bounds = L.latLngBounds([]);
  extend(bounds, layer);
  return boundsOf(bounds);
}

const boundsOf = (bounds: L.LatLngBounds): Bounds | null =>
  bounds.isValid()
    ? ([bounds.getSouthWest(), bounds.getNorthEast()].map(({ lat, lng }) => [lat, lng]) as Bounds)
    : null;

function extend(bounds: L.LatLngBounds, layer: L.Layer): void {
  if (layer instanceof L.LayerGroup) layer.eachLayer((child) => extend(bounds, child));
  else if (layer instanceof L.Circle)
    bounds.extend(layer.getLatLng().toBounds(2 * layer.getRadius()));
  else if ("getLatLng" in layer) bounds.extend((layer as L.Marker).getLatLng());
  else if ("getBounds" in layer) bounds.extend((layer as L.Polyline).getBounds());
}

/** Return the bounds of several layers together; null where none has any. */
export function unionBounds(all: (Bounds | null | undefined)[]): Bounds | null {
  const union = L.latLngBounds([]);
  for (const bounds of all) if (bounds) union.extend(bounds);
  return boundsOf(union);
}
