// The colours and the font of the style sheet, for what is drawn on a canvas.

/** The values of tokens, by their names without "--mm-". */
export function tokens(...names: string[]): string[] {
  const style = getComputedStyle(document.documentElement);
  return names.map((name) => style.getPropertyValue(`--mm-${name}`).trim());
}
