// The scale of a sheet: a bar of a round length, exact in the middle of the map.

import { geodesic, type LatLng } from "../geo/geodesic.ts";
import { PAPER_METRES } from "./paper.ts";

/** The length of a bar on the ground, and its width in CSS pixels of the sheet. */
export type ScaleBar = { metres: number; width: number };

/**
 * Return the metres on the ellipsoid between two places `width` CSS pixels apart at one latitude.
 */
type Across = (width: number) => number;

export function across(placeAt: (offset: number) => LatLng): Across {
  return (width) => geodesic(placeAt(-width / 2), placeAt(width / 2)).metres;
}

/** Return the longest bar of 1, 2 or 5 times a power of ten metres within a width in CSS pixels. */
export function scaleBar(metresAcross: Across, most: number): ScaleBar {
  const room = metresAcross(most);
  const power = 10 ** Math.floor(Math.log10(room));
  const metres = ([5, 2, 1].find((n) => n * power <= room) ?? 1) * power;
  // Bisection to a hundredth of a pixel: on a map of the world, length is not linear in width.
  let [low, high] = [0, most];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (metresAcross(middle) < metres) low = middle;
    else high = middle;
  }
  return { metres, width: (low + high) / 2 };
}

/** Return the number n of a scale 1 : n, to three digits. */
export function scaleNumber(metresAcross: Across): number {
  const n = metresAcross(10) / (10 * PAPER_METRES);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 2);
  return Math.round(n / unit) * unit;
}
