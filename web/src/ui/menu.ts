// A tool button of the map with a menu of actions beside it.

import { button, h } from "./dom.ts";

/** What an entry of a menu says and does. */
export type Action = [label: string, run: () => void];

export class Menu {
  readonly element: HTMLElement;
  private readonly tool: HTMLButtonElement;
  private readonly list: HTMLElement;

  constructor(map: L.Map, tool: HTMLButtonElement, label: string, actions: Action[]) {
    this.tool = tool;
    const items = actions.map(([label, run]) =>
      button(label, { class: "mm-menu__item" }, () => {
        this.open(false);
        run();
      }),
    );
    this.list = h("div.mm-menu", { role: "group", "aria-label": label, hidden: "" }, ...items);
    this.element = h("div.mm-picktool", tool, this.list);
    tool.setAttribute("aria-expanded", "false");
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.list.hidden) return;
      event.stopPropagation();
      this.open(false);
      tool.focus();
    });
    this.element.addEventListener("focusout", ({ relatedTarget: next }) => {
      if (next instanceof Node && !this.element.contains(next)) this.open(false);
    });
    map.on("click dragstart", () => this.open(false));
  }

  toggle(): void {
    this.open(this.list.hidden === true);
  }

  private open(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.tool.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.list.querySelector("button")?.focus();
  }
}
