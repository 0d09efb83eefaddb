// Meridians and parallels at round degrees or minutes.

/** Steps between lines, in seconds of arc. */
const STEPS = [30, 20, 10, 5, 2, 1]
  .map((degrees) => degrees * 3600)
  .concat(
    [30, 20, 10, 5, 2, 1].map((minutes) => minutes * 60),
    [30, 20, 10, 5, 2, 1],
  );
/** At least so many steps lie on the longer side. */
const LEAST = 4;

/** The step of a span in degrees. */
export function stepFor(degrees: number): number {
  return STEPS.find((seconds) => (degrees * 3600) / seconds >= LEAST) ?? 1;
}

/** The multiples of a step, in seconds of arc, from one degree to another. */
export function lines(from: number, to: number, step: number): number[] {
  const found: number[] = [];
  for (let n = Math.ceil((from * 3600) / step); n * step <= to * 3600; n++) found.push(n * step);
  return found;
}

/** Seconds of arc as degrees, minutes and seconds, without those that are nought. */
export function formatArc(seconds: number): string {
  const whole = Math.abs(seconds);
  const [d, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${d}°${m > 0 || s > 0 ? `${two(m)}′` : ""}${s > 0 ? `${two(s)}″` : ""}`;
}

/** A longitude in seconds of arc brought between 180 W and 180 E. */
export function wrapped(seconds: number): number {
  const turn = 360 * 3600;
  return seconds - turn * Math.floor((seconds + turn / 2) / turn);
}
