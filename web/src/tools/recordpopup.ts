// Where the card of a record stands: beside it, on a narrow map as a sheet along the lower edge, and
// that of a pair of records along the left edge, where it stays from pair to pair.

import { h } from "../ui/dom.ts";
import { clearance, WIDE_PX } from "../ui/viewport.ts";
import type { RecordCard } from "./popup.ts";

/** The width of a card beside its record, and of a popup around it. */
const WIDTH_PX = 300;
const RIM_PX = 36;
/** The least distance of a record from the edges of the map above a sheet. */
const NEAR_PX = 28;

/** A narrower map has no room for a pair of records between its card and the panel. */
const WIDE_FOR_PAIRS_PX = 1000;
/** A lower map has no room above a sheet, but beside a card if it is this wide. */
const LOW_PX = 500;
const WIDE_IF_LOW_PX = 560;

/** Return whether a map shows pairs of records at its side since it is low, without its panel. */
export function isLowForPairs(map: L.Map): boolean {
  const { x, y } = map.getSize();
  return y <= LOW_PX && x >= WIDE_IF_LOW_PX && x < WIDE_FOR_PAIRS_PX;
}

/** Return whether a map shows its records, or pairs of them, in a sheet. */
export function hasSheet(map: L.Map, isPair = false): boolean {
  const { x } = map.getSize();
  return isPair ? x < WIDE_FOR_PAIRS_PX && !isLowForPairs(map) : x < WIDE_PX;
}

/** Open a popup with a card; the focus that it takes goes back when it closes. */
export function openPopup(map: L.Map, popup: L.Popup, card: RecordCard, at: L.LatLng): void {
  const isSheet = hasSheet(map, card.isPair);
  L.setOptions(popup, optionsOf(map, card.isPair));
  popup.setLatLng(at).setContent(card.element).openOn(map);
  const element = popup.getElement()!;
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-labelledby", card.headingId);
  giveFocusBack(map, popup, element);
  if (isSheet) element.classList.toggle("mm-popup--tall", card.isTall);
  if (isSheet) reveal(map, at, element);
}

/** Move the map so that a record or its popup is in view after the popup has another height. */
export function adjust(map: L.Map, popup: L.Popup): void {
  const element = popup.getElement();
  const at = popup.getLatLng();
  if (element === undefined || at === undefined) return;
  if (isSheet(popup)) reveal(map, at, element);
  else (popup as unknown as { _adjustPan(): void })._adjustPan();
}

/** Return whether a popup is a sheet. */
export const isSheet = (popup: L.Popup): boolean =>
  popup.getElement()?.closest(".mm-record-sheet") != null;

/** Make a sheet taller, or as low as at first. */
export function enlarge(map: L.Map, popup: L.Popup, isTall: boolean): void {
  popup.getElement()?.classList.toggle("mm-popup--tall", isTall);
  adjust(map, popup);
}

function optionsOf(map: L.Map, isPair: boolean): L.PopupOptions {
  if (hasSheet(map, isPair)) return edgeOptions(map, "mm-record-sheet", isPair);
  return isPair ? edgeOptions(map, "mm-record-dock", true) : besideOptions(map);
}

function besideOptions(map: L.Map): L.PopupOptions {
  const { left, top, right, bottom } = clearance(map);
  const width = Math.min(WIDTH_PX, map.getSize().x - left - right - RIM_PX);
  return {
    className: "mm-popup",
    minWidth: width,
    maxWidth: width,
    autoPanPaddingTopLeft: L.point(left, top),
    autoPanPaddingBottomRight: L.point(right, bottom),
  };
}

/** Leaflet places popups in panes that move with the map; that along an edge stays. */
function edgeOptions(map: L.Map, edge: string, isPair: boolean): L.PopupOptions {
  const container = map.getContainer();
  const pane = container.querySelector(`.${edge}`) ?? h("div", { class: edge });
  if (!pane.isConnected) map.getPane("mapPane")!.after(pane);
  const className = `mm-popup mm-popup--sheet${isPair ? " mm-popup--pair" : ""}`;
  return { className, autoPan: false, pane: pane as unknown as string };
}

/** Move a record into the part of the map above a sheet. */
function reveal(map: L.Map, at: L.LatLng, sheet: HTMLElement): void {
  const { x: width, y: height } = map.getSize();
  const free = height - sheet.offsetHeight;
  const spot = map.latLngToContainerPoint(at);
  const isBeside = spot.x < NEAR_PX || spot.x > width - NEAR_PX;
  const isBeyond = spot.y < NEAR_PX || spot.y > free - NEAR_PX;
  const move = L.point(isBeside ? spot.x - width / 2 : 0, isBeyond ? spot.y - free / 2 : 0);
  if (isBeside || isBeyond) map.fire("autopanstart").panBy(move.round());
}

/** Give the focus back to the element that had it, if the popup has it when it closes. */
function giveFocusBack(map: L.Map, popup: L.Popup, element: HTMLElement): void {
  const before = document.activeElement as HTMLElement | null;
  let isInside = false;
  element.addEventListener("focusin", () => {
    isInside = true;
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    isInside = relatedTarget === null || element.contains(relatedTarget as Node);
  });
  popup.on("remove", () => {
    if (!isInside || document.activeElement !== document.body) return;
    const isThere = before?.isConnected && before !== document.body && !element.contains(before);
    (isThere ? before : map.getContainer()).focus({ preventScroll: true });
  });
}
