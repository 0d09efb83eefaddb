// The dialog in which a sheet is chosen, looked at, printed and saved.

import { pixelRatio } from "../canvas/surface.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { button, checkbox, h } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";
import { theme } from "../ui/theme.ts";
import { t } from "../words/language.ts";
import { drawMap } from "./mapdrawing.ts";
import {
  CSS_DPI,
  millimetres,
  PAPER_NAMES,
  type Paper,
  type PaperName,
  pixels,
  RESOLUTIONS,
} from "./paper.ts";
import { fileName } from "./png.ts";
import { download, renderSheet } from "./render.ts";
import { Sheet, type SheetLayer } from "./sheet.ts";
import { viewOf } from "./view.ts";

/** What is typed shows after a pause. */
const PAUSE_MS = 300;

export class SheetDialog {
  private readonly map: L.Map;
  private readonly covered: () => number;
  private readonly known: SheetLayer[] = [];
  private readonly dialog: HTMLDialogElement;
  private readonly sheet = new Sheet();
  private readonly desk = h("div.mm-print__desk", this.sheet.paper);
  private readonly state = h("p.mm-print__state", { role: "status" });
  private readonly title = h("input", { type: "text" });
  private readonly subtitle = h("input", { type: "text" });
  private readonly paper = choice(Object.entries(PAPER_NAMES));
  private readonly way = choice([
    ["landscape", t("landscape")],
    ["portrait", t("portrait")],
  ]);
  private readonly resolution = choice(
    RESOLUTIONS.map((dpi) => [String(dpi), t("dotsPerInch", { n: dpi })]),
  );
  /** The size of the page to print on, as long as the dialog is open. */
  private readonly page = new CSSStyleSheet();
  private graticule = true;
  /** The last drawing that was asked for; what an earlier one brings is thrown away. */
  private drawing: Promise<void> = Promise.resolve();
  private asked = 0;
  private readonly redrawing = new Delayed(PAUSE_MS, () => void this.draw(pixelRatio()));

