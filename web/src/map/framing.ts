// The first view of a map, to which its reader returns, and a notice where no data are in view.

import { put } from "../data/collections.ts";
import { type Bounds, framed, type LayerBounds, layerBounds } from "../geo/bounds.ts";
import { type Box, boxOfBounds, meetsAnywhere } from "../geo/mercator.ts";
import { Delayed } from "../ui/busy.ts";
import { button, h } from "../ui/dom.ts";
import { fitBounds, showWhole } from "../ui/fit.ts";
import { boxOfView, coveredBeside, WIDE_PX } from "../ui/viewport.ts";
import { type TextKey, t } from "../words/language.ts";

/** Moves and filters follow each other; the notice waits for the last. */
const PAUSE_MS = 150;
/** The width that the notice leaves to the buttons, in CSS pixels. */
const SPARE_PX = 140;

/** A layer that may be in view. */
export interface Framable {
  layer: L.Layer;
  /** Whether it is areas or a raster, on which records lie. */
  backdrop: boolean;
  /** How far its symbols go beyond their places, in CSS pixels. */
  reach?: number;
  /** Return the bounds of what is shown of it; null if nothing is. */
  extent(): Bounds | null;
  /** Return whether something that is shown lies in a box; null while that is not known. */
  holds(box: Box): boolean | null;
  /** Show again what filters hide. */
  clear?(): void;
}

export class Framing {
  /** Whether the view is not the first one any more. */
  isMoved = false;
  private readonly map: L.Map;
  private readonly layers = new Set<Framable>();
  private readonly words = h("span", { "aria-live": "polite" });
  private readonly notice = h("div.mm-empty", this.words);
  /** Whether a move is not the reader's. */
  private isOwn = false;
  /** What a link shows, until the reader moves the map. */
  private linked: Bounds | null = null;
  private first: (animate: boolean) => void = (animate) => this.fit(animate);
  /** Whether the first view shows all data. */
  private isFit = true;
  private readonly reviewing = new Delayed(PAUSE_MS, () => this.review());

  constructor(map: L.Map) {
    this.map = map;
    map.getContainer().append(this.notice);
    L.DomEvent.disableClickPropagation(this.notice);
    map.on("movestart zoomstart", () => {
      if (!this.isOwn) [this.isMoved, this.linked] = [true, null];
    });
    // A map that makes room for a card is not moved by its reader.
    map.on("autopanstart", () => (this.isOwn = true));
    map.on("moveend", () => (this.isOwn = false));
    // A card over the map has another height.
    map.on("resize covered", () => this.keep());
    // On a narrow map the panel covers a large part of the height.
    map.on("paneltoggle", () => map.getSize().x < WIDE_PX && this.keep());
    map.on("moveend resize layeradd layerremove paneltoggle", () => this.changed());
    map.on("unload", () => this.reviewing.cancel());
  }

  /** Frame a layer too; return a function that ends it. */
  add(layer: Framable): () => void {
    return put(this.layers, layer);
  }

  /** Set the first view; `isFit` says whether it shows all data. */
  begin(first: (animate: boolean) => void, isFit: boolean): void {
    this.first = first;
    this.isFit = isFit;
  }

  /** Whether the map shows all data, since neither its maker nor its reader chose another view. */
  get showsData(): boolean {
    return this.isFit && !this.isMoved;
  }

  /** Go to the first view. */
  home(animate = true): void {
    [this.isMoved, this.linked] = [false, null];
    this.isOwn = true;
    this.first(animate);
  }

  /** Show all of what a link shows. */
  show(bounds: Bounds): void {
    [this.isMoved, this.linked] = [true, bounds];
    this.isOwn = true;
    showWhole(this.map, bounds);
  }

  /** Fit the first view, or that of a link, to the map as it is now, until the reader moves it. */
  keep(): void {
    if (this.linked !== null) this.show(this.linked);
    else if (!this.isMoved) this.home(false);
  }

  /** Return the bounds of all that is shown, or of everything if no layer is. */
  bounds(): Bounds | null {
    const layers = this.shown.length > 0 ? this.shown : [...this.layers];
    const frames = layers.map(({ backdrop, extent }) => ({ backdrop, bounds: extent() }));
    const others = this.others().map((bounds) => ({ backdrop: false, bounds }));
    return framed(
      [...frames, ...others].filter((frame): frame is LayerBounds => frame.bounds !== null),
    );
  }

  /** Return how far the symbols that are shown go beyond their places, in CSS pixels. */
  get reach(): number {
    return Math.max(0, ...this.shown.map(({ reach = 0 }) => reach));
  }

  /** Show all that is shown of the layers. */
  fit(animate: boolean): void {
    const bounds = this.bounds();
    // Without bounds nothing moves, and the next move is the reader's.
    if (bounds === null) this.isOwn = false;
    else fitBounds(this.map, bounds, animate, this.reach);
  }

  /** Look soon whether data are in view: what is shown has changed. */
  changed(): void {
    if (this.layers.size > 0) this.reviewing.start();
  }

  private get shown(): Framable[] {
    return [...this.layers].filter(({ layer }) => this.map.hasLayer(layer));
  }

  private review(): void {
    const { shown } = this;
    const box = boxOfView(this.map);
    const isEmpty = shown.length > 0 && shown.every((layer) => layer.holds(box) === false);
    const isThere = (bounds: Bounds | null): boolean =>
      bounds !== null && meetsAnywhere(boxOfBounds(bounds), box);
    const isBare = isEmpty && !this.others().some(isThere);
    if (!isBare) this.say(null);
    else if (shown.some(({ extent }) => extent() !== null)) {
      this.say("noneInView", "showAllData", () => this.fit(true));
    } else {
      const filtered = shown.filter(({ clear }) => clear !== undefined);
      if (filtered.length === 0) this.say(null);
      else
        this.say("allFilteredOut", "clearFilters", () => filtered.forEach(({ clear }) => clear!()));
    }
  }

  /** Return the bounds of the markers and the shapes on the map, also of those without a name. */
  private others(): (Bounds | null)[] {
    const found: (Bounds | null)[] = [];
    this.map.eachLayer((layer) => {
      if (layer instanceof L.Marker || layer instanceof L.Path) found.push(layerBounds(layer));
    });
    return found;
  }

  /** Show a notice with a way out; null removes it. */
  private say(text: null): void;
  private say(text: TextKey, label: TextKey, act: () => void): void;
  private say(text: TextKey | null, label?: TextKey, act?: () => void): void {
    // The panel may have opened or closed.
    const { left, right } = coveredBeside(this.map);
    this.notice.style.left = `calc(50% + ${(left - right) / 2}px)`;
    this.notice.style.maxWidth = `calc(100% - ${left + right + SPARE_PX}px)`;
    const said = text === null ? "" : t(text);
    if (this.words.textContent === said) return;
    const hadFocus = this.notice.contains(document.activeElement);
    this.words.textContent = said;
    this.notice.querySelector("button")?.remove();
    if (text !== null) this.notice.append(button(t(label!), { class: "mm-button" }, act!));
    // The focus must not disappear with the button.
    if (hadFocus) this.map.getContainer().focus();
  }
}
