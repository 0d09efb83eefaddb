// The sources of everything on the map: a button, and the dialog that it opens.

import type { SourceSpec } from "../data/spec.ts";
import { button, control, h, link } from "../ui/dom.ts";
import { safeLink } from "../words/format.ts";
import { t } from "../words/language.ts";

/** Add the button and the dialog to a map; return a function that lists the sources of a layer. */
export function addSources(map: L.Map) {
  const list = h("div.mm-sources__list", { tabindex: "0" });
  const title = t("sourcesAndLicences");
  const leaflet = link("Leaflet", "https://leafletjs.com");
  const dialog = h(
    "dialog.mm-sources",
    { "aria-label": title },
    h("h2", title),
    list,
    h("p.mm-sources__software", t("drawnBy"), leaflet, t("notices")),
    button(t("close"), { class: "mm-button" }, () => dialog.close()),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  // Beside the map, which gets no events of the dialog.
  map.getContainer().after(dialog);
  const attributes = { class: "mm-button mm-sources-button", "aria-haspopup": "dialog" };
  const open = button(t("sources"), attributes, () => dialog.showModal());
  control("bottomright", open).addTo(map);
  /** List the sources of a layer; return a function that removes them. */
  return (name: string, sources: SourceSpec[]): (() => void) => {
    const section = sectionOf(name, sources);
    list.append(section);
    return () => section.remove();
  };
}

function sectionOf(name: string, sources: SourceSpec[]): HTMLElement {
  const items = sources.map(({ title, citation, licence, url, vintage }) => {
    const heading = h("strong", link(title, safeLink(url)));
    const terms = licence ? h("p", t("licence", { name: licence })) : null;
    const state = vintage ? h("p", t("vintage", { name: vintage })) : null;
    return h("li", heading, citation ? h("p", citation) : null, state, terms);
  });
  const content = items.length > 0 ? h("ul", ...items) : h("p", t("noSource"));
  return h("section", h("h3", name), content);
}
