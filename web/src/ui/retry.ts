// Work for the reader that may have to fetch something: if that fails, a note on the map gives the
// reason and offers another try.

import { entry } from "../data/collections.ts";
import { t } from "../words/language.ts";
import { busy } from "./busy.ts";
import { button, h, reasonOf } from "./dom.ts";

type Work = () => Promise<unknown>;

/** The note of a map, with the last failed work of each element. */
type Note = { element: HTMLElement; reason: HTMLElement; failed: Map<Element, Work> };

const notes = new WeakMap<Element, Note>();

/** Do work that the reader started at an element of a map. */
export async function withRetry(where: Element, work: Work): Promise<void> {
  const map = where.closest(".mm-map");
  const ended = busy();
  try {
    await work();
    const note = map === null ? undefined : notes.get(map);
    if (note?.failed.delete(where) && note.failed.size === 0) note.element.remove();
  } catch (error) {
    // Nobody waits for work on a map that was removed.
    if (map === null) return;
    const note = entry(notes, map, makeNote);
    note.failed.set(where, work);
    note.reason.textContent = t("notFetched", { reason: reasonOf(error) });
    if (!note.element.isConnected) map.append(note.element);
  } finally {
    ended();
  }
}

function makeNote(): Note {
  const failed: Note["failed"] = new Map();
  const again = button(t("tryAgain"), { class: "mm-button" }, () => {
    for (const [where, work] of [...failed]) void withRetry(where, work);
  });
  const close = button("×", { class: "mm-button", "aria-label": t("close") }, () => {
    failed.clear();
    element.remove();
  });
  const reason = h("span");
  const element = h("div.mm-error.mm-error--fetch", { role: "alert" }, reason, again, close);
  L.DomEvent.disableClickPropagation(element);
  return { element, reason, failed };
}
