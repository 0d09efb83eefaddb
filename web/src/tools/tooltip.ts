// Where the tooltip of a record stands.

import { clearance } from "../ui/viewport.ts";

/** The distance of a tooltip from the cursor, in CSS pixels. */
const TOOLTIP_PX = 6;

/** Place an open tooltip where it lies neither below a control nor beyond the map. */
export function keepClear(map: L.Map, tooltip: L.Tooltip): void {
  const { offsetWidth: width, offsetHeight: height } = tooltip.getElement()!;
  const { x, y } = map.latLngToContainerPoint(tooltip.getLatLng()!);
  const { left, top, right } = clearance(map);
  const isLeft = x - width / 2 < left;
  const isRight = x + width / 2 > map.getSize().x - right;
  const isHigh = y - height - TOOLTIP_PX < top;
  const [direction, offset]: [L.Direction, L.PointExpression] = isLeft
    ? ["right", [TOOLTIP_PX, 0]]
    : isRight
      ? ["left", [-TOOLTIP_PX, 0]]
      : isHigh
        ? ["bottom", [0, 3 * TOOLTIP_PX]]
        : ["top", [0, -TOOLTIP_PX]];
  L.setOptions(tooltip, { direction, offset });
  tooltip.update();
}
