// How much of a map's edges its buttons and its panel take, so that a popup opens beside them.

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
  const boxes = Array.from(map.getContainer().querySelectorAll(selector), (found) => found.getBoundingClientRect());
  return boxes.find(({ width }) => width > 0) ?? null;
}
