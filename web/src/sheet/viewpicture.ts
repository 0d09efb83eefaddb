// A picture of what the reader sees of a map, at the map's own scale, as large as it needs to be.

import { download, fileName, h } from "../ui/dom.ts";
import { renderSheet } from "./elementdrawing.ts";
import type { Filler } from "./filler.ts";
import { CSS_DPI, screenPaper } from "./paper.ts";
import type { Sheet } from "./sheet.ts";
import { seenPart, viewOf } from "./view.ts";

/** A picture has this many pixels to a CSS pixel, unless it were larger than a phone can make. */
const FINEST = 2;
const MOST_PIXELS = 2 ** 24;

/** Save the view with titles, legends and sources; return whether all of it has room. */
export async function savePicture(
  filler: Filler,
  sheet: Sheet,
  titles: [title: string, subtitle: string],
): Promise<boolean> {
  const { paper } = sheet;
  const stage = h("div.mm-stage", { "aria-hidden": "true" }, paper);
  document.body.append(stage);
  try {
    const { size, place } = seenPart(filler.map);
    filler.layOut(sheet, size, titles);
    const area = paper.offsetWidth * paper.offsetHeight;
    const ratio = Math.min(FINEST, Math.sqrt(MOST_PIXELS / area));
    await filler.draw(sheet, viewOf(filler.map, place, size, ratio), false);
    const extent = screenPaper({ x: paper.offsetWidth, y: paper.offsetHeight });
    download(await renderSheet(paper, extent, ratio * CSS_DPI), fileName(titles[0], "png"));
    return sheet.isWhole;
  } finally {
    stage.remove();
  }
}
