// What the reader points with.

/** Return whether the reader points with a finger. */
export const isTouched = (): boolean => matchMedia("(pointer: coarse)").matches;
