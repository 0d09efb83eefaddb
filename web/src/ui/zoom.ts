// The steps in which a map zooms: fits and fingers end anywhere, all else at whole zoom levels.

/** Fits end at hundredths, as the page's address has them. */
const FINE = 0.01;

/**
 * Let wheel, buttons and keys go to whole zoom levels, and everything else to any. A map with a step of
 * its own, from its maker, keeps it.
 */
export function zoomFinely(map: L.Map): void {
  if (Object.hasOwn(map.options, "zoomSnap")) return;
  map.options.zoomSnap = FINE;
  inWholeSteps(map, map, "setZoom");
  inWholeSteps(map, map, "setZoomAround");
  inWholeSteps(map, map.scrollWheelZoom, "_performZoom");
}

/** Let a method of a map, or of a part of it, end at whole zoom levels. */
function inWholeSteps(map: L.Map, owner: object, name: string): void {
  const methods = owner as Record<string, (...values: unknown[]) => unknown>;
  const method = methods[name];
  methods[name] = (...values) => {
    map.options.zoomSnap = 1;
    try {
      return method.apply(owner, values);
    } finally {
      map.options.zoomSnap = FINE;
    }
  };
}
