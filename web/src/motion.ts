// Who asks the system for less motion gets a map that jumps where it would glide.

export function stillIfAsked(map: L.Map): void {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  map.options.inertia = false;
  (map as unknown as { _zoomAnimated: boolean })._zoomAnimated = false;
  const panBy = map.panBy.bind(map);
  map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
}
