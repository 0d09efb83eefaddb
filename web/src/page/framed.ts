// A map in a frame leaves the wheel and the finger to the page around it, until the reader takes it.

import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

const HINT_MS = 1500;

const isFramed = (): boolean => window.self !== window.top;

/** Let a reader scroll past the map: a press on it, or Ctrl with the wheel, takes it. */
export function yieldToPage(map: L.Map): void {
  if (!isFramed()) return;
  const hint = h("p.mm-hint", { "aria-hidden": "true", hidden: "" }, t("takeMap"));
  const container = map.getContainer();
  container.append(hint);
  const isTouched = matchMedia("(pointer: coarse)").matches;
  const moves = [map.scrollWheelZoom, ...(isTouched ? [map.dragging, map.touchZoom] : [])];
  // What the maker of the map switched off stays off.
  const held = moves.filter((move) => move?.enabled());
  const take = (): void => {
    hint.hidden = true;
    for (const move of held) move.enable();
  };
  const release = (): void => {
    for (const move of held) move.disable();
  };
  let timer = 0;
  const wheel = (event: WheelEvent): void => {
    if (map.scrollWheelZoom.enabled() || held.length === 0) return;
    if (event.ctrlKey || event.metaKey) {
      take();
      return;
    }
    hint.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (hint.hidden = true), HINT_MS);
  };
  container.addEventListener("pointerdown", take, { capture: true });
  container.addEventListener("wheel", wheel, { capture: true, passive: true });
  container.addEventListener("mouseleave", release);
  window.addEventListener("blur", release);
  map.on("unload", () => {
    clearTimeout(timer);
    window.removeEventListener("blur", release);
  });
  release();
}
