// A menu to pass the map on: a link to the view, code that embeds it, a picture of it.

import { busy } from "../ui/busy.ts";
import { button, h, reasonOf } from "../ui/dom.ts";
import { toolButton } from "../ui/icons.ts";
import { type Action, Menu } from "../ui/menu.ts";
import { t } from "../words/language.ts";

/** How long a message stays. */
const MESSAGE_MS = 6000;

/** What the menu passes on. */
interface Shared {
  /** Return the address of the view; `isEmbedded` opens it with the legend alone. */
  link(isEmbedded: boolean): string;
  savePicture(): Promise<void>;
}

/** Add the menu to a bar of tools of a map. */
export function addSharing(map: L.Map, bar: HTMLElement, { link, savePicture }: Shared): void {
  const message = h("div.mm-message", { role: "status", hidden: "" });
  let timer = 0;
  const say = (...content: (Node | string)[]): void => {
    clearTimeout(timer);
    message.replaceChildren(...content);
    message.hidden = content.length === 0;
  };
  const copy = async (text: string, done: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say(isFile() ? `${done} ${t("linkOfFile")}` : done);
      timer = window.setTimeout(say, MESSAGE_MS);
    } catch {
      // A frame or an address without encryption may not write to the clipboard.
      const field = h("input.mm-input", { readonly: "", "aria-label": t("copyThis") });
      field.value = text;
      say(
        `${t("copyThis")} `,
        field,
        button("×", closing(), () => say()),
      );
      field.select();
    }
  };
  const picture = async (): Promise<void> => {
    say(t("drawing"));
    try {
      await savePicture();
      say(t("pictureSaved"));
      timer = window.setTimeout(say, MESSAGE_MS);
    } catch (error) {
      say(t("sheetFails", { reason: reasonOf(error) }));
    }
  };
  const actions: Action[] = [[t("savePicture"), () => void picture().finally(busy())]];
  // A page without an address, as in a notebook, has nothing to link to.
  if (/^(?:https?|file):$/.test(location.protocol)) {
    const title = document.title;
    actions.unshift(
      [t("copyLink"), () => void copy(link(false), t("linkCopied"))],
      [t("copyEmbed"), () => void copy(embedding(link(true), title), t("embedCopied"))],
    );
  }
  const tool = toolButton("share", t("share"), () => menu.toggle());
  const menu = new Menu(map, tool, t("share"), actions);
  bar.append(menu.element);
  L.DomEvent.disableClickPropagation(message);
  map.getContainer().append(message);
  map.on("unload", () => clearTimeout(timer));
}

const isFile = (): boolean => location.protocol === "file:";

const closing = (): Record<string, string> => ({ class: "mm-button", "aria-label": t("close") });

const escaped = (text: string): string =>
  text.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Return the markup of a frame with a map. That of a file names it without its folder. */
export function embedding(address: string, title: string): string {
  const source = address.startsWith("file:") ? address.replace(/^[^#]*\//, "") : address;
  return (
    `<iframe src="${escaped(source)}" title="${escaped(title)}" width="100%" height="480" ` +
    'style="border:0" loading="lazy" allow="clipboard-write; fullscreen"></iframe>'
  );
}
