// The call of a notebook for each view of a widget; the returned function frees the view.

import { addLanguage } from "../words/language.ts";
import { russian } from "../words/russian.ts";
import { LiveMap } from "./livemap.ts";
import type { Notebook } from "./state.ts";

addLanguage("ru", russian);

function render({ model, el }: { model: Notebook; el: HTMLElement }): () => void {
  const map = new LiveMap(model, el);
  return () => map.end();
}

export default { render };
