// Distances and lines on the WGS84 ellipsoid (Karney 2013, https://doi.org/10.1007/s00190-012-0578-z).

import geographiclib from "geographiclib-geodesic";

export interface LonLat {
  lat: number;
  lon: number;
}

/** The drawn line has a vertex at least this often, so that on the map it is the curve that it is. */
const STEP_M = 50_000;
const MAX_STEPS = 400;

/** Length in metres of the shortest way between two places, and points along it, longitudes without a jump. */
export function geodesic(from: LonLat, to: LonLat): { metres: number; line: LonLat[] } {
  const { Geodesic } = geographiclib;
  const way = Geodesic.WGS84.InverseLine(from.lat, from.lon, to.lat, to.lon);
  const metres = way.s13;
  const steps = Math.max(1, Math.min(MAX_STEPS, Math.ceil(metres / STEP_M)));
  const line: LonLat[] = [];
  for (let i = 0; i <= steps; i++) {
    const at = way.Position((metres * i) / steps, Geodesic.STANDARD | Geodesic.LONG_UNROLL);
    line.push({ lat: at.lat2 ?? from.lat, lon: at.lon2 ?? from.lon });
  }
  return { metres, line };
}
