// What a reviewer of pairs sees first: what to do, how far the work has come, and where it goes on.

import { button, h } from "../ui/dom.ts";
import { formatCount } from "../words/format.ts";
import { plural, type TextKey, t } from "../words/language.ts";
import { ANSWERS, progress, saveButton } from "./decisioncontrols.ts";
import { DECISIONS_FILE, type Decisions } from "./decisions.ts";

/** What each answer means, in their order. */
const MEANINGS: TextKey[] = ["sameSiteMeans", "differentSitesMeans", "notSureMeans"];
const BACK_IN = `links = minmap.link(a, b, decisions="${DECISIONS_FILE}")`;

/** What the reviewer does next. */
interface StartEvents {
  begin(): void;
  close(): void;
  /** The decisions are saved. */
  saved(): void;
}

/** The first card of a review. */
export class ReviewStart {
  readonly element: HTMLElement;
  private readonly decisions: Decisions;
  private readonly begin: HTMLButtonElement;
  private readonly how = h("details.mm-start__how", h("summary", t("reviewHow")));
  private readonly said = h("p.mm-start__said", { role: "status" });
  private readonly save: ReturnType<typeof saveButton>;
  private shown: HTMLElement = h("div");

  constructor(decisions: Decisions, events: StartEvents) {
    this.decisions = decisions;
    this.begin = button("", { class: "mm-button mm-button--main" }, events.begin);
    this.save = saveButton(decisions, events.saved);
    this.how.append(...instructions());
    const close = button("×", { class: "mm-start__close", "aria-label": t("close") }, events.close);
    const actions = h("div.mm-decision__more", this.begin, this.save.element, ...this.file());
    const heading = h("h2", t("reviewTitle"));
    this.element = h(
      "section.mm-start",
      { "aria-label": t("reviewTitle") },
      heading,
      close,
      h("div.mm-start__body", this.shown, this.how),
      actions,
      this.said,
    );
    L.DomEvent.disableClickPropagation(this.element);
    L.DomEvent.disableScrollPropagation(this.element);
  }

  /** Show the card with the decisions as they are, and its instructions or only their heading. */
  show(isLong: boolean): void {
    this.element.hidden = false;
    this.how.open = isLong;
    this.update();
  }

  focus(): void {
    this.begin.focus({ preventScroll: true });
  }

  private update(): void {
    const shown = progress(this.decisions);
    this.shown.replaceWith(shown);
    this.shown = shown;
    this.begin.textContent = t(this.decisions.decided > 0 ? "reviewGoOn" : "reviewBegin");
    this.begin.disabled = this.decisions.next(null) === null;
    this.save.show();
  }

  /** Return a button that reads a file of decisions. */
  private file(): HTMLElement[] {
    const input = h("input", { type: "file", accept: ".csv,text/csv", hidden: "" });
    input.addEventListener("change", async () => {
      const [file] = input.files ?? [];
      if (file === undefined) return;
      const n = this.decisions.read(await file.text());
      input.value = "";
      this.said.textContent =
        n > 0 ? plural("decisionsRead", n, formatCount(n)) : t("noDecisionsRead");
      this.update();
    });
    return [button(t("openDecisions"), { class: "mm-button" }, () => input.click()), input];
  }
}

function instructions(): HTMLElement[] {
  const answers = ANSWERS.map(({ words, key }, i) =>
    h("li", h("kbd", key), " ", h("strong", t(words)), ` – ${t(MEANINGS[i])}`),
  );
  return [
    h("p", t("reviewPairs")),
    h("ul", ...answers),
    h("p", t("reviewFile", { file: DECISIONS_FILE })),
    h("pre", BACK_IN),
  ];
}
