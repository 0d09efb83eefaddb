// The part of a map that the reader sees beside the panel, the buttons and the table.

import type { Edges } from "../geo/clip.ts";
import { type Box, withinTurn, worldX, worldY } from "../geo/mercator.ts";

/** The edge of the map's square. */
const MAX_LATITUDE = 85.051128779806604;

/** A narrower map starts with its panel closed, and the panel lies along its lower edge. */
export const WIDE_PX = 700;
/** The width of the open panel with its margin. */
const PANEL_PX = 290;

/** Return the widths in CSS pixels that the open panel covers at the sides of a wide map. */
export function coveredBeside(map: L.Map): { left: number; right: number } {
  const container = map.getContainer();
  const panel = container.querySelector(".mm-panel:not(.mm-panel--closed)");
  const width = panel !== null && map.getSize().x >= WIDE_PX ? PANEL_PX : 0;
  const isLeft = container.classList.contains("mm-panel-left");
  return isLeft ? { left: width, right: 0 } : { left: 0, right: width };
}

/** Return the height of the table over a map, in CSS pixels. */
export const coveredBelow = (map: L.Map): number =>
  map.getContainer().querySelector<HTMLElement>(".mm-table")?.offsetHeight ?? 0;

/**
 * Return the part of the world above the table; several copies of the world go beyond 180 degrees.
 */
export function boxOfView(map: L.Map): Box {
  const { x: width, y: height } = map.getSize();
  const { lat: north, lng: east } = map.containerPointToLatLng([width, 0]);
  const { lat: south, lng: west } = map.containerPointToLatLng([0, height - coveredBelow(map)]);
  const [minX, maxX] = [worldX(west), worldX(east)];
  const minY = worldY(Math.min(north, MAX_LATITUDE));
  // No place counts twice where the view is wider than the world.
  return withinTurn({ minX, minY, maxX, maxY: worldY(Math.max(south, -MAX_LATITUDE)) });
}

const MARGIN = 8;

/**
 * Return how much of each edge of a map buttons, panel and table cover, so that a popup opens
 * beside them.
 */
export function clearance(map: L.Map): Edges {
  const { left, right } = coveredBeside(map);
  const bottom = MARGIN + coveredBelow(map);
  const room = { left: MARGIN + left, top: MARGIN, right: MARGIN + right, bottom };
  const frame = map.getContainer().getBoundingClientRect();
  const buttons = boxOf(map, ".leaflet-control-zoom, .mm-tools");
  if (buttons !== null) {
    if (buttons.left - frame.left < frame.width / 2) room.left += buttons.right - frame.left;
    else room.right += frame.right - buttons.left;
  }
  const panel = boxOf(map, ".mm-panel");
  if (panel === null || left + right > 0) return room;
  // On a phone the panel lies along the lower edge; else it is closed, in the upper corner.
  if (panel.bottom >= frame.bottom - 1) room.bottom += frame.bottom - panel.top;
  else room.top += Math.min(panel.bottom - frame.top, frame.height / 8);
  return room;
}

/** Return the box of the first visible element. */
function boxOf(map: L.Map, selector: string): DOMRect | null {
  const found = [...map.getContainer().querySelectorAll(selector)];
  const boxes = found.map((element) => element.getBoundingClientRect());
  return boxes.find(({ width }) => width > 0) ?? null;
}
