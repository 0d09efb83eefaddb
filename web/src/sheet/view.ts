// The part of the world in the frame of a sheet.

import { type Bounds, sizeOf } from "../geo/bounds.ts";
import {
  boxOfBounds,
  latOf,
  lonOf,
  MAX_LATITUDE,
  pixelUnits,
  WORLD,
  zoomOf,
} from "../geo/mercator.ts";
import { MARGIN, nearestZoom } from "../ui/fit.ts";
import { coveredBeside, freeBox } from "../ui/viewport.ts";

/** The middle of a frame, and its zoom, whole or not. */
export type Place = { center: L.LatLng; zoom: number };
/** The width and height of a frame, in CSS pixels. */
export type Size = [width: number, height: number];

/** The view of a map in the frame of a sheet. */
export type View = ReturnType<typeof viewOf>;

/** Return the least zoom at which the world is as high as a frame. */
export const leastZoom = ([, height]: Size): number => zoomOf(WORLD / height);

/** Return how high the world is at a zoom, in CSS pixels. */
export const worldHeight = (zoom: number): number => WORLD / pixelUnits(zoom);

/** Return the place at which a frame shows all that a map shows beside its panel. */
export function seenPlace(map: L.Map, [width, height]: Size): Place {
  const { x, y } = map.getSize();
  const { left: before, right: behind } = coveredBeside(map);
  const seen = Math.max(x / 2, x - before - behind);
  const from = before > 0 ? x - seen : 0;
  const fit = Math.min(width / seen, height / y);
  const center = map.containerPointToLatLng([from + seen / 2, y / 2]);
  return { center, zoom: map.getZoom() + Math.log2(fit) };
}

/** Return the size and the place of the part of the world that the reader sees of a map. */
export function seenPart(map: L.Map): { size: Size; place: Place } {
  const { x, y } = map.getSize();
  const { left, right, ...free } = freeBox(map);
  const edge = (latitude: number): number => map.latLngToContainerPoint([latitude, 0]).y;
  const top = Math.max(free.top, edge(MAX_LATITUDE));
  const low = Math.min(free.bottom, edge(-MAX_LATITUDE));
  // Where next to nothing is free, the reader sees the panel or the table and no map.
  const bottom = low - top < y / 4 ? Math.min(y, edge(-MAX_LATITUDE)) : low;
  const [first, last] = right - left < x / 4 ? [0, x] : [left, right];
  const size: Size = [Math.round(last - first), Math.round(bottom - top)];
  const center = map.containerPointToLatLng([(first + last) / 2, (top + bottom) / 2]);
  return { size, place: { center, zoom: map.getZoom() } };
}

/** Return the place at which a frame shows bounds whole, with symbols that go beyond by `reach`. */
export function fittedPlace(bounds: Bounds, [width, height]: Size, reach: number): Place {
  const margin = 2 * (MARGIN + reach);
  const [wide, high] = sizeOf(bounds);
  const { minX, maxX, minY, maxY } = boxOfBounds(bounds);
  const units = Math.max(wide / (width - margin), high / (height - margin));
  const center = L.latLng(latOf((minY + maxY) / 2), lonOf((minX + maxX) / 2));
  return { center, zoom: Math.min(nearestZoom(bounds), zoomOf(units)) };
}

/**
 * Return the view at a place, for a frame of a size in CSS pixels. Nothing north or south of the
 * world is in the frame. `left` and `top` are the corner of the frame from that of the world, in CSS
 * pixels of the sheet, which have `ratio` pixels of the picture; `corners` do not depend on it.
 */
export function viewOf(map: L.Map, place: Place, size: Size, ratio: number) {
  const [width, height] = size;
  const zoom = Math.max(place.zoom, leastZoom(size));
  const middle = map.project(place.center, zoom);
  const lowest = worldHeight(zoom) - height;
  const corner = { x: middle.x - width / 2, y: middle.y - height / 2 };
  corner.y = Math.max(0, Math.min(lowest, corner.y));
  // The corner lies on a pixel of the picture, so that tiles are not blurred.
  const onPixel = (at: number): number => Math.round(at * ratio) / ratio;
  const [left, top] = [onPixel(corner.x), onPixel(corner.y)];
  /** Return the spot of a place in the frame, in CSS pixels of the sheet. */
  const spot = (place: L.LatLngExpression): L.Point =>
    map.project(place, zoom).subtract([left, top]);
  /** Return the place at a spot of the frame. */
  const placeAt = (x: number, y: number): L.LatLng => map.unproject([x + left, y + top], zoom);
  const northWest = map.unproject([corner.x, corner.y], zoom);
  const southEast = map.unproject([corner.x + width, corner.y + height], zoom);
  const corners: Bounds = [
    [southEast.lat, northWest.lng],
    [northWest.lat, southEast.lng],
  ];
  return { map, zoom, width, height, ratio, left, top, spot, placeAt, corners };
}
