// A button of the map's tools: an icon, and what it does in words.

import { button } from "./dom.ts";
import { type IconName, icon } from "./icons.ts";

export function tool(name: IconName, label: string, onClick: () => void): HTMLButtonElement {
  const made = button("", { class: "mm-tool" }, onClick);
  face(made, name, label);
  return made;
}

/** Give a tool another icon and label. */
export function face(made: HTMLButtonElement, name: IconName, label: string): void {
  made.replaceChildren(icon(name));
  made.setAttribute("aria-label", label);
  made.title = label;
}
