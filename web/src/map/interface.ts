// The interface around a map, once for each: panel, tools, sheet, theme, sources, scale and names.

import { LabelLayer } from "../canvas/labellayer.ts";
import { LineNames } from "../canvas/linenames.ts";
import { Names } from "../canvas/names.ts";
import { entry } from "../data/collections.ts";
import { Panel } from "../panel/panel.ts";
import { SheetDialog } from "../sheet/dialog.ts";
import { Explorer } from "../tools/explorer.ts";
import { Picker } from "../tools/picker.ts";
import { addReadout } from "../tools/readout.ts";
import { RouteOverlay } from "../tools/routeoverlay.ts";
import { Ruler } from "../tools/ruler.ts";
import { addSources } from "../tools/sources.ts";
import { namePopups, scaleBar } from "../ui/controls.ts";
import { measureCorners } from "../ui/corners.ts";
import { Credits } from "../ui/credits.ts";
import { addTools, button, h, pane, uniqueId } from "../ui/dom.ts";
import { toolButton } from "../ui/icons.ts";
import { reduceMotion, trackMoves } from "../ui/motion.ts";
import { whenReady } from "../ui/ready.ts";
import { themeButton } from "../ui/theme.ts";
import { zoomFinely } from "../ui/zoom.ts";
import { t } from "../words/language.ts";
import { CorridorKey } from "./corridorkey.ts";
import { Framing } from "./framing.ts";

/** Below this zoom a corridor is only a few centimetres long. */
const FAR_ZOOM = 5;

/** The interface around a map. */
export type MapInterface = ReturnType<typeof makeInterface>;

const interfaces = new WeakMap<L.Map, MapInterface>();

/** Return the interface around a map, made at its first use. */
export const interfaceOf = (map: L.Map): MapInterface => entry(interfaces, map, makeInterface);

function makeInterface(map: L.Map) {
  prepare(map);
  const container = map.getContainer();
  const panel = new Panel(map, document.title || t("layers"));
  container.querySelector(".mm-panel")?.parentElement?.classList.add("mm-panel-corner");
  pane(map, "mm-trail", 435);
  const routeOverlay = new RouteOverlay(map);
  const picker = new Picker(map, routeOverlay);
  new Ruler(map, picker);
  const explorer = new Explorer(map, panel, picker);
  const framing = new Framing(map);
  const sheet = new SheetDialog(map, framing, (...part) => explorer.recount(...part));
  const print = toolButton("print", t("printSheet"), () => sheet.open(...panel.titles));
  const bar = addTools(map, print, themeButton(map));
  const listSources = addSources(map);
  const credits = new Credits(map);
  const { names, lineNames } = addNames(map);
  const corridorKey = new CorridorKey(map, panel, sheet);
  // The tab key reaches the controls before the many nodes of a corridor.
  const controls = container.querySelector(".leaflet-control-container");
  if (controls) container.prepend(controls);
  nameMap(container, panel);
  // The tab key reaches them before the map itself.
  const skips = skipButtons(container, panel);
  container.before(skips);
  map.on("unload", () => skips.remove());
  if (container.querySelector(".leaflet-control-scale") === null) scaleBar().addTo(map);
  const readers = addReadout(map);
  // The tools lie elsewhere once the corners are measured.
  let isReady = false;
  whenReady(() => (isReady = true));
  measureCorners(map, () => isReady || framing.keep());
  markZoom(map);
  /** The base map of the page, if there is one. */
  const base = null as { copy(): L.Layer } | null;
  const named = { names, lineNames, corridorKey };
  const tools = { picker, explorer, routeOverlay, readers };
  return { panel, bar, framing, sheet, listSources, credits, base, ...tools, ...named };
}

/** Add layers of names to a map. */
function addNames(map: L.Map) {
  const refresh = (): void => {
    lineNames.forget();
    for (const layer of layers) layer.refresh();
  };
  const names = new Names(refresh);
  const lineNames: LineNames = new LineNames(refresh, () =>
    names.obstacles.filter((source) => source !== lineNames),
  );
  // Names lie above symbols, which they keep off where there is room.
  const layers = [
    new LabelLayer(names, pane(map, "mm-labels", 445)),
    new LabelLayer(lineNames, pane(map, "mm-line-names", 446)),
  ];
  for (const layer of layers) layer.addTo(map);
  names.addSymbols(lineNames);
  return { names, lineNames };
}

/** Mark a map, for its styles, as far or near. */
function markZoom(map: L.Map): void {
  const mark = (): void => {
    map.getContainer().dataset.zoom = map.getZoom() < FAR_ZOOM ? "far" : "near";
  };
  map.on("zoomend", mark);
  map.whenReady(mark);
}

/** Tell a screen reader what a map is, and its keys. */
function nameMap(container: HTMLElement, panel: Panel): void {
  const keys = h("p.mm-hidden", { id: uniqueId("mm-keys") }, t("mapKeys"));
  container.append(keys);
  if (container.tagName !== "MAIN") container.setAttribute("role", "region");
  container.setAttribute("aria-roledescription", t("map"));
  container.setAttribute("aria-labelledby", panel.headingId);
  container.setAttribute("aria-describedby", keys.id);
}

/** Return buttons by which the tab key passes over the map and its tools. */
function skipButtons(container: HTMLElement, panel: Panel): HTMLElement {
  const node = (): void => container.querySelector<HTMLElement>(".mm-node[tabindex='0']")?.focus();
  const toNodes = { class: "mm-button mm-skips__nodes" };
  return h(
    "nav.mm-skips",
    { "aria-label": t("skips") },
    button(t("skipToPanel"), { class: "mm-button" }, () => panel.focus()),
    button(t("skipToNodes"), toNodes, node),
  );
}

/**
 * Add a button that returns to the first view, beside the zoom buttons, and one that shows the other
 * tools where a small map has only its legend.
 */
export function offerHome(map: L.Map, go: () => void): void {
  const container = map.getContainer();
  const home = toolButton("home", t("home"), go);
  const more = toolButton("more", t("moreTools"), () => {
    const isOpen = container.classList.toggle("mm-all-tools");
    more.setAttribute("aria-expanded", String(isOpen));
  });
  home.classList.add("mm-home");
  more.classList.add("mm-more");
  more.setAttribute("aria-expanded", "false");
  const zoom = container.querySelector(".leaflet-control-zoom");
  if (zoom !== null) zoom.append(home, more);
  else addTools(map, home, more);
}

function prepare(map: L.Map): void {
  const container = map.getContainer();
  container.classList.add("mm-map");
  // Leaflet focuses a map that is pressed, and browsers scroll to the focus: a notebook would jump.
  container.focus = (options) =>
    HTMLElement.prototype.focus.call(container, { preventScroll: true, ...options });
  // Tiles appear complete: fading them in would cost frames and make the page ready too early.
  (map as unknown as { _fadeAnimated: boolean })._fadeAnimated = false;
  reduceMotion(map);
  zoomFinely(map);
  trackMoves(map);
  namePopups(map);
}
