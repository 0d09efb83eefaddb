// The dialog to choose, preview, print and save a sheet.

import { pixelRatio } from "../canvas/surface.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { button, download, fileName, h, options, reasonOf } from "../ui/dom.ts";
import { icon, toolButton } from "../ui/icons.ts";
import { isTouched } from "../ui/pointer.ts";
import { theme } from "../ui/theme.ts";
import { t } from "../words/language.ts";
import { renderSheet } from "./elementdrawing.ts";
import { Filler, type Framed, type Recount } from "./filler.ts";
import { FrameMoves } from "./framemoves.ts";
import { CSS_DPI, type Paper, type PaperName, paperOf, pixels } from "./paper.ts";
import { Sheet, type SheetLayer } from "./sheet.ts";
import {
  fittedPlace,
  leastZoom,
  type Place,
  type Size,
  seenPlace,
  viewOf,
  worldHeight,
} from "./view.ts";
import { savePicture } from "./viewpicture.ts";

const PAPER_NAMES: Record<PaperName, string> = { a4: "A4", a3: "A3", letter: "Letter" };
const RESOLUTIONS = [96, 150, 300] as const;

/** The least share of the paper for the map where the reader has not chosen the paper. */
const LEAST_MAP = 1 / 3;

/** Typed text shows after a pause. */
const PAUSE_MS = 300;

export class SheetDialog {
  private readonly map: L.Map;
  private readonly framed: Framed;
  private readonly filler: Filler;
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
    this.filler = new Filler(map, recount);
    this.moves = new FrameMoves(map, this.sheet.map, () => this.redrawing.start());
    this.resolution.value = "150";
    const close = toolButton("close", t("close"), () => this.dialog.close());
    close.classList.add("mm-print__close");
    // In a field the focus would open the keyboard of a phone.
    close.autofocus = isTouched();
    const heading = t("printSheet");
    const form = h("div.mm-print__form", h("h2", heading), ...this.fields(), this.state);
    const parts = [form, this.desk, close];
    this.dialog = h("dialog.mm-print", { "aria-label": heading }, ...parts);
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
    return this.filler.add(layer);
  }

  /** Put a logo and a credit on every sheet. */
  addLogo(logo: HTMLElement | null, credit: string | null): void {
    this.sheet.addLogo(logo, credit);
  }

  open(title: string, subtitle: string): void {
    this.moves.follow((size) =>
      this.framed.showsData ? this.fitted(size) : seenPlace(this.map, size),
    );
    this.title.value ||= title;
    this.subtitle.value ||= subtitle;
    theme.dress(this.dialog);
    document.body.append(this.dialog);
    this.dialog.showModal();
    document.documentElement.classList.add("mm-printing");
    if (this.turn === 0) this.choosePaper();
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
    const { map, sheet, filler } = this;
    const { width, height } = this.chosen.paper;
    this.page.replaceSync(`@page { margin: 0; size: ${width}mm ${height}mm; }`);
    const frame = filler.layOut(sheet, this.chosen.paper, this.titles);
    this.shrink();
    const { zoom } = this.moves.place(frame);
    if (width < height && zoom < leastZoom(frame)) {
      // As high as the world, the frame cuts off no data at its sides.
      frame[1] = Math.floor(worldHeight(zoom));
      sheet.lower(frame[1]);
    }
    const view = viewOf(map, this.moves.place(frame), frame, ratio);
    this.moves.show(view, await filler.draw(sheet, view, this.graticule.checked));
  }

  private get titles(): [title: string, subtitle: string] {
    return [this.title.value, this.subtitle.value];
  }

  /** Choose the smallest paper on which everything has room; it lies as the map does if it can. */
  private choosePaper(): void {
    const { x, y } = this.map.getSize();
    const ways = y > x ? ["portrait", "landscape"] : ["landscape", "portrait"];
    const papers = ["a4", "a3"].flatMap((paper) => ways.map((way) => [paper, way]));
    const choose = ([paper, way]: string[]): void => {
      [this.paper.value, this.orientation.value] = [paper, way];
    };
    const hasRoom = (choice: string[]): boolean => {
      choose(choice);
      const frame = this.filler.layOut(this.sheet, this.chosen.paper, this.titles);
      const { offsetWidth, offsetHeight } = this.sheet.paper;
      const share = (frame[0] * frame[1]) / (offsetWidth * offsetHeight);
      // A frame that is higher than the world would cut off data at its sides.
      const isWide = this.moves.place(frame).zoom >= leastZoom(frame);
      return this.sheet.isWhole && share >= LEAST_MAP && isWide;
    };
    if (!papers.some(hasRoom)) choose(papers[0]);
  }

  /** Save what the reader sees of the map as a picture; return whether all has room on it. */
  savePicture(...titles: [title: string, subtitle: string]): Promise<boolean> {
    return savePicture(this.filler, this.sheet.copy(), titles);
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
