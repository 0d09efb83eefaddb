// The answers to a pair at the foot of its card: buttons with their keys, a note, and how far the
// reviewer has come.

import { button, download, h } from "../ui/dom.ts";
import { formatCount } from "../words/format.ts";
import { plural, type TextKey, t } from "../words/language.ts";
import { DECISIONS_FILE } from "./decisionfile.ts";
import type { Decisions } from "./decisions.ts";
import type { Answer } from "./opinions.ts";

/** An answer, its words, and the key that gives it. */
export const ANSWERS: { answer: Answer | null; words: TextKey; key: string }[] = [
  { answer: "same", words: "sameSite", key: "1" },
  { answer: "different", words: "differentSites", key: "2" },
  { answer: null, words: "notSure", key: "3" },
];
/** The key that takes the last answer back. */
export const UNDO_KEY = "z";

/** What the controls of a pair ask for. */
export interface ControlEvents {
  answer(answer: Answer | null): void;
  undo(): void;
  next(): void;
  /** Show another pair. */
  open(row: number): void;
  help(): void;
}

/** Return the controls of a pair. */
export function decisionControls(
  decisions: Decisions,
  row: number,
  events: ControlEvents,
): HTMLElement {
  const now = decisions.of(row);
  const note = h("input.mm-input", {
    type: "text",
    maxlength: "500",
    "aria-label": t("decisionNote"),
  });
  note.placeholder = t("decisionNote");
  note.value = now.note;
  const answers = ANSWERS.map(({ answer, words, key }) => {
    const choice = keyed(t(words), key, () => events.answer(answer));
    choice.setAttribute("aria-pressed", String(answer !== null && answer === now.answer));
    return choice;
  });
  const save = saveButton(decisions);
  note.addEventListener("input", () => {
    decisions.annotate(row, note.value);
    save.show();
  });
  note.addEventListener("keydown", ({ key }) => {
    // The keys of the answers are free again after the note.
    if (key === "Enter") note.closest("article")?.querySelector<HTMLElement>("[tabindex]")?.focus();
  });
  const onward = button(t("nextPair"), { class: "mm-button" }, events.next);
  onward.disabled = decisions.next(row) === null;
  const help = button("?", { class: "mm-button mm-decision__help" }, events.help);
  help.title = t("reviewHow");
  help.setAttribute("aria-label", t("reviewHow"));
  const undo = keyed(t("undoDecision"), UNDO_KEY.toUpperCase(), events.undo);
  undo.hidden = decisions.last === null;
  return h(
    "div.mm-decision",
    // A note comes before the answer, which goes on to the next pair.
    note,
    h("div.mm-decision__answers", { role: "group", "aria-label": t("isSameSite") }, ...answers),
    progress(decisions),
    lastAnswer(decisions),
    contradiction(decisions, events.open),
    h("div.mm-decision__more", undo, onward, save.element, help),
  );
}

/** Return how many of the shown pairs are decided, in words and as a bar. */
export function progress(decisions: Decisions): HTMLElement {
  const { decided, offered } = decisions;
  const bar = h("span.mm-meter", { "aria-hidden": "true" }, h("i"));
  (bar.firstChild as HTMLElement).style.width = `${(100 * decided) / Math.max(offered, 1)}%`;
  return h("div.mm-progressed", h("span", progressText(decisions)), bar);
}

/** Return how many pairs are decided: of those that the filters show, if these hide some. */
function progressText({ decided, offered, count }: Decisions): string {
  const [n, shown, all] = [decided, offered, count].map(formatCount);
  if (offered === count)
    return decided === count ? t("allDecided", { all }) : t("decidedOf", { n, all });
  if (offered === 0) return t("noPairShown", { all });
  return decided === offered
    ? t("allShownDecided", { shown, all })
    : t("shownDecided", { n, shown, all });
}

/** Return the button that saves the decisions; it shows how many pairs the file will have. */
export function saveButton(decisions: Decisions) {
  const element = button("", { class: "mm-button" }, () => {
    const file = new Blob([decisions.file()], { type: "text/csv;charset=utf-8" });
    download(file, DECISIONS_FILE);
    decisions.saved();
    show();
  });
  const show = (): void => {
    const { toSave, inFile: n, wasSaved } = decisions;
    element.textContent = toSave > 0 ? plural("savePairs", n, formatCount(n)) : t("saveAgain");
    element.hidden = toSave === 0 && !wasSaved;
  };
  show();
  return { element, show };
}

/** Return what the last answer was; nothing before the first. */
function lastAnswer(decisions: Decisions): HTMLElement | null {
  const { last } = decisions;
  if (last === null) return null;
  const said = saidOf(decisions, last);
  return h("p.mm-decision__last", { role: "status", title: said }, said);
}

/** Return the answer to a pair, and after it the names of its records, which may be long. */
function saidOf(decisions: Decisions, row: number): string {
  const { answer } = decisions.of(row);
  const name = t(ANSWERS.find((one) => one.answer === answer)!.words);
  return t("ofColumn", { name, value: decisions.titleOf(row) });
}

/** Return a note on answers that contradict each other, with the first of them; else nothing. */
function contradiction(decisions: Decisions, open: (row: number) => void): HTMLElement | null {
  const [first] = decisions.contradictions();
  if (first === undefined) return null;
  const answers = [first, ...decisions.joining(first)].map((row) =>
    h(
      "li",
      button(saidOf(decisions, row), {}, () => open(row)),
    ),
  );
  const words = h("span", t("answersContradict"));
  return h("div.mm-decision__conflict", { role: "alert" }, words, h("ul", ...answers));
}

/** Return a button that shows its key. */
function keyed(label: string, key: string, press: () => void): HTMLButtonElement {
  const made = button(label, { class: "mm-button", "aria-keyshortcuts": key }, press);
  made.append(" ", h("kbd", { "aria-hidden": "true" }, key));
  return made;
}
