// A mark over the lower edge of a legend that goes on below it.

import { h } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";

/** Less than this is no line of a legend, in CSS pixels. */
const LEAST_PX = 6;

/** Mark a panel while a part of its content is below the lower edge of its body. */
export function scrollHint(panel: HTMLElement, body: HTMLElement, content: HTMLElement): void {
  const mark = h("button.mm-panel__more", {
    type: "button",
    tabindex: "-1",
    "aria-hidden": "true",
  });
  mark.append(icon("unfold"));
  mark.addEventListener("click", () => body.scrollBy({ top: body.clientHeight / 2 }));
  body.append(mark);
  const follow = (): void => {
    const below = body.scrollHeight - body.clientHeight - body.scrollTop;
    panel.classList.toggle("mm-panel--cut", below > LEAST_PX);
  };
  body.addEventListener("scroll", follow);
  const watching = new ResizeObserver(follow);
  for (const element of [body, content]) watching.observe(element);
}
