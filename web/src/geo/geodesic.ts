// Distances and lines on the WGS 84 ellipsoid (Karney 2013,
// https://doi.org/10.1007/s00190-012-0578-z).

import geographiclib from "geographiclib-geodesic";

/** A place in degrees, as Leaflet has it. */
export type LatLng = { lat: number; lng: number };

/** Return whether two values of a table are the latitude and the longitude of a place. */
export const isPlace = (lat: unknown, lon: unknown): boolean =>
  isWithin(lat, 90) && isWithin(lon, 360);

const isWithin = (value: unknown, most: number): boolean =>
  typeof value === "number" && Math.abs(value) <= most;

/** A vertex of the line at least this often, so that the map shows its curve. */
const STEP_M = 50_000;
const MAX_STEPS = 400;

/**
 * Return the length of the shortest line between two places, and points of it without a jump in
 * longitude.
 */
export function geodesic(from: LatLng, to: LatLng): { metres: number; line: LatLng[] } {
  const { Geodesic } = geographiclib;
  const shortest = Geodesic.WGS84.InverseLine(from.lat, from.lng, to.lat, to.lng);
  const metres = shortest.s13;
  const steps = Math.max(1, Math.min(MAX_STEPS, Math.ceil(metres / STEP_M)));
  const line = Array.from({ length: steps + 1 }, (_, i) => {
    const flags = Geodesic.STANDARD | Geodesic.LONG_UNROLL;
    const { lat2, lon2 } = shortest.Position((metres * i) / steps, flags);
    return { lat: lat2 ?? from.lat, lng: lon2 ?? from.lng };
  });
  return { metres, line };
}
