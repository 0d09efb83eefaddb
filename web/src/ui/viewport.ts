// The part of a map that the reader sees beside the panel, the buttons and the table.

import type { Bounds } from "../geo/bounds.ts";
import type { Edges } from "../geo/clip.ts";
import { type Box, MAX_LATITUDE, withinTurn, worldX, worldY } from "../geo/mercator.ts";

/** A narrower map starts with its panel closed. */
export const WIDE_PX = 700;
/** The room between the panel and the edge of the map. */
const PANEL_GAP_PX = 10;

/** Return the widths in CSS pixels that the open panel, or the legend, covers at the sides of a map. */
export function coveredBeside(map: L.Map): { left: number; right: number } {
  const container = map.getContainer();
  const panel = container.querySelector<HTMLElement>(".mm-panel:not(.mm-panel--closed)");
  // On a phone the panel is as wide as the map, and a small map has no room beside it.
  const isBeside = panel !== null && panel.offsetWidth < map.getSize().x / 2;
  const width = isBeside ? panel.offsetWidth + PANEL_GAP_PX : 0;
  const isLeft = container.classList.contains("mm-panel-left");
  return isLeft ? { left: width, right: 0 } : { left: 0, right: width };
}

/** Return the height of the table over a map, in CSS pixels. */
const coveredBelow = (map: L.Map): number =>
  map.getContainer().querySelector<HTMLElement>(".mm-table")?.offsetHeight ?? 0;

/** Return the height of the panel along the lower edge of a map, in CSS pixels; 0 elsewhere. */
function sheetHeight(map: L.Map): number {
  const { y } = map.getSize();
  const [panel] = controlBoxes(map, ".mm-panel");
  return panel !== undefined && panel.bottom >= y - 1 ? y - panel.top : 0;
}

/** Return the part of a map beside or above the panel, and above the table, in CSS pixels. */
export function freeBox(map: L.Map): Edges {
  const { x, y } = map.getSize();
  const { left, right } = coveredBeside(map);
  const covered = Math.max(coveredBelow(map), sheetHeight(map));
  return { left, top: 0, right: x - right, bottom: y - covered };
}

/** Return the bounds of the part of the world in the free box of a map. */
export function freeBounds(map: L.Map): Bounds {
  const { left, top, right, bottom } = freeBox(map);
  const [southWest, northEast] = [L.point(left, bottom), L.point(right, top)].map((corner) => {
    const { lat, lng } = map.containerPointToLatLng(corner);
    return [lat, lng] as [number, number];
  });
  return [southWest, northEast];
}

/** Return the boxes of the visible elements on a map that a selector finds, in CSS pixels of it. */
export function controlBoxes(map: L.Map, selector: string): Edges[] {
  const container = map.getContainer();
  const { x, y } = container.getBoundingClientRect();
  const found = [...container.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  const isShown = ({ width, height }: DOMRect): boolean => width > 0 && height > 0;
  return found.filter(isShown).map(({ left, top, right, bottom }) => {
    return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
  });
}

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
  const { x: width, y: height } = map.getSize();
  // On a low map the buttons stand in several columns.
  const buttons = controlBoxes(map, ".leaflet-control-zoom, .mm-tool");
  const isLeft = ({ left: at }: Edges): boolean => at < width / 2;
  room.left += Math.max(0, ...buttons.filter(isLeft).map((box) => box.right));
  room.right += Math.max(0, ...buttons.map((box) => (isLeft(box) ? 0 : width - box.left)));
  const [panel] = controlBoxes(map, ".mm-panel");
  if (panel === undefined || left + right > 0) return room;
  // On a phone the panel lies along the lower edge; else it is closed, in the upper corner.
  if (panel.bottom >= height - 1) room.bottom += height - panel.top;
  else room.top += Math.min(panel.bottom, height / 8);
  return room;
}
