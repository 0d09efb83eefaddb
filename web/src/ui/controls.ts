// Leaflet's own controls in the language of the page.

import { withUnit } from "../words/format.ts";
import { currentLanguage, t } from "../words/language.ts";

// The language may be known only when a control is made.
Object.defineProperties(L.Control.Zoom.prototype.options, {
  zoomInTitle: { get: () => t("zoomIn"), enumerable: true },
  zoomOutTitle: { get: () => t("zoomOut"), enumerable: true },
});

class ScaleBar extends L.Control.Scale {
  /** Leaflet calls this with a text such as "500 km". */
  protected _updateScale(bar: HTMLElement, text: string, share: number): void {
    const [number, unit] = text.split(" ");
    bar.style.width = `${Math.round(this.options.maxWidth! * share)}px`;
    bar.textContent = withUnit(number, unit);
  }
}

/** Name the cross of every popup of a map, for which Leaflet has English words only. */
export function namePopups(map: L.Map): void {
  map.on("popupopen", ({ popup }: L.PopupEvent) => {
    popup
      .getElement()
      ?.querySelector(".leaflet-popup-close-button")
      ?.setAttribute("aria-label", t("closePopup"));
  });
}

/** The bar that tells distances on the map; miles beside kilometres where people read English. */
export const scaleBar = (): L.Control.Scale =>
  new ScaleBar({ imperial: currentLanguage() === "en" });
