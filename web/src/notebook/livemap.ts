// A view of a widget: a map in a cell, made when the cell has a size and freed with it.

import type { BoundsSpec } from "../data/spec.ts";
import type { Hit } from "../layers/hit.ts";
import { furnish, setFont } from "../map/housestyle.ts";
import { interfaceOf, offerHome } from "../map/interface.ts";
import { MinmapLayer } from "../map/layer.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { h, showError } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { queue } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import { setLanguage, t } from "../words/language.ts";
import { type Clicked, type Notebook, same, storeOf, type WidgetLayer } from "./state.ts";
import { FilterSync } from "./sync.ts";

const WAIT_MS = 80;

/**
 * Return whether a notebook is dark: JupyterLab, Notebook and VS Code mark it, others follow the
 * system.
 */
function isDarkNotebook(): boolean {
  const { dataset, classList } = document.body;
  if (dataset.jpThemeLight !== undefined) return dataset.jpThemeLight === "false";
  if (classList.contains("vscode-light")) return false;
  return classList.contains("vscode-dark") || matchMedia("(prefers-color-scheme: dark)").matches;
}

const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

export class LiveMap {
  private readonly notebook: Notebook;
  private readonly root: HTMLElement;
  private readonly place = h("div.mm-widget__map");
  private readonly observer: ResizeObserver;
  private readonly layers = new Map<string, { layer: MinmapLayer; spec: WidgetLayer }>();
  private readonly ends: (() => void)[] = [];
  private map: L.Map | null = null;
  private readonly publishing = new Delayed(WAIT_MS, () => this.publish());

  constructor(notebook: Notebook, cell: HTMLElement) {
    this.notebook = notebook;
    this.root = h("div.mm-widget", { "data-minmap": "loading" }, this.place);
    // Without this mark the notebook's own keys, such as to delete a cell, would act on the map.
    this.root.addEventListener("focusin", ({ target }) =>
      (target as Element).setAttribute("data-lm-suppress-shortcuts", "true"),
    );
    this.root.style.height = notebook.get("height");
    cell.append(this.root);
    this.follow("change:height", () => (this.root.style.height = notebook.get("height")));
    this.takeTheme();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
  }

  /** Free the map. */
  end(): void {
    this.observer.disconnect();
    for (const end of this.ends.splice(0)) end();
    for (const { layer } of this.layers.values()) layer.leave();
    this.layers.clear();
    this.map?.remove();
    // Leaflet reports a move that the removal interrupts.
    this.publishing.cancel();
    this.map = null;
    this.root.remove();
  }

  private follow(event: string, callback: (message: { open?: Clicked | null }) => void): void {
    this.notebook.on(event, callback);
    this.ends.push(() => this.notebook.off(event, callback));
  }

  /** Follow the theme of the notebook. */
  private takeTheme(): void {
    theme.settle(this.root, this.notebook.get("_page").theme, isDarkNotebook);
    const watch = new MutationObserver(() => theme.apply());
    const attributeFilter = ["class", "data-jp-theme-light"];
    watch.observe(document.body, { attributes: true, attributeFilter });
    this.ends.push(() => {
      watch.disconnect();
      theme.leave(this.root);
    });
  }

  private resize(): void {
    if (this.root.clientWidth === 0 || this.root.clientHeight === 0) return;
    try {
      if (this.map !== null) this.map.invalidateSize({ animate: false });
      else this.make();
    } catch (error) {
      this.fail(t("mapFails"), error);
    }
  }

  private make(): void {
    const { notebook } = this;
    const page = notebook.get("_page");
    const { title, subtitle, language, style, center, zoom, fits, options } = page;
    setLanguage(language);
    setFont(this.root, style);
    const map = L.map(this.place, { ...options, center, zoom, scrollWheelZoom: false });
    this.map = map;
    this.wheelWhenUsed(map);
    const { panel, explorer, picker, framing } = interfaceOf(map);
    panel.describe(title, subtitle);
    furnish(map, page);
    offerHome(map, () => framing.home());
    framing.begin((animate) => {
      const bounds = fits ? framing.bounds() : null;
      if (bounds === null) map.setView(center, zoom, { animate });
      else fitBounds(map, bounds, animate, framing.reach);
    }, fits);
    const sync = new FilterSync(notebook, explorer);
    explorer.memory = sync;
    this.ends.push(() => sync.end());
    picker.opened = (hit) => this.publishOpened(hit);
    this.list();
    this.goToView();
    map.on("moveend", () => this.publishing.start());
    this.publishing.start();
    this.follow("change:view", () => this.goToView());
    this.follow("change:_specs", () => this.list());
    this.follow("msg:custom", ({ open }) => this.open(open));
    void this.settle();
  }

