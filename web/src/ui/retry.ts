// What a reader asked for and has to be fetched first: where it does not come, a note on the map says why and offers another try.

import { t } from "../words/language.ts";
import { busy } from "./busy.ts";
import { button, h } from "./dom.ts";

type Work = () => Promise<unknown>;

/** The note of a map, with the last that failed at each place of the page. */
interface Note {
  element: HTMLElement;
  reason: Text;
  failed: Map<Element, Work>;
}

const notes = new WeakMap<Element, Note>();

/** Do what a reader asked for at a place of a map. */
export async function withRetry(place: Element, work: Work): Promise<void> {
  const map = place.closest(".mm-map");
  const ended = busy();
  try {
    await work();
    const note = map === null ? undefined : notes.get(map);
    if (note?.failed.delete(place) && note.failed.size === 0) note.element.remove();
  } catch (error) {
    // Without its map nobody waits for it any more.
    if (map !== null) showNote(map, place, work, error);
  } finally {
    ended();
  }
}

function showNote(map: Element, place: Element, work: Work, error: unknown): void {
  let note = notes.get(map);
  if (note === undefined) notes.set(map, (note = noteFor()));
  note.failed.set(place, work);
  note.reason.data = t("notFetched", {
    reason: error instanceof Error ? error.message : String(error),
  });
  if (!note.element.isConnected) map.append(note.element);
}

function noteFor(): Note {
  const reason = document.createTextNode("");
  const failed: Note["failed"] = new Map();
  const again = button(t("tryAgain"), { class: "mm-button" }, () => {
    for (const [place, work] of [...failed]) void withRetry(place, work);
  });
  const close = button("×", { class: "mm-button", "aria-label": t("close") }, () => {
    failed.clear();
    made.remove();
  });
  const made = h(
    "div.mm-error.mm-error--fetch",
    { role: "alert" },
    h("span", reason),
    again,
    close,
  );
  L.DomEvent.disableClickPropagation(made);
  return { element: made, reason, failed };
}
