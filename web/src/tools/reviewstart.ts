// What a reviewer of pairs sees first: what to do, how far the work has come, and where it goes on.

import { button, h } from "../ui/dom.ts";
import { setFace, toolButton } from "../ui/icons.ts";
import { formatCount } from "../words/format.ts";
import { type PluralKey, plural, type TextKey, t } from "../words/language.ts";
import { ANSWERS, progress, saveButton } from "./decisioncontrols.ts";
import { DECISIONS_FILE } from "./decisionfile.ts";
import type { Decisions, Reading } from "./decisions.ts";

/** What each answer means, in their order. */
const MEANINGS: TextKey[] = ["sameSiteMeans", "differentSitesMeans", "notSureMeans"];
/** The most pairs of a file that are named for one reason. */
const MOST_NAMES = 3;
const FILES = "a.csv b.csv";
/** How the file goes back to minmap, in Python and on the command line. */
const BACK_IN = [
  `links = minmap.link(a, b, decisions="${DECISIONS_FILE}")`,
  `minmap link ${FILES} --decisions ${DECISIONS_FILE} -o links.csv`,
];

/** What the reviewer does next. */
interface StartEvents {
  begin(): void;
  /** The card has another height. */
  resized(): void;
}

/** The card between pairs. It may be small, but always has the way on and the button that saves. */
export class ReviewStart {
  readonly element: HTMLElement;
  private readonly decisions: Decisions;
  private readonly events: StartEvents;
  private readonly begin: HTMLButtonElement;
  private readonly how = h("details.mm-start__how", h("summary", t("reviewHow")));
  private readonly said = h("p.mm-start__said", { role: "status" });
  private readonly save: ReturnType<typeof saveButton>;
  private readonly anew: HTMLButtonElement;
  private readonly size: HTMLButtonElement;
  private shown: HTMLElement = h("div");

  /** `isKept` says whether the browser keeps the answers. */
  constructor(decisions: Decisions, isKept: boolean, events: StartEvents) {
    this.decisions = decisions;
    this.events = events;
    this.begin = button("", { class: "mm-button mm-button--main" }, events.begin);
    this.save = saveButton(decisions);
    this.anew = this.anewButton();
    this.how.append(...instructions(isKept));
    this.how.addEventListener("toggle", () => events.resized());
    this.size = toolButton("unfold", "", () => this.fold(!this.isSmall), "mm-small-tool");
    this.size.classList.add("mm-start__size");
    const others = h("div.mm-start__others", ...this.file(), this.anew);
    this.element = h(
      "section.mm-start",
      { "aria-label": t("reviewTitle") },
      h("h2", t("reviewTitle")),
      h("div.mm-start__body", this.shown, this.how),
      h("div.mm-decision__more", this.begin, this.save.element, others),
      this.said,
      this.size,
    );
    this.showSize();
    L.DomEvent.disableClickPropagation(this.element);
    L.DomEvent.disableScrollPropagation(this.element);
  }

  /** Show the card with the decisions as they are. */
  show(): void {
    this.element.hidden = false;
    this.update();
  }

  /** Hide the card; its reader knows the instructions when it comes back. */
  hide(): void {
    this.element.hidden = true;
    this.how.open = false;
  }

  /** Open the instructions, or leave only their heading. */
  explain(isLong: boolean): void {
    if (isLong) this.fold(false);
    this.how.open = isLong;
  }

  focus(): void {
    (this.begin.disabled ? this.size : this.begin).focus({ preventScroll: true });
  }

  /** Show the decisions as they are now. */
  update(): void {
    const shown = progress(this.decisions);
    shown.append(...decisionKey(this.decisions));
    this.shown.replaceWith(shown);
    this.shown = shown;
    const { decided, isBegun } = this.decisions;
    this.begin.textContent = t(decided > 0 || isBegun ? "reviewGoOn" : "reviewBegin");
    this.begin.disabled = this.decisions.next(null) === null;
    this.save.show();
    this.anew.hidden = !isBegun;
  }

