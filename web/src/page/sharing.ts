// A menu to pass the map on: a link to the view, code that embeds it, a picture of it.

import { busy, Delayed } from "../ui/busy.ts";
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
  /** Save a picture of the view; return whether all of it has room. */
  savePicture(): Promise<boolean>;
}

/** The menu, and its messages over the map. */
export class Sharing {
  private readonly shared: Shared;
  private readonly message = h("div.mm-message", { role: "status", hidden: "" });
  private readonly hiding = new Delayed(MESSAGE_MS, () => this.say(), false);

  /** Add the menu to a bar of tools of a map. */
  constructor(map: L.Map, bar: HTMLElement, shared: Shared) {
    this.shared = shared;
    const tool = toolButton("share", t("share"), () => menu.toggle());
    const menu = new Menu(map, tool, t("share"), this.actions());
    bar.append(menu.element);
    L.DomEvent.disableClickPropagation(this.message);
    map.getContainer().append(this.message);
    map.on("unload", () => this.hiding.cancel());
  }

  private actions(): Action[] {
    const { link } = this.shared;
    const picture: Action = [t("savePicture"), () => void this.savePicture().finally(busy())];
    // A page without an address, as in a notebook, has nothing to link to.
    if (!/^(?:https?|file):$/.test(location.protocol)) return [picture];
    const { title } = document;
    const embed = (): Promise<void> => this.copy(embedding(link(true), title), t("embedCopied"));
    return [
      [t("copyLink"), () => void this.copy(link(false), t("linkCopied"))],
      [t("copyEmbed"), () => void embed()],
      picture,
    ];
  }

  /** Show a message; without content hide it. */
  private say(...content: (Node | string)[]): void {
    this.hiding.cancel();
    this.message.replaceChildren(...content);
    this.message.hidden = content.length === 0;
  }

  private sayBriefly(text: string): void {
    this.say(text);
    this.hiding.start();
  }

  private async copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.sayBriefly(isFile() ? `${done} ${t("linkOfFile")}` : done);
    } catch {
      // A frame or an address without encryption may not write to the clipboard.
      const field = h("input.mm-input", { readonly: "", "aria-label": t("copyThis") });
      field.value = text;
      const close = button("×", { class: "mm-button", "aria-label": t("close") }, () => this.say());
      this.say(`${t("copyThis")} `, field, close);
      field.select();
    }
  }

  private async savePicture(): Promise<void> {
    this.say(t("drawing"));
    try {
      const isWhole = await this.shared.savePicture();
      this.sayBriefly(t(isWhole ? "pictureSaved" : "pictureCut"));
    } catch (error) {
      this.say(t("sheetFails", { reason: reasonOf(error) }));
    }
  }
}

const isFile = (): boolean => location.protocol === "file:";

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