  /** Let the wheel scroll the notebook until the map has the focus. */
  private wheelWhenUsed(map: L.Map): void {
    this.root.addEventListener("focusin", () => map.scrollWheelZoom.enable());
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.root.contains(relatedTarget as Node | null)) map.scrollWheelZoom.disable();
    });
  }

  private async settle(): Promise<void> {
    await Promise.allSettled([...this.layers.values()].map(({ layer }) => layer.filled));
    await queue.idle();
    queue.opening = false;
    if (this.root.dataset.minmap === "loading") this.root.dataset.minmap = "ready";
  }

  /** Add and remove layers as the widget did. */
  private list(): void {
    const specs = this.notebook.get("_specs");
    for (const [id, { layer }] of this.layers) {
      if (specs.some((spec) => spec.id === id)) continue;
      layer.leave();
      this.layers.delete(id);
    }
    for (const spec of specs) if (!this.layers.has(spec.id)) this.add(spec);
  }

  private add(spec: WidgetLayer): void {
    const layer = new MinmapLayer(spec, storeOf(this.notebook));
    this.layers.set(spec.id, { layer, spec });
    const { name } = spec;
    const failed = (error: unknown): void => this.fail(t("layerFails", { name }), error);
    layer.filled.finally(busy()).catch(failed);
    layer.join(this.map!);
    if (spec.shown) this.map!.addLayer(layer);
  }

  /** Go to the view of the notebook, or to all layers. */
  private goToView(): void {
    const view = this.notebook.get("view");
    if (view !== null) {
      const [lat, lon, zoom] = view;
      if (!same(view, this.here())) this.map!.setView([lat, lon], zoom, { animate: false });
      return;
    }
    const bounds = this.notebook.get("bounds");
    if (bounds === null) interfaceOf(this.map!).framing.home(false);
    else fitBounds(this.map!, bounds, false);
    this.publishing.start();
  }

  private here(): [lat: number, lon: number, zoom: number] {
    const { lat, lng } = this.map!.getCenter().wrap();
    return [rounded(lat), rounded(lng), this.map!.getZoom()];
  }

  private publish(): void {
    const here = this.here();
    const seen = this.map!.getBounds();
    const corners = [seen.getSouthWest(), seen.getNorthEast()];
    const bounds = corners.map(({ lat, lng }) => [rounded(lat), rounded(lng)]) as BoundsSpec;
    // Views may differ in size: none replaces the bounds of another with its own.
    if (same(here, this.notebook.get("view")) && same(bounds, this.notebook.get("bounds"))) return;
    this.notebook.set("bounds", bounds);
    this.notebook.set("view", here);
    this.notebook.save_changes();
  }

  private publishOpened({ records, row, place }: Hit): void {
    const layer = records.spec.name;
    const kind = [...this.layers.values()].find(({ spec }) => spec.name === layer)?.spec.kind;
    const part = place === null ? "legs" : "nodes";
    this.notebook.set("clicked", kind === "corridor" ? { layer, row, part } : { layer, row });
    this.notebook.save_changes();
  }

  /** Open the record of a layer of points; null closes the popup. */
  private open(clicked: Clicked | null | undefined): void {
    if (clicked === null) this.map!.closePopup();
    if (!clicked) return;
    const { explorer } = interfaceOf(this.map!);
    for (const layer of [...explorer.layers]) {
      if (layer.points.spec.name === clicked.layer) explorer.openRecord(layer, clicked.row);
    }
  }

  private fail(what: string, error: unknown): void {
    this.root.dataset.minmap = "error";
    showError(this.root, what, error);
  }
}
