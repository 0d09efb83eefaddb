// What the reader points with.

/** Return whether the reader points with a finger. */
export const isTouched = (): boolean => matchMedia("(pointer: coarse)").matches;

/** Two taps of a finger that are meant for one place are nearer than this, in CSS pixels. */
export const TAP_PX = 22;