  private get isSmall(): boolean {
    return this.element.classList.contains("mm-start--small");
  }

  /** Leave only the way on and the button that saves, or show all again. */
  private fold(isSmall: boolean): void {
    if (isSmall === this.isSmall) return;
    this.element.classList.toggle("mm-start--small", isSmall);
    this.showSize();
    this.events.resized();
  }

  private showSize(): void {
    const { isSmall } = this;
    this.size.setAttribute("aria-expanded", String(!isSmall));
    setFace(this.size, isSmall ? "unfold" : "fold", t(isSmall ? "startLarger" : "startSmaller"));
  }

  /** Return the button that forgets all answers given here; it asks once more before it does. */
  private anewButton(): HTMLButtonElement {
    const made = button("", { class: "mm-button" }, () => {
      const n = this.decisions.changes.length;
      if (made.dataset.asked === undefined) {
        made.dataset.asked = "";
        made.textContent = plural("reallyForget", n, formatCount(n));
        return;
      }
      rest();
      this.decisions.startAnew();
      this.said.textContent = t("forgotten");
      this.update();
      this.focus();
    });
    const rest = (): void => {
      delete made.dataset.asked;
      made.textContent = t("startAnew");
    };
    made.addEventListener("blur", rest);
    rest();
    return made;
  }

  /** Return a button that reads a file of decisions. */
  private file(): HTMLElement[] {
    const input = h("input", { type: "file", accept: ".csv,text/csv", hidden: "" });
    input.addEventListener("change", async () => {
      const [file] = input.files ?? [];
      if (file === undefined) return;
      const reading = this.decisions.read(await file.text());
      input.value = "";
      this.said.textContent = readingWords(reading);
      this.update();
    });
    return [button(t("openDecisions"), { class: "mm-button" }, () => input.click()), input];
  }
}

/** Return what became of the lines of a file, in words. */
function readingWords({ read, elsewhere, replaced, ignored, renamed, refused }: Reading): string {
  const counted = (key: PluralKey, n: number): string[] =>
    n > 0 ? [plural(key, n, formatCount(n))] : [];
  const listed = (key: PluralKey, names: string[]): string[] =>
    counted(key, names.length).map((name) => t("ofColumn", { name, value: someOf(names) }));
  const sentences = [
    ...counted("decisionsRead", read),
    ...counted("decisionsElsewhere", elsewhere),
    ...listed("decisionsReplaced", replaced),
    ...listed("decisionsIgnored", ignored),
    ...listed("recordsRenamed", renamed),
    ...listed("linesRefused", refused),
  ];
  return sentences.length > 0 ? sentences.join(" ") : t("noDecisionsRead");
}

/** Return the first names of a list. */
function someOf(names: string[]): string {
  const first = names.slice(0, MOST_NAMES).join("; ");
  return names.length > MOST_NAMES ? `${first}; …` : `${first}.`;
}

/** Return the marks of decided pairs on the map, with the number of each. */
function decisionKey({ answered }: Decisions): HTMLElement[] {
  if (answered.same + answered.different === 0) return [];
  const marks = (["same", "different"] as const).map((answer) => {
    const name = t(answer === "same" ? "sameSite" : "differentSites");
    const words = t("ofColumn", { name, value: formatCount(answered[answer]) });
    return h(
      "span",
      h(`i.mm-decided-key.mm-decided-key--${answer}`, { "aria-hidden": "true" }),
      words,
    );
  });
  return [h("p.mm-start__key", ...marks)];
}

function instructions(isKept: boolean): HTMLElement[] {
  const answers = ANSWERS.map(({ words, key }, i) =>
    h("li", h("kbd", key), " ", h("strong", t(words)), ` – ${t(MEANINGS[i])}`),
  );
  return [
    h("p", t("reviewPairs")),
    h("ul", ...answers),
    ...(isKept ? [h("p", t("reviewKept"))] : []),
    h("p", t("reviewFile", { file: DECISIONS_FILE })),
    ...BACK_IN.map((line) => h("pre", line)),
  ];
}
