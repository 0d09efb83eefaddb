// The notes that a legend alone leaves out, in one line that unfolds.

import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** The layers that are shown, and their notes that the legend leaves out. */
const SHOWN = ".mm-layer:not(.mm-layer--off)";
const LEFT_OUT = ".mm-note:not(.mm-note--alert, .mm-note--kept, :empty)";

/** Return the line; it copies the notes of a list of layers when it is unfolded. */
export function foldedNotes(layers: HTMLElement): HTMLElement {
  const notes = h("div");
  const details = h("details.mm-about", h("summary", t("aboutMap")), notes);
  details.addEventListener("toggle", () => {
    if (details.open) notes.replaceChildren(...copies(layers));
  });
  return details;
}

function copies(layers: HTMLElement): HTMLElement[] {
  return [...layers.querySelectorAll(SHOWN)].flatMap((layer) => {
    const texts = [...layer.querySelectorAll(LEFT_OUT)].map((note) => note.textContent);
    const name = h("b", layer.getAttribute("aria-label") ?? "");
    return texts.length === 0 ? [] : [h("p", name, ` ${[...new Set(texts)].join(" ")}`)];
  });
}
