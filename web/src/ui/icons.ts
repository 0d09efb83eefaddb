// The page's icons: lines on a square of 20 in the colour of the text around them, and tool
// buttons.

import { button, svg } from "./dom.ts";

const PATHS = {
  auto: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13v13M10 6.5h5.4M10 10h6.5M10 13.5h5.4",
  close: "M5 5l10 10M15 5 5 15",
  download: "M10 3v9.5M6 8.7l4 4 4-4M3.5 14v3h13v-3",
  filter: "M3 4h14l-5.4 6.7v4.8l-3.2 2v-6.8z",
  lasso:
    "M10 3.5c4 0 7 2 7 4.8s-3 4.8-7 4.8-7-2-7-4.8 3-4.8 7-4.8" +
    "M6.3 12.4c-1.8.5-2.3 2-1.2 2.8s2.5.3 2.5-1c0 1.7-.8 2.7-2.2 3.3",
  fold: "M5.5 12.5 10 8l4.5 4.5",
  home: "M3 9.5 10 3.5l7 6M5 8v8.5h10V8M8.5 16.5v-4.5h3v4.5",
  layers: "M10 3 18 7.3l-8 4.3-8-4.3zM2.5 11 10 15l7.5-4M2.5 14 10 18l7.5-4",
  moon: "M16.3 12.3A6.8 6.8 0 1 1 7.7 3.7a5.4 5.4 0 0 0 8.6 8.6z",
  more:
    "M5 10a1 1 0 1 1-2 0 1 1 0 0 1 2 0M11 10a1 1 0 1 1-2 0 1 1 0 0 1 2 0" +
    "M17 10a1 1 0 1 1-2 0 1 1 0 0 1 2 0",
  print: "M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.5h8V17H6z",
  share: "M10 12.5V3M6.5 6.2 10 2.8l3.5 3.4M6 9H4v8h12V9h-2",
  ruler: "M2 13 13 2l5 5L7 18zM5 10l2 2M8 7l3 3M11 4l2 2",
  search: "M13.7 8.5a5.2 5.2 0 1 1-10.4 0 5.2 5.2 0 0 1 10.4 0M12.3 12.3 17 17",
  sun:
    "M13.2 10a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0M10 2v2M10 16v2M2 10h2M16 10h2" +
    "M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M15.7 4.3l-1.4 1.4M5.7 14.3l-1.4 1.4",
  table: "M3 4h14v12H3zM3 8h14M3 12h14M8.5 8v8",
  target:
    "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4" +
    "M12.2 10a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0",
  unfold: "M5.5 7.5 10 12l4.5-4.5",
} as const;

type IconName = keyof typeof PATHS;

/** Return an icon, for use beside a text or a label with the same meaning. */
export function icon(name: IconName): SVGSVGElement {
  const look = { viewBox: "0 0 20 20", class: "mm-icon", "aria-hidden": "true" };
  return svg("svg", look, svg("path", { d: PATHS[name] }));
}

/** Return a button of the map's tools: an icon with a label. */
export function toolButton(name: IconName, label: string, onClick: () => void, look = "mm-tool") {
  const made = button("", { class: look }, onClick);
  setFace(made, name, label);
  return made;
}

/** Change the icon and label of a tool button. */
export function setFace(made: HTMLButtonElement, name: IconName, label: string): void {
  made.replaceChildren(icon(name));
  made.setAttribute("aria-label", label);
  made.title = label;
}