  constructor(map: L.Map, covered: () => number) {
    this.map = map;
    this.covered = covered;
    const close = button(
      "",
      { class: "mm-tool mm-print__close", "aria-label": t("close"), title: t("close") },
      () => this.dialog.close(),
    );
    close.append(icon("close"));
    this.dialog = h(
      "dialog.mm-print.mm-ground",
      { "aria-label": t("printSheet") },
      h("div.mm-print__form", h("h2", t("printSheet")), ...this.fields(), this.state),
      this.desk,
      close,
    );
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      this.page.replaceSync("");
      document.documentElement.classList.remove("mm-printing");
    });
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.page];
    const shrink = (): void => void (this.dialog.open && this.shrink());
    window.addEventListener("resize", shrink);
    map.on("unload", () => {
      this.dialog.close();
      window.removeEventListener("resize", shrink);
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
        (sheet) => sheet !== this.page,
      );
    });
  }

  /** Tell of a layer that may be on the sheet. */
  add(listed: SheetLayer): void {
    if (!this.known.some(({ layer }) => layer === listed.layer)) this.known.push(listed);
  }

  remove(layer: L.Layer): void {
    const at = this.known.findIndex((listed) => listed.layer === layer);
    if (at >= 0) this.known.splice(at, 1);
  }

  open(title: string, subtitle: string): void {
    if (this.asked === 0 && this.map.getSize().y > this.map.getSize().x)
      this.way.value = "portrait";
    this.title.value ||= title;
    this.subtitle.value ||= subtitle;
    theme.dress(this.dialog);
    document.body.append(this.dialog);
    this.dialog.showModal();
    document.documentElement.classList.add("mm-printing");
    void this.draw(pixelRatio());
  }

  private fields(): HTMLElement[] {
    this.resolution.value = "150";
    for (const field of [this.title, this.subtitle])
      field.addEventListener("input", () => this.redrawing.start());
    for (const field of [this.paper, this.way])
      field.addEventListener("change", () => void this.draw(pixelRatio()));
    const labelled = (text: string, field: HTMLElement): HTMLElement =>
      h("label.mm-field", h("span", text), field);
    const print = button(
      t("print"),
      { class: "mm-button mm-button--main" },
      () => void this.print(),
    );
    const save = button(
      t("savePng"),
      { class: "mm-button mm-button--main" },
      () => void this.save(),
    );
    print.prepend(icon("print"));
    save.prepend(icon("download"));
    return [
      labelled(t("sheetTitle"), this.title),
      labelled(t("sheetSubtitle"), this.subtitle),
      labelled(t("paper"), this.paper),
      labelled(t("orientation"), this.way),
      labelled(t("resolution"), this.resolution),
      checkbox(
        this.graticule,
        (shown) => {
          this.graticule = shown;
          void this.draw(pixelRatio());
        },
        h("span", t("graticule")),
      ),
      h("div.mm-print__do", print, save),
    ];
  }

  private get chosen(): { paper: Paper; dpi: number } {
    return {
      paper: { name: this.paper.value as PaperName, landscape: this.way.value === "landscape" },
      dpi: Number(this.resolution.value),
    };
  }

  /** Lay the sheet out and draw its map with `ratio` pixels to a CSS pixel. */
  private draw(ratio: number): Promise<void> {
    this.redrawing.cancel();
    const turn = ++this.asked;
    // One that failed has said so, and the next is drawn nevertheless.
    this.drawing = this.drawing
      .catch(() => {})
      .then(async () => {
        if (turn !== this.asked) return;
        this.state.textContent = t("drawing");
        try {
          await this.lay(ratio);
          this.state.textContent = this.sheet.isWhole ? "" : t("doesNotFit");
        } catch (error) {
          this.state.textContent = t("sheetFails", {
            reason: error instanceof Error ? error.message : String(error),
          });
          throw error;
        }
      })
      .finally(busy());
    return this.drawing;
  }

  private async lay(ratio: number): Promise<void> {
    const { map, sheet } = this;
    const shown = this.known
      .filter(({ layer }) => map.hasLayer(layer))
      .sort((a, b) => b.rank - a.rank);
    const { paper } = this.chosen;
    this.page.replaceSync(
      `@page { margin: 0; size: ${millimetres(paper)
        .map((mm) => `${mm}mm`)
        .join(" ")}; }`,
    );
    sheet.lay(paper, this.title.value, this.subtitle.value, shown, this.credits());
    this.shrink();
    const view = viewOf(map, this.covered(), sheet.map.clientWidth, sheet.map.clientHeight, ratio);
    const { canvas, missing } = await drawMap(map, view, ratio, {
      graticule: this.graticule,
      ground: sheet.paper,
    });
    sheet.placeMap(map, view, canvas, [...new Set(missing.map((layer) => this.nameOf(layer)))]);
  }

  /** What layers of folium's ask to be said of them. */
  private credits(): string[] {
    const texts: string[] = [];
    this.map.eachLayer((layer) => {
      const markup = layer.getAttribution?.();
      if (markup)
        texts.push(
          new DOMParser().parseFromString(markup, "text/html").body.textContent?.trim() ?? "",
        );
    });
    return texts.filter((text) => text !== "");
  }

  private nameOf(layer: L.Layer): string {
    const name = this.known.find((listed) => listed.layer === layer)?.name;
    // Tiles without a name of their own are called by their address.
    if (name !== undefined && !name.includes("://")) return name;
    return t(layer instanceof L.GridLayer ? "onlineTiles" : "otherLayer");
  }

  /** Show the whole sheet on the desk, as large as it fits. */
  private shrink(): void {
    const { paper } = this.sheet;
    const { paddingLeft, paddingRight, paddingTop } = getComputedStyle(this.desk);
    const wide = this.desk.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const high = this.desk.clientHeight - 2 * parseFloat(paddingTop);
    const scale = Math.min(1, wide / paper.offsetWidth, Math.max(0.2, high / paper.offsetHeight));
    paper.style.transform = `scale(${scale})`;
    paper.style.marginRight = `${-(1 - scale) * paper.offsetWidth}px`;
    paper.style.marginBottom = `${-(1 - scale) * paper.offsetHeight}px`;
  }

  private async print(): Promise<void> {
    await this.draw(this.chosen.dpi / CSS_DPI);
    window.print();
  }

  private async save(): Promise<void> {
    const { paper, dpi } = this.chosen;
    await this.draw(dpi / CSS_DPI);
    this.state.textContent = t("drawing");
    const [width, height] = pixels(paper, dpi);
    try {
      download(await renderSheet(this.sheet.paper, paper, dpi), fileName(this.title.value, "png"));
      this.state.textContent = t("saved", { width, height });
    } catch (error) {
      this.state.textContent = t("sheetFails", {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

function choice(options: [value: string, label: string][]): HTMLSelectElement {
  return h("select", ...options.map(([value, label]) => h("option", { value }, label)));
}
