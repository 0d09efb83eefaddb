// How a map moves: it jumps where it would glide for readers who ask the system for less motion, and a move counts as work under way.

import { busy } from "./busy.ts";

/** Leaflet's own marks of a move that is not over. */
interface Moving {
  _animatingZoom?: boolean;
  _panAnim?: { _inProgress?: boolean };
}

/** Keep the page busy from the first step of each move of a map to its last. */
export function trackMoves(map: L.Map): void {
  let ended: (() => void) | null = null;
  const end = (): void => {
    ended?.();
    ended = null;
  };
  map.on("movestart zoomstart", () => (ended ??= busy()));
  // A move that cuts another short begins before the other ends.
  map.on("moveend", () =>
    queueMicrotask(() => {
      const { _animatingZoom, _panAnim } = map as Moving;
      if (!_animatingZoom && !_panAnim?._inProgress) end();
    }),
  );
  map.on("unload", end);
}

export function reduceMotion(map: L.Map): void {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  map.options.inertia = false;
  (map as unknown as { _zoomAnimated: boolean })._zoomAnimated = false;
  const panBy = map.panBy.bind(map);
  map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
}
