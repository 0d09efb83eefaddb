// The part of the world in the frame of a sheet.

import { MAX_ZOOM, TILE_SIZE } from "../geo/mercator.ts";
import { coveredBeside } from "../ui/viewport.ts";

/** At multiples of this scale tiles are whole pixels wide at 96, 150 and 300 dots an inch. */
const STEP = 16 / TILE_SIZE;

/** The view of a map in the frame of a sheet. */
export type View = ReturnType<typeof viewOf>;

/**
 * Return the view, for a frame of a size in CSS pixels, of all that a map shows beside its panel.
 *
 * `zoom` is the whole zoom whose tiles are drawn, and `scale` the CSS pixels of the sheet that a
 * pixel of it takes; `left` and `top` are the corner of the frame from that of the world, in CSS
 * pixels of the sheet, which have `ratio` pixels of the picture.
 */
export function viewOf(map: L.Map, width: number, height: number, ratio: number) {
  const { x, y } = map.getSize();
  const { left: before, right: behind } = coveredBeside(map);
  const seen = Math.max(x / 2, x - before - behind);
  const from = before > 0 ? x - seen : 0;
  const fit = Math.min(width / seen, height / y);
  const wanted = map.getZoom() + Math.log2(fit);
  const zoom = Math.max(1, Math.min(MAX_ZOOM, Math.round(wanted)));
  const scale = Math.max(STEP, Math.floor(2 ** (wanted - zoom) / STEP) * STEP);
  const center = map.containerPointToLatLng([from + seen / 2, y / 2]);
  const middle = map.project(center, zoom).multiplyBy(scale);
  // The corner lies on a pixel of the picture, so that tiles are not blurred.
  const onPixel = (at: number): number => Math.round(at * ratio) / ratio;
  const [left, top] = [onPixel(middle.x - width / 2), onPixel(middle.y - height / 2)];
  /** Return the spot of a place in the frame, in CSS pixels of the sheet. */
  const spot = (place: L.LatLngExpression): L.Point =>
    map.project(place, zoom).multiplyBy(scale).subtract([left, top]);
  /** Return the place at a spot of the frame. */
  const placeAt = (x: number, y: number): L.LatLng =>
    map.unproject([(x + left) / scale, (y + top) / scale], zoom);
  return { map, width, height, ratio, zoom, scale, left, top, spot, placeAt };
}
