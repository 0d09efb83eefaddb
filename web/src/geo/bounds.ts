// The part of the world that layers cover, and the part that a map shows of them.

import { WORLD, worldX, worldY } from "./mercator.ts";

/** South-west and north-east corner, in degrees. */
export type Bounds = [[south: number, west: number], [north: number, east: number]];

/** Return the bounds of any Leaflet layer, shown or not; null where it is empty. */
export function layerBounds(layer: L.Layer): Bounds | null {
  const bounds = L.latLngBounds([]);
  extend(bounds, layer);
  if (!bounds.isValid()) return null;
  const corners = [bounds.getSouthWest(), bounds.getNorthEast()];
  return corners.map(({ lat, lng }) => [lat, lng]) as Bounds;
}

function extend(bounds: L.LatLngBounds, layer: L.Layer): void {
  if (layer instanceof L.LayerGroup) layer.eachLayer((child) => extend(bounds, child));
  else if (layer instanceof L.Circle)
    bounds.extend(layer.getLatLng().toBounds(2 * layer.getRadius()));
  else if ("getLatLng" in layer) bounds.extend((layer as L.Marker).getLatLng());
  else if ("getBounds" in layer) bounds.extend((layer as L.Polyline).getBounds());
}

/** Wider bounds are of the whole world, with Greenwich in the middle. Python has the same number. */
const AROUND_WORLD = 300;

/**
 * Return the narrowest bounds of several together, across 180 degrees where these are narrower, but
 * not around the world; null where none has any.
 */
export function unionBounds(all: (Bounds | null | undefined)[]): Bounds | null {
  const given = all.filter((bounds) => bounds != null);
  if (given.length === 0) return null;
  const south = Math.min(...given.map(([[lat]]) => lat));
  const north = Math.max(...given.map(([, [lat]]) => lat));
  /** Return how far east all reach from a western edge: each by whole turns as near as possible. */
  const reach = (west: number): number =>
    Math.max(...given.map(([[, from], [, to]]) => to + 360 * Math.ceil((west - from) / 360)));
  const wests = given.map(([[, west]]) => west).sort((a, b) => a - b);
  let best: Bounds | null = null;
  for (const west of new Set(wests)) {
    const east = Math.min(reach(west), west + 360);
    if (best === null || east - west < best[1][1] - best[0][1] - 1e-9)
      best = [
        [south, west],
        [north, east],
      ];
  }
  const width = best![1][1] - best![0][1];
  if (given.length === 1 || width <= AROUND_WORLD) return best;
  const last = Math.max(...given.map(([, [, east]]) => east));
  const isAcross = wests[0] < -180 || last > 180;
  return [
    [south, isAcross ? -180 : wests[0]],
    [north, isAcross ? 180 : last],
  ];
}

/** The bounds of a layer. A backdrop, on which records lie, is areas or a raster. */
export type LayerBounds = { bounds: Bounds; backdrop: boolean };

/** How much larger than its records a view may be for the sake of backdrops. */
const MOST = 1.4;
/** Records in a row count as wide as this share of its length. */
const SLIM = 0.5;

/**
 * Return the bounds that show all records, and those backdrops that make the view little larger.
 * Without records, or where all lie at one place, they show everything.
 */
export function framed(frames: LayerBounds[]): Bounds | null {
  const boundsOf = (isBehind: boolean): Bounds[] =>
    frames.filter(({ backdrop }) => backdrop === isBehind).map(({ bounds }) => bounds);
  const [records, backdrops] = [unionBounds(boundsOf(false)), boundsOf(true)];
  if (records === null || Math.max(...sizeOf(records)) === 0)
    return unionBounds([records, ...backdrops]);
  const [width, height] = sizeOf(records);
  const most = [Math.max(width, SLIM * height), Math.max(height, SLIM * width)];
  const area = (bounds: Bounds): number => sizeOf(bounds)[0] * sizeOf(bounds)[1];
  let view = records;
  for (const bounds of backdrops.sort((a, b) => area(a) - area(b))) {
    const wider = unionBounds([view, bounds])!;
    if (sizeOf(wider).every((size, i) => size <= MOST * most[i])) view = wider;
  }
  return view;
}

/** Return the width and height of bounds on the map, in world units. */
export function sizeOf([[south, west], [north, east]]: Bounds): [width: number, height: number] {
  const inWorld = (lat: number): number => Math.max(0, Math.min(WORLD, worldY(lat)));
  return [worldX(east) - worldX(west), inWorld(south) - inWorld(north)];
}
