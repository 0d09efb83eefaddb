// What minmap puts around a map, once for each: panel, ruler, sheet, theme, sources, scale, coordinates, and the cursor.

import { LabelLayer } from "../canvas/labellayer.ts";
import { Panel } from "../panel/panel.ts";
import { SheetDialog } from "../sheet/dialog.ts";
import { Explorer } from "../tools/explorer.ts";
import { Picker } from "../tools/picker.ts";
import { Readout } from "../tools/readout.ts";
import { RouteOverlay } from "../tools/routeoverlay.ts";
import { Ruler } from "../tools/ruler.ts";
import { Sources } from "../tools/sources.ts";
import { namePopups, scaleBar } from "../ui/controls.ts";
import { control, h, pane } from "../ui/dom.ts";
import { reduceMotion, trackMoves } from "../ui/motion.ts";
import { themeButton } from "../ui/themebutton.ts";
import { tool } from "../ui/toolbutton.ts";
import { t } from "../words/language.ts";

/** Below this zoom a corridor is a few fingers long. */
const FAR_ZOOM = 5;

export class MapInterface {
  private static readonly all = new WeakMap<L.Map, MapInterface>();
  readonly panel: Panel;
  readonly picker: Picker;
  readonly sheet: SheetDialog;
  readonly sources: Sources;
  readonly routeOverlay: RouteOverlay;
  readonly explorer: Explorer;
  readonly readout: Readout;
  /** The base map of the page's own, if there is one. */
  base: { copy(): L.Layer } | null = null;
  /** The names of all layers, on one canvas, so that none is over another: above lines and areas, below symbols. */
  readonly names: LabelLayer;

  private readonly map: L.Map;

  private constructor(map: L.Map) {
    this.map = map;
    const container = map.getContainer();
    container.classList.add("mm-map");
    // Leaflet focuses the map that is renderSheet, and browsers bring to view what is focused: a notebook would jump under the cursor.
    container.focus = (options) =>
      HTMLElement.prototype.focus.call(container, { preventScroll: true, ...options });
    // Tiles come when they are drawn and stay: fading them in would only cost frames, and "ready" would come too early.
    (map as unknown as { _fadeAnimated: boolean })._fadeAnimated = false;
    reduceMotion(map);
    trackMoves(map);
    namePopups(map);
    this.panel = new Panel(map, document.title || t("layers"));
    container.querySelector(".mm-panel")?.parentElement?.classList.add("mm-panel-corner");
    pane(map, "mm-trail", 435);
    this.routeOverlay = new RouteOverlay(map, () => this.panel.covers);
    this.picker = new Picker(map, () => this.panel.covers, this.routeOverlay);
    new Ruler(map, this.picker);
    this.explorer = new Explorer(map, this.panel, this.picker);
    this.sheet = new SheetDialog(map, () => this.panel.covers);
    const print = tool("print", t("printSheet"), () => this.sheet.open(...this.panel.titles));
    control("topleft", h("div.leaflet-bar.mm-tools", print, themeButton(map))).addTo(map);
    this.sources = new Sources(map);
    this.names = new LabelLayer(pane(map, "mm-labels", 427)).addTo(map);
    // The tab key comes to the controls before the many nodes of a corridor.
    const controls = container.querySelector(".leaflet-control-container");
    if (controls) container.prepend(controls);
    if (container.querySelector(".leaflet-control-scale") === null) scaleBar().addTo(map);
    this.readout = new Readout(map);
    const scale = (): string =>
      (container.dataset.zoom = map.getZoom() < FAR_ZOOM ? "far" : "near");
    map.on("zoomend", scale);
    map.whenReady(scale);
  }

  /** Give the map a button that leads back to how it was first seen, beside those that zoom. */
  offerHome(go: () => void): void {
    const home = tool("home", t("home"), go);
    const zoom = this.map.getContainer().querySelector(".leaflet-control-zoom");
    if (zoom !== null) zoom.append(home);
    else control("topleft", h("div.leaflet-bar.mm-tools", home)).addTo(this.map);
  }

  static of(map: L.Map): MapInterface {
    let chrome = MapInterface.all.get(map);
    if (chrome === undefined) MapInterface.all.set(map, (chrome = new MapInterface(map)));
    return chrome;
  }
}
