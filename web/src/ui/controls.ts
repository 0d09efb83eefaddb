// Leaflet's own controls in the language of the page.

import { geodesic } from "../geo/geodesic.ts";
import { MAX_LATITUDE } from "../geo/mercator.ts";
import { withUnit } from "../words/format.ts";
import { currentLanguage, t } from "../words/language.ts";
import { freeBox } from "./viewport.ts";

// The language is known only when a control is made.
Object.defineProperties(L.Control.Zoom.prototype.options, {
  zoomInTitle: { get: () => t("zoomIn"), enumerable: true },
  zoomOutTitle: { get: () => t("zoomOut"), enumerable: true },
});

/** The greatest width of a scale bar, in CSS pixels: half of it holds "1000 km". */
const SCALE_PX = 120;

class ScaleBar extends L.Control.Scale {
  override onAdd(map: L.Map): HTMLElement {
    map.on("paneltoggle", this._update, this);
    return super.onAdd!(map);
  }

  override onRemove(map: L.Map): void {
    map.off("paneltoggle", this._update, this);
    super.onRemove!(map);
  }

  /**
   * Measure in the middle of the part of the map that is seen. Leaflet measures in the middle of the
   * whole, which on a phone may be below the panel, at another latitude.
   */
  protected _update(): void {
    const { _map: map, _updateScales: write } = this as unknown as ScaleParts;
    const { left, top, right, bottom } = freeBox(map);
    const y = (top + bottom) / 2;
    const [west, east] = [-1, 1].map((aside) => {
      const { lat, lng } = map.containerPointToLatLng([(left + right) / 2 + aside, y]);
      return { lat: Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)), lng };
    });
    write.call(this, (geodesic(west, east).metres / 2) * this.options.maxWidth!);
  }

  /** Leaflet calls this with a text such as "500 km". */
  protected _updateScale(bar: HTMLElement, text: string, share: number): void {
    const [number, unit] = text.split(" ");
    bar.style.width = `${Math.round(this.options.maxWidth! * share)}px`;
    bar.textContent = withUnit(number, unit);
  }
}

/** Private members of Leaflet's scale bar. */
type ScaleParts = { _map: L.Map; _updateScales(mostMetres: number): void };

/** Label the cross of every popup in the language of the page; Leaflet has only English. */
export function namePopups(map: L.Map): void {
  map.on("popupopen", ({ popup }: L.PopupEvent) => {
    const cross = popup.getElement()?.querySelector(".leaflet-popup-close-button");
    cross?.setAttribute("aria-label", t("closePopup"));
  });
}

/** Return the scale bar, with miles beside kilometres for readers of English. */
export const scaleBar = (): L.Control.Scale =>
  new ScaleBar({ imperial: currentLanguage() === "en", maxWidth: SCALE_PX });
