// Pins for folium's icons: the plugin that folium fetches needs pictures and fonts.

import { safeColor } from "../canvas/colors.ts";
import { svg } from "../ui/dom.ts";

/** The colour names of folium. */
const COLORS: Record<string, string> = {
  beige: "#ffcb92",
  black: "#303030",
  blue: "#38aadd",
  cadetblue: "#436978",
  darkblue: "#0067a3",
  darkgreen: "#728224",
  darkpurple: "#5b396b",
  darkred: "#a13336",
  gray: "#575757",
  green: "#72b026",
  lightblue: "#8adaff",
  lightgray: "#a3a3a3",
  lightgreen: "#bbf970",
  lightred: "#ff8e7f",
  orange: "#f69730",
  pink: "#ff91ea",
  purple: "#d252b9",
  red: "#d63e2a",
  white: "#fbfbfb",
};
const PIN = "M16 41C11 32 3 26 3 15.5a13 13 0 0 1 26 0C29 26 21 32 16 41z";

type PinOptions = { markerColor?: string; iconColor?: string };

/** Return a pin with a dot. */
function icon({ markerColor = "blue", iconColor = "white" }: PinOptions = {}): L.DivIcon {
  const color = (name: string): string => safeColor(COLORS[name] ?? name);
  const rim = { stroke: "#ffffff", "stroke-width": 1.5 };
  const pin = svg("path", { d: PIN, fill: color(markerColor), ...rim });
  const dot = svg("circle", { cx: 16, cy: 15.5, r: 5, fill: color(iconColor) });
  const size = { width: 32, height: 42, viewBox: "0 0 32 42" };
  const picture = svg("svg", { ...size, "aria-hidden": "true" }, pin, dot);
  return L.divIcon({
    className: "mm-pin",
    html: picture as unknown as HTMLElement,
    iconSize: [32, 42],
    iconAnchor: [16, 41],
    popupAnchor: [0, -36],
    tooltipAnchor: [14, -26],
  });
}

(L as unknown as { AwesomeMarkers: object }).AwesomeMarkers = { icon };
