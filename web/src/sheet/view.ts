// The part of the world in the frame of a sheet.

import type { LonLat } from "../geo/geodesic.ts";
import { MAX_ZOOM, TILE_SIZE } from "../geo/mercator.ts";

/** At multiples of this scale tiles are whole pixels wide at 96, 150 and 300 dots an inch. */
const STEP = 16 / TILE_SIZE;

export interface View {
  /** Size of the frame, in CSS pixels of the sheet. */
  width: number;
  height: number;
  /**
   * The whole zoom whose tiles are drawn, and the CSS pixels of the sheet that a pixel of it takes.
   */
  zoom: number;
  scale: number;
  /** The corner of the frame from that of the world, in CSS pixels of the sheet. */
  left: number;
  top: number;
}

/** Return the view, for a frame of a size, of all that the map shows beside its panel. */
export function viewOf(
  map: L.Map,
  covered: number,
  width: number,
  height: number,
  ratio: number,
): View {
  const { x, y } = map.getSize();
  const seen = Math.max(x / 2, x - covered);
  const fit = Math.min(width / seen, height / y);
  const wanted = map.getZoom() + Math.log2(fit);
  const zoom = Math.max(1, Math.min(MAX_ZOOM, Math.round(wanted)));
  const scale = Math.max(STEP, Math.floor(2 ** (wanted - zoom) / STEP) * STEP);
  const middle = map.project(map.containerPointToLatLng([seen / 2, y / 2]), zoom).multiplyBy(scale);
  // The corner lies on a pixel of the picture, so that tiles are not blurred.
  const onPixel = (at: number): number => Math.round(at * ratio) / ratio;
  return {
    width,
    height,
    zoom,
    scale,
    left: onPixel(middle.x - width / 2),
    top: onPixel(middle.y - height / 2),
  };
}

/** Return the spot of a place in the frame, in CSS pixels of the sheet. */
export function spot(map: L.Map, view: View, place: L.LatLngExpression): L.Point {
  return map.project(place, view.zoom).multiplyBy(view.scale).subtract([view.left, view.top]);
}

/** Return the place at a spot of the frame. */
export function placeAt(map: L.Map, view: View, x: number, y: number): LonLat {
  const { lat, lng } = map.unproject(
    [(x + view.left) / view.scale, (y + view.top) / view.scale],
    view.zoom,
  );
  return { lat, lon: lng };
}
