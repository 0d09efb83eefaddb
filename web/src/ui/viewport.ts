// The part of a map that the reader sees beside the panel, the buttons and the table.

import { type Box, WORLD, worldX, worldY } from "../geo/mercator.ts";

/** Where the square of the map ends. */
const MAX_LATITUDE = 85.051128779806604;

/** How much of a map lies under its table, in CSS pixels. */
export const coveredBelow = (map: L.Map): number =>
  map.getContainer().querySelector<HTMLElement>(".mm-table")?.offsetHeight ?? 0;

/** What of the world a map shows above its table; beyond 180 degrees where it shows several copies of the world. */
export function boxOfView(map: L.Map): Box {
  const { x: width, y: height } = map.getSize();
  const bounds = L.latLngBounds(
    map.containerPointToLatLng([0, height - coveredBelow(map)]),
    map.containerPointToLatLng([width, 0]),
  );
  const north = Math.min(bounds.getNorth(), MAX_LATITUDE);
  const south = Math.max(bounds.getSouth(), -MAX_LATITUDE);
  const minX = worldX(bounds.getWest());
  // No place is counted twice where the view is wider than the world.
  return {
    minX,
    minY: worldY(north),
    maxX: Math.min(worldX(bounds.getEast()), minX + WORLD),
    maxY: worldY(south),
  };
}

export interface Clearance {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const MARGIN = 8;

/** `beside` is what the open panel takes of the right side, in CSS pixels, where it stands there. */
export function clearance(map: L.Map, beside: number): Clearance {
  const room = { left: MARGIN, top: MARGIN, right: MARGIN + beside, bottom: MARGIN };
  const frame = map.getContainer().getBoundingClientRect();
  const buttons = boxOf(map, ".leaflet-control-zoom, .mm-tools");
  if (buttons !== null) {
    if (buttons.left - frame.left < frame.width / 2) room.left += buttons.right - frame.left;
    else room.right += frame.right - buttons.left;
  }
  const panel = boxOf(map, ".mm-panel");
  if (panel === null || beside > 0) return room;
  // On a phone the panel lies along the lower edge; else it is closed, in the upper corner.
  if (panel.bottom >= frame.bottom - 1) room.bottom += frame.bottom - panel.top;
  else room.top += Math.min(panel.bottom - frame.top, frame.height / 8);
  return room;
}

/** The box of the first that is to be seen. */
function boxOf(map: L.Map, selector: string): DOMRect | null {
  const boxes = Array.from(map.getContainer().querySelectorAll(selector), (found) =>
    found.getBoundingClientRect(),
  );
  return boxes.find(({ width }) => width > 0) ?? null;
}
