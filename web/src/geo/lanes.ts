// Lines beside a line: corridors that share a track are drawn in lanes.

/** Vertices closer than this share of the distance are left out, so that the lane has no loops. */
const COARSE = 1.5;
/** At a sharp corner a lane is at most this much further from the corner. */
const MITRE = 1.5;

/** Return a line [x0, y0, x1, y1, ...] moved to its left, where y grows downwards. */
export function laneOf(line: readonly number[], left: number): number[] {
  if (left === 0) return [...line];
  const points = coarse(line, COARSE * Math.abs(left));
  const count = points.length / 2;
  // The left-hand normal of each segment.
  const normals = Array.from({ length: count - 1 }, (_, i) => {
    const [dx, dy] = [points[2 * i + 2] - points[2 * i], points[2 * i + 3] - points[2 * i + 1]];
    const length = Math.hypot(dx, dy) || 1;
    return [dy / length, -dx / length];
  });
  return Array.from({ length: count }, (_, i) => {
    const [before, after] = [normals[Math.max(0, i - 1)], normals[Math.min(count - 2, i)]];
    const [nx, ny] = [before[0] + after[0], before[1] + after[1]];
    const reach = Math.min(2 / (nx * nx + ny * ny || 1), MITRE);
    return [points[2 * i] + left * nx * reach, points[2 * i + 1] + left * ny * reach];
  }).flat();
}

/** Return a line without vertices near the one before; its ends stay. */
function coarse(line: readonly number[], least: number): number[] {
  const kept = [line[0], line[1]];
  for (let i = 2; i < line.length - 2; i += 2) {
    if (Math.hypot(line[i] - kept.at(-2)!, line[i + 1] - kept.at(-1)!) >= least)
      kept.push(line[i], line[i + 1]);
  }
  return [...kept, line.at(-2)!, line.at(-1)!];
}
