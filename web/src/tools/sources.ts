// Where everything on the map comes from: a button on the map and the dialog that it opens.

import type { SourceSpec } from "../data/spec.ts";
import { button, control, h, link } from "../ui/dom.ts";
import { safeLink } from "../words/format.ts";
import { t } from "../words/language.ts";

export class Sources {
  private readonly list = h("div.mm-sources__list", { tabindex: "0" });
  private readonly sections = new Map<string, HTMLElement>();

  constructor(map: L.Map) {
    const dialog = h(
      "dialog.mm-sources",
      { "aria-label": t("sourcesAndLicences") },
      h("h2", t("sourcesAndLicences")),
      this.list,
      h(
        "p.mm-sources__software",
        t("drawnBy"),
        link("Leaflet", "https://leafletjs.com"),
        t("notices"),
      ),
      button(t("close"), { class: "mm-button" }, () => dialog.close()),
    );
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    // Beside the map: what happens in the dialog shall not reach it, and with it the dialog goes.
    map.getContainer().after(dialog);
    control(
      "bottomright",
      button(
        t("sources"),
        { class: "mm-button mm-sources-button", "aria-haspopup": "dialog" },
        () => dialog.showModal(),
      ),
    ).addTo(map);
  }

  remove(name: string): void {
    this.sections.get(name)?.remove();
    this.sections.delete(name);
  }

  add(name: string, sources: SourceSpec[]): void {
    const items = h("ul");
    for (const { title, citation, licence, url } of sources) {
      const item = h("li", h("strong", link(title, safeLink(url))));
      if (citation) item.append(h("p", citation));
      if (licence) item.append(h("p", t("licence", { name: licence })));
      items.append(item);
    }
    const known = sources.length > 0 ? items : h("p", t("noSource"));
    const section = h("section", h("h3", name), known);
    this.sections.set(name, section);
    this.list.append(section);
  }
}
