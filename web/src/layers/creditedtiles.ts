// Tiles from elsewhere, with their credit on the map and a note while they are missing.

import type { TilesSpec } from "../data/spec.ts";
import { h, link } from "../ui/dom.ts";
import { safeLink } from "../words/format.ts";
import type { Draft, LayerContext } from "./content.ts";

/** The texts about tiles: what they need, and the notes in the panel and on the map if they are missing. */
type Words = { needs: string; missing: string; missingHere: string };

/** Return tiles with their credit on the map, and a note while they cannot be loaded. */
export function creditedTiles(
  layer: L.GridLayer,
  attribution: TilesSpec["attribution"],
  words: Words,
  { names, credits }: LayerContext,
): Draft {
  const state = h("p.mm-note.mm-note--alert", { role: "status" });
  const onMap = h("span");
  const links = attribution.map(([text, href]) => link(text, safeLink(href)));
  const credit = h("span.mm-credit__tiles", onMap, ...links);
  let uncredit = (): void => {};
  const showState = (isOnline: boolean): void => {
    const text = isOnline ? "" : words.missing;
    if (state.textContent === text) return;
    state.textContent = text;
    onMap.textContent = isOnline ? "" : `${words.missingHere} `;
  };
  // Tiles have names of their own; without them the names of the base map are needed.
  layer.on("tileload", () => {
    showState(true);
    names()?.cover(layer, true);
  });
  layer.on("tileerror", () => showState(false));
  const retry = (): void => void layer.redraw();
  layer.on("add", () => {
    uncredit = credits()?.put(credit) ?? uncredit;
    window.addEventListener("online", retry);
  });
  layer.on("remove", () => {
    uncredit();
    names()?.cover(layer, false);
    window.removeEventListener("online", retry);
  });
  const content = Promise.resolve({ layers: [layer] });
  return { parts: [h("p.mm-note", words.needs), state], content };
}
