// The dialog to choose, preview, print and save a sheet.

import { pixelRatio } from "../canvas/surface.ts";
import type { Bounds } from "../geo/bounds.ts";
import { type Box, boxOfBounds, withinTurn } from "../geo/mercator.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { button, download, fileName, h, options, reasonOf } from "../ui/dom.ts";
import { icon, toolButton } from "../ui/icons.ts";
import { markup } from "../ui/sanitize.ts";
import { theme } from "../ui/theme.ts";
import { t } from "../words/language.ts";
import { renderSheet } from "./elementdrawing.ts";
import { FrameMoves } from "./framemoves.ts";
import { drawMap } from "./mapdrawing.ts";
import { CSS_DPI, type Paper, type PaperName, paperOf, pixels, screenPaper } from "./paper.ts";
import { inPanelOrder, Sheet, type SheetLayer } from "./sheet.ts";
import { fittedPlace, type Place, type Size, seenPlace, viewOf } from "./view.ts";

const PAPER_NAMES: Record<PaperName, string> = { a4: "A4", a3: "A3", letter: "Letter" };
const RESOLUTIONS = [96, 150, 300] as const;

/** Typed text shows after a pause. */
const PAUSE_MS = 300;

/** The resolution of a picture of the screen: two pixels for each of its own. */
const SCREEN_DPI = 2 * CSS_DPI;

/** What a sheet shows; `place` returns the place on the map of a frame. */
interface Contents {
  paper: Paper;
  titles: [title: string, subtitle: string];
  place(frame: Size): Place;
  ratio: number;
  graticule: boolean;
}

/** What is framed on the map. */
interface Framed {
  /** Whether the map shows all data. */
  readonly showsData: boolean;
  bounds(): Bounds | null;
  /** How far symbols go beyond their places, in CSS pixels. */
  readonly reach: number;
}

/** Updates the legends to the records in a box at a zoom, by default to the part in view. */
type Recount = (box?: Box, zoom?: number) => void;

export class SheetDialog {
  private readonly map: L.Map;
  private readonly framed: Framed;
  private readonly recount: Recount;
  private readonly known = new Map<L.Layer, SheetLayer>();
  private readonly dialog: HTMLDialogElement;
  private readonly sheet = new Sheet();
  private readonly desk = h("div.mm-print__desk", this.sheet.paper);
  private readonly state = h("p.mm-print__state", { role: "status" });
  private readonly title = h("input", { type: "text" });
  private readonly subtitle = h("input", { type: "text" });
  private readonly paper = choice(Object.entries(PAPER_NAMES));
  private readonly orientation = choice(
    (["landscape", "portrait"] as const).map((way) => [way, t(way)]),
  );
  private readonly resolution = choice(
    RESOLUTIONS.map((dpi) => [String(dpi), t("dotsPerInch", { n: dpi })]),
  );
  /** The style of the printed page while the dialog is open. */
  private readonly page = new CSSStyleSheet();
  private readonly graticule = h("input", { type: "checkbox", checked: "" });
  /** The last requested drawing; the results of earlier ones are dropped. */
  private drawing: Promise<void> = Promise.resolve();
  private turn = 0;
  private readonly moves: FrameMoves;
  private readonly redrawing = new Delayed(PAUSE_MS, () => void this.draw(pixelRatio()));

