// The house style: fonts, logo, credit and the place of the panel.

import type { PageSpec, PageStyleSpec, PictureSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";
import { interfaceOf } from "./interface.ts";

const PICTURE = /^data:image\/(?:png|svg\+xml);base64,[A-Za-z0-9+/]+=*$/;

/** Set the fonts of an element and of the names on its maps. */
export function setFont(root: HTMLElement, style: PageStyleSpec | undefined): void {
  if (style?.font !== undefined) root.style.setProperty("--mm-font", style.font);
}

/** Put logo and credit into the panel of a map and on its sheet, and the panel in its place. */
export function furnish(map: L.Map, { style, bare }: Pick<PageSpec, "style" | "bare">): void {
  map.getContainer().classList.toggle("mm-bare", bare === true);
  if (style === undefined) return;
  const { panel, sheet } = interfaceOf(map);
  const { logo, credit } = style;
  map.getContainer().classList.toggle("mm-panel-left", style.panel === "left");
  if (style.panel === "hidden") panel.state = "closed";
  else if (style.panel === "legend") panel.state = "legend";
  panel.addLogo(logoOf(logo), credit ?? null);
  sheet.addLogo(logoOf(logo), credit ?? null);
}

/** Return the picture as an image, in which browsers run and fetch nothing; null for other text. */
function logoOf(logo: PictureSpec | undefined): HTMLImageElement | null {
  if (logo === undefined || !PICTURE.test(logo.url)) return null;
  return h("img.mm-logo", { src: logo.url, alt: logo.text ?? t("logo") });
}
