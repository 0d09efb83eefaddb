// Leaflet's own controls in the language of the page.

import { withUnit } from "../words/format.ts";
import { currentLanguage, t } from "../words/language.ts";

// The language is known only when a control is made.
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

/** Label the cross of every popup in the language of the page; Leaflet has only English. */
export function namePopups(map: L.Map): void {
  map.on("popupopen", ({ popup }: L.PopupEvent) => {
    const cross = popup.getElement()?.querySelector(".leaflet-popup-close-button");
    cross?.setAttribute("aria-label", t("closePopup"));
  });
}

/** Return the scale bar, with miles beside kilometres for readers of English. */
export const scaleBar = (): L.Control.Scale =>
  new ScaleBar({ imperial: currentLanguage() === "en" });
