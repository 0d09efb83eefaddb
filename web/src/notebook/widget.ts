// What a notebook calls for each view of a widget. What it returns frees the view.

import { LiveMap } from "./livemap.ts";
import type { Notebook } from "./state.ts";

function render({ model, el }: { model: Notebook; el: HTMLElement }): () => void {
  const map = new LiveMap(model, el);
  return () => map.end();
}

export default { render };
