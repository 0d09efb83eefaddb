// A layer in the panel: its switch, what brings it to view and what folds it, its legend and notes.

import type { BoundsSpec } from "../data/spec.ts";
import { checkbox, h } from "../ui/dom.ts";
import type { IconName } from "../ui/icons.ts";
import { uniqueId } from "../ui/ids.ts";
import { face, tool } from "../ui/toolbutton.ts";
import { t } from "../words/language.ts";

/** What the panel shows of a layer. */
export interface PanelEntry {
  name: string;
  /** Layers with a higher rank are drawn, and listed, above. */
  rank: number;
  layer: L.Layer;
  parts: HTMLElement[];
  /** The heading that it stands under; one for its kind where none is named. */
  group?: string | null;
  /** What of the world it shows; absent where that is everywhere. */
  extent?: (() => BoundsSpec | null) | null;
}

/** A layer that is not shown is folded, until the reader folds it as they like. */
export function layerEntry(
  map: L.Map,
  { name, layer, parts, extent }: PanelEntry,
  goTo: (bounds: BoundsSpec) => void,
): HTMLElement {
  const set = (shown: boolean): void => {
    if (shown) map.addLayer(layer);
    else map.removeLayer(layer);
  };
  const label = checkbox(map.hasLayer(layer), set, h("span", name));
  const input = label.querySelector("input")!;
  const body = h("div.mm-layer__body", { id: uniqueId("mm-layer") }, ...parts);
  const acts = h("div.mm-layer__acts");
  if (extent)
    acts.append(
      smallTool("target", t("zoomTo", { name }), () => {
        const bounds = extent();
        if (bounds !== null) goTo(bounds);
      }),
    );
  const foldTool = smallTool("fold", "", () => fold(!body.hidden));
  const fold = (folded: boolean): void => {
    // What had the focus goes.
    if (folded && body.contains(document.activeElement)) input.focus({ preventScroll: true });
    body.hidden = folded;
    foldTool.setAttribute("aria-expanded", String(!folded));
    face(foldTool, folded ? "unfold" : "fold", t("details", { name }));
  };
  if (parts.length > 0) {
    foldTool.setAttribute("aria-controls", body.id);
    acts.append(foldTool);
  }
  const made = h(
    "div.mm-layer",
    { role: "group", "aria-label": name },
    h("div.mm-layer__head", h("h4", label), acts),
    body,
  );
  const follow = (): void => {
    input.checked = map.hasLayer(layer);
    made.classList.toggle("mm-layer--off", !input.checked);
    fold(!input.checked);
  };
  // Other controls and scripts may show and hide the layer too.
  layer.on("add remove", follow);
  follow();
  return made;
}

function smallTool(name: IconName, label: string, onClick: () => void): HTMLButtonElement {
  const made = tool(name, label, onClick);
  made.className = "mm-small-tool";
  return made;
}