  constructor(map: L.Map, framed: Framed, recount: Recount) {
    this.map = map;
    this.framed = framed;
    this.recount = recount;
    this.moves = new FrameMoves(map, this.sheet.map, () => this.redrawing.start());
    this.resolution.value = "150";
    const close = toolButton("close", t("close"), () => this.dialog.close());
    close.classList.add("mm-print__close");
    // In a field the focus would open the keyboard of a phone.
    close.autofocus = matchMedia("(pointer: coarse)").matches;
    const heading = t("printSheet");
    const form = h("div.mm-print__form", h("h2", heading), ...this.fields(), this.state);
    const parts = [form, this.desk, close];
    this.dialog = h("dialog.mm-print.mm-ground", { "aria-label": heading }, ...parts);
    this.dialog.addEventListener("close", () => {
      this.redrawing.cancel();
      this.turn++; // drops what waits to be drawn
      this.dialog.remove();
      this.page.replaceSync("");
      document.documentElement.classList.remove("mm-printing");
    });
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.page];
    const shrink = (): void => {
      if (this.dialog.open) this.shrink();
    };
    window.addEventListener("resize", shrink);
    map.on("unload", () => {
      this.dialog.close();
      window.removeEventListener("resize", shrink);
      const others = document.adoptedStyleSheets.filter((sheet) => sheet !== this.page);
      document.adoptedStyleSheets = others;
    });
  }

  /** Add a layer that may be on the sheet; return a function that removes it. */
  add(layer: SheetLayer): () => void {
    this.known.set(layer.layer, layer);
    return () => this.known.delete(layer.layer);
  }

  /** Put a logo and a credit on every sheet. */
  addLogo(logo: HTMLElement | null, credit: string | null): void {
    this.sheet.addLogo(logo, credit);
  }

  open(title: string, subtitle: string): void {
    const { x, y } = this.map.getSize();
    if (this.turn === 0 && y > x) this.orientation.value = "portrait";
    this.moves.follow((size) =>
      this.framed.showsData ? this.fitted(size) : seenPlace(this.map, size),
    );
    this.title.value ||= title;
    this.subtitle.value ||= subtitle;
    theme.dress(this.dialog);
    document.body.append(this.dialog);
    this.dialog.showModal();
    document.documentElement.classList.add("mm-printing");
    void this.draw(pixelRatio());
  }

  private fields(): HTMLElement[] {
    const redraw = (): void => void this.draw(pixelRatio());
    for (const field of [this.title, this.subtitle]) {
      field.addEventListener("input", () => this.redrawing.start());
    }
    for (const field of [this.paper, this.orientation, this.graticule]) {
      field.addEventListener("change", redraw);
    }
    const labelled = (text: string, field: HTMLElement): HTMLElement =>
      h("label.mm-field", h("span", text), field);
    const main = { class: "mm-button mm-button--main" };
    const print = button(t("print"), main, () => void this.print());
    const save = button(t("savePng"), main, () => void this.save());
    print.prepend(icon("print"));
    save.prepend(icon("download"));
    return [
      labelled(t("sheetTitle"), this.title),
      labelled(t("sheetSubtitle"), this.subtitle),
      labelled(t("paper"), this.paper),
      labelled(t("orientation"), this.orientation),
      labelled(t("resolution"), this.resolution),
      h("label.mm-check", this.graticule, h("span", t("graticule"))),
      this.mapButtons(),
      h("div.mm-print__do", print, save),
    ];
  }

  private get chosen(): { paper: Paper; dpi: number } {
    const isLandscape = this.orientation.value === "landscape";
    const paper = paperOf(this.paper.value as PaperName, isLandscape);
    return { paper, dpi: Number(this.resolution.value) };
  }

  /** Lay the sheet out and draw its map with `ratio` pixels to a CSS pixel. */
  private draw(ratio: number): Promise<void> {
    this.redrawing.cancel();
    const turn = ++this.turn;
    const draw = async (): Promise<void> => {
      if (turn !== this.turn) return;
      this.state.textContent = t("drawing");
      try {
        await this.layOut(ratio);
        this.state.textContent = this.sheet.isWhole ? "" : t("doesNotFit");
      } catch (error) {
        this.showFailure(error);
        throw error;
      }
    };
    // The next drawing follows even if one fails.
    const last = this.drawing.catch(() => {});
    return (this.drawing = last.then(draw).finally(busy()));
  }

  private showFailure(error: unknown): void {
    this.state.textContent = t("sheetFails", { reason: reasonOf(error) });
  }

  private async layOut(ratio: number): Promise<void> {
    const { paper } = this.chosen;
    this.page.replaceSync(`@page { margin: 0; size: ${paper.width}mm ${paper.height}mm; }`);
    const { view, canvas } = await this.fill(this.sheet, {
      paper,
      titles: [this.title.value, this.subtitle.value],
      place: (frame) => {
        this.shrink();
        return this.moves.place(frame);
      },
      ratio,
      graticule: this.graticule.checked,
    });
    this.moves.show(view, canvas);
  }

  /** Write titles and legends on a sheet, and draw the map in its frame. */
  private async fill(sheet: Sheet, { paper, titles, place, ratio, graticule }: Contents) {
    const { map } = this;
    const shown = [...this.known.values()].filter(({ layer }) => map.hasLayer(layer));
    const layers = inPanelOrder(shown);
    sheet.layOut(paper, titles, layers, this.credits());
    const frame: Size = [sheet.map.clientWidth, sheet.map.clientHeight];
    const view = viewOf(map, place(frame), frame, ratio);
    this.recount(withinTurn(boxOfBounds(view.corners)), view.zoom);
    sheet.fillLegend(layers);
    this.recount();
    const { canvas, missing } = await drawMap(view, { graticule, ground: sheet.paper });
    sheet.placeMap(view, canvas, [...new Set(missing.map((layer) => this.nameOf(layer)))]);
    return { view, canvas };
  }

  /** Save what the map shows, with titles, legends and sources, as a picture as large as the map. */
  async savePicture(...titles: [title: string, subtitle: string]): Promise<void> {
    const { map } = this;
    const sheet = this.sheet.copy();
    const stage = h("div.mm-stage", { "aria-hidden": "true" }, sheet.paper);
    document.body.append(stage);
    try {
      const paper = screenPaper(map.getSize());
      const place = (frame: Size): Place => seenPlace(map, frame);
      const ratio = SCREEN_DPI / CSS_DPI;
      await this.fill(sheet, { paper, titles, place, ratio, graticule: false });
      download(await renderSheet(sheet.paper, paper, SCREEN_DPI), fileName(titles[0], "png"));
    } finally {
      stage.remove();
    }
  }

  /** Return the place at which a frame shows all data; what the map shows where there are none. */
  private fitted(size: Size): Place {
    const bounds = this.framed.bounds();
    return bounds ? fittedPlace(bounds, size, this.framed.reach) : seenPlace(this.map, size);
  }

  private fit(): void {
    this.moves.follow((size) => this.fitted(size));
    void this.draw(pixelRatio());
  }

  /** Return the buttons that move the map on the sheet. */
  private mapButtons(): HTMLElement {
    const plain = { class: "mm-button" };
    const zoom = (face: string, label: string, by: number): HTMLElement =>
      button(face, { ...plain, "aria-label": label }, () => this.moves.zoom(by));
    return h(
      "div.mm-print__move",
      button(t("fitToData"), plain, () => this.fit()),
      zoom("+", t("zoomIn"), 0.5),
      zoom("−", t("zoomOut"), -0.5),
    );
  }

  /** Return the attributions of folium's layers. */
  private credits(): string[] {
    const texts: string[] = [];
    this.map.eachLayer((layer) => {
      texts.push(markup(layer.getAttribution?.() ?? "").textContent?.trim() ?? "");
    });
    return texts.filter((text) => text !== "");
  }

  private nameOf(layer: L.Layer): string {
    const name = this.known.get(layer)?.name;
    // Tiles without a name have their address instead.
    if (name !== undefined && !name.includes("://")) return name;
    return t(layer instanceof L.GridLayer ? "onlineTiles" : "otherLayer");
  }

  /** Show the whole sheet on the desk, as large as possible. */
  private shrink(): void {
    const { desk } = this;
    const { paper } = this.sheet;
    const { offsetWidth: width, offsetHeight: height } = paper;
    const { paddingLeft, paddingRight, paddingTop, overflowY } = getComputedStyle(desk);
    const wide = desk.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    // On a phone the dialog scrolls to the whole sheet, which is as wide as the screen.
    const high = overflowY === "visible" ? height : desk.clientHeight - 2 * parseFloat(paddingTop);
    const scale = Math.min(1, wide / width, Math.max(0.2, high / height));
    paper.style.transform = `scale(${scale})`;
    paper.style.marginRight = `${-(1 - scale) * width}px`;
    paper.style.marginBottom = `${-(1 - scale) * height}px`;
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
      const png = await renderSheet(this.sheet.paper, paper, dpi);
      download(png, fileName(this.title.value, "png"));
      this.state.textContent = t("saved", { width, height });
    } catch (error) {
      this.showFailure(error);
    }
  }
}

/** Return a choice between values, each with its label. */
const choice = (pairs: string[][]): HTMLSelectElement => h("select", ...options(pairs));
