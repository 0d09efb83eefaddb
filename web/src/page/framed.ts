// In a frame, wheel and fingers scroll the page around the map until the reader presses the map.

import { Delayed } from "../ui/busy.ts";
import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

const HINT_MS = 1500;

const isFramed = (): boolean => window.self !== window.top;

/**
 * Let a reader scroll past the map: a press on it, a tap, or Ctrl with the wheel, takes it. Two
 * fingers always zoom.
 */
export function yieldToPage(map: L.Map): void {
  if (!isFramed()) return;
  const hint = h("p.mm-hint", { "aria-hidden": "true", hidden: "" }, t("takeMap"));
  const container = map.getContainer();
  container.append(hint);
  const isTouched = matchMedia("(any-pointer: coarse)").matches;
  const moves = [map.scrollWheelZoom, ...(isTouched ? [map.dragging] : [])];
  // What the maker of the map switched off stays off.
  const held = moves.filter((move) => move?.enabled());
  const take = (): void => {
    hint.hidden = true;
    for (const move of held) move.enable();
  };
  const release = (): void => {
    for (const move of held) move.disable();
  };
  const hiding = new Delayed(HINT_MS, () => (hint.hidden = true), false);
  const wheel = (event: WheelEvent): void => {
    if (map.scrollWheelZoom.enabled() || held.length === 0) return;
    if (event.ctrlKey || event.metaKey) {
      take();
      return;
    }
    hint.hidden = false;
    hiding.start();
  };
  // A finger may be about to scroll the page; only a tap ends with a click.
  const press = ({ pointerType }: PointerEvent): void => void (pointerType === "mouse" && take());
  container.addEventListener("pointerdown", press, { capture: true });
  container.addEventListener("click", take, { capture: true });
  container.addEventListener("wheel", wheel, { capture: true, passive: true });
  container.addEventListener("mouseleave", release);
  window.addEventListener("blur", release);
  map.on("unload", () => {
    hiding.cancel();
    window.removeEventListener("blur", release);
  });
  release();
}
