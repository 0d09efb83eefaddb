// The moves of a map: without animation for readers who prefer reduced motion, and counted as work.

import { busy } from "./busy.ts";

/** The fields in which Leaflet keeps a move under way. */
type Moving = { _animatingZoom?: boolean; _panAnim?: { _inProgress?: boolean } };

/** Keep the page busy from the first step of each move of a map to its last. */
export function trackMoves(map: L.Map): void {
  let ended: (() => void) | null = null;
  const end = (): void => {
    ended?.();
    ended = null;
  };
  map.on("movestart zoomstart", () => (ended ??= busy()));
  map.on("moveend", () =>
    // A move that interrupts another begins before the other ends.
    queueMicrotask(() => {
      const { _animatingZoom, _panAnim } = map as Moving;
      if (!_animatingZoom && !_panAnim?._inProgress) end();
    }),
  );
  map.on("unload", end);
}

/** Move without animation if the system is set to reduced motion. */
export function reduceMotion(map: L.Map): void {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  map.options.inertia = false;
  (map as unknown as { _zoomAnimated: boolean })._zoomAnimated = false;
  const panBy = map.panBy.bind(map);
  map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
}
