// The interface around a map, once for each: panel, tools, sheet, theme, sources, scale and names.

import { LabelLayer } from "../canvas/labellayer.ts";
import { entry } from "../data/collections.ts";
import { Panel } from "../panel/panel.ts";
import { SheetDialog } from "../sheet/dialog.ts";
import { Explorer } from "../tools/explorer.ts";
import { Picker } from "../tools/picker.ts";
import { Readout } from "../tools/readout.ts";
import { RouteOverlay } from "../tools/routeoverlay.ts";
import { Ruler } from "../tools/ruler.ts";
import { Sources } from "../tools/sources.ts";
import { namePopups, scaleBar } from "../ui/controls.ts";
import { addTools, pane } from "../ui/dom.ts";
import { toolButton } from "../ui/icons.ts";
import { reduceMotion, trackMoves } from "../ui/motion.ts";
import { themeButton } from "../ui/theme.ts";
import { t } from "../words/language.ts";

/** Below this zoom a corridor is only a few centimetres long. */
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
  /** The base map of the page, if there is one. */
  base: { copy(): L.Layer } | null = null;
  /** The names of all layers: above lines and areas, below symbols. */
  readonly names: LabelLayer;
  private readonly map: L.Map;

  private constructor(map: L.Map) {
    this.map = map;
    prepare(map);
    const container = map.getContainer();
    this.panel = new Panel(map, document.title || t("layers"));
    container.querySelector(".mm-panel")?.parentElement?.classList.add("mm-panel-corner");
    const covered = (): number => this.panel.covers;
    pane(map, "mm-trail", 435);
    this.routeOverlay = new RouteOverlay(map, covered);
    this.picker = new Picker(map, covered, this.routeOverlay);
    new Ruler(map, this.picker);
    this.explorer = new Explorer(map, this.panel, this.picker);
    this.sheet = new SheetDialog(map, covered);
    const openSheet = (): void => this.sheet.open(...this.panel.titles);
    addTools(map, toolButton("print", t("printSheet"), openSheet), themeButton(map));
    this.sources = new Sources(map);
    this.names = new LabelLayer(pane(map, "mm-labels", 427)).addTo(map);
    // The tab key reaches the controls before the many nodes of a corridor.
    const controls = container.querySelector(".leaflet-control-container");
    if (controls) container.prepend(controls);
    if (container.querySelector(".leaflet-control-scale") === null) scaleBar().addTo(map);
    this.readout = new Readout(map);
    const markZoom = (): void => {
      container.dataset.zoom = map.getZoom() < FAR_ZOOM ? "far" : "near";
    };
    map.on("zoomend", markZoom);
    map.whenReady(markZoom);
  }

  /** Add a button that returns to the first view, beside the zoom buttons. */
  offerHome(go: () => void): void {
    const home = toolButton("home", t("home"), go);
    const zoom = this.map.getContainer().querySelector(".leaflet-control-zoom");
    if (zoom !== null) zoom.append(home);
    else addTools(this.map, home);
  }

  static of(map: L.Map): MapInterface {
    return entry(MapInterface.all, map, () => new MapInterface(map));
  }
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
  trackMoves(map);
  namePopups(map);
}
