// A layer in the panel: checkbox, zoom and fold buttons, legend and notes.

import type { BoundsSpec } from "../data/spec.ts";
import type { Sole } from "../layers/legend.ts";
import { checkbox, h, uniqueId } from "../ui/dom.ts";
import { setFace, toolButton } from "../ui/icons.ts";
import { t } from "../words/language.ts";

const SMALL = "mm-small-tool";

export interface PanelEntry {
  name: string;
  /** Layers with a higher rank are drawn, and listed, above. */
  rank: number;
  layer: L.Layer;
  parts: HTMLElement[];
  /** What stands beside the name in place of a legend. */
  sole?: Sole | null;
  /** Whether the layer is folded while it is shown too. */
  folded?: boolean;
  /** The heading of the layer; by default that of its kind. */
  group?: string | null;
  /** Return the bounds of the layer; absent where it covers the world. */
  extent?: (() => BoundsSpec | null) | null;
  /** How far its symbols go beyond their places, in CSS pixels. */
  reach?: number;
}

/**
 * Return the entry of a layer. It is folded while the layer is hidden, until the reader unfolds it.
 */
export function layerEntry(map: L.Map, entry: PanelEntry, fit: (bounds: BoundsSpec) => void) {
  const { name, layer, parts, sole, extent, folded = false } = entry;
  const set = (isShown: boolean): void => {
    if (isShown) map.addLayer(layer);
    else map.removeLayer(layer);
  };
  const label = checkbox(map.hasLayer(layer), set, sole?.swatch ?? null, h("span", name));
  const input = label.querySelector("input")!;
  const body = h("div.mm-layer__body", { id: uniqueId("mm-layer") }, ...parts);
  const buttons = h("div.mm-layer__acts");
  const zoom = (): void => {
    const bounds = extent?.();
    if (bounds) fit(bounds);
  };
  if (extent) buttons.append(toolButton("target", t("zoomTo", { name }), zoom, SMALL));
  const foldTool = toolButton("fold", "", () => fold(!body.hidden), SMALL);
  const fold = (isFolded: boolean): void => {
    // The focus must not disappear with the body.
    if (isFolded && body.contains(document.activeElement)) input.focus({ preventScroll: true });
    body.hidden = isFolded;
    foldTool.setAttribute("aria-expanded", String(!isFolded));
    setFace(foldTool, isFolded ? "unfold" : "fold", t("details", { name }));
  };
  if (parts.length > 0) {
    foldTool.setAttribute("aria-controls", body.id);
    buttons.append(foldTool);
  }
  const head = h("div.mm-layer__head", h("h4", label), sole?.count ?? null, buttons);
  const made = h("div.mm-layer", { role: "group", "aria-label": name }, head, body);
  const follow = (): void => {
    input.checked = map.hasLayer(layer);
    made.classList.toggle("mm-layer--off", !input.checked);
    fold(folded || !input.checked);
  };
  // Other controls and scripts may show and hide the layer too.
  layer.on("add remove", follow);
  follow();
  return made;
}
