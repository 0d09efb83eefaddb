// A tool button of the map with a menu of actions beside it.

import { button, h } from "./dom.ts";

/** What an entry of a menu says and does. */
export type Action = [label: string, run: () => void];

/** The least distance of a list from the lower edge of the map. */
const MARGIN_PX = 4;

export class Menu {
  readonly element: HTMLElement;
  private readonly map: L.Map;
  private readonly tool: HTMLButtonElement;
  private readonly list: HTMLElement;

  constructor(map: L.Map, tool: HTMLButtonElement, label: string, actions: Action[]) {
    this.map = map;
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
    if (!isOpen) return;
    this.keepInside();
    this.list.querySelector("button")?.focus();
  }

  /** Move the list up where the map ends below it. */
  private keepInside(): void {
    this.list.style.top = "0";
    const { bottom } = this.list.getBoundingClientRect();
    const beyond = bottom + MARGIN_PX - this.map.getContainer().getBoundingClientRect().bottom;
    this.list.style.top = `${Math.min(0, -beyond)}px`;
  }
}
