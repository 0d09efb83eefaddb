// Where everything on the map comes from: a button on the map and the dialog that it opens.

import { button, control, element, link } from "../ui/dom.ts";
import type { SourceSpec } from "../data/spec.ts";
import { safeLink } from "../words/format.ts";
import { say } from "../words/language.ts";

export class Sources {
  private readonly list = element("div", { class: "mm-sources__list", tabindex: "0" });
  private readonly sections = new Map<string, HTMLElement>();

  constructor(map: L.Map) {
    const dialog = element("dialog", { class: "mm-sources", "aria-label": say("sourcesAndLicences") },
      element("h2", {}, say("sourcesAndLicences")),
      this.list,
      element("p", { class: "mm-sources__software" },
        say("drawnBy"), link("Leaflet", "https://leafletjs.com"), say("notices")),
      button(say("close"), { class: "mm-button" }, () => dialog.close()));
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    // Beside the map: what happens in the dialog shall not reach it, and with it the dialog goes.
    map.getContainer().after(dialog);
    control("bottomright", button(say("sources"), { class: "mm-button mm-sources-button", "aria-haspopup": "dialog" }, () => dialog.showModal()))
      .addTo(map);
  }

  remove(name: string): void {
    this.sections.get(name)?.remove();
    this.sections.delete(name);
  }

  add(name: string, sources: SourceSpec[]): void {
    const items = element("ul");
    for (const { title, citation, licence, url } of sources) {
      const item = element("li", {}, element("strong", {}, link(title, safeLink(url))));
      if (citation) item.append(element("p", {}, citation));
      if (licence) item.append(element("p", {}, say("licence", { name: licence })));
      items.append(item);
    }
    const known = sources.length > 0 ? items : element("p", {}, say("noSource"));
    const section = element("section", {}, element("h3", {}, name), known);
    this.sections.set(name, section);
    this.list.append(section);
  }
}
