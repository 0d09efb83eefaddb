// The decisions of a reviewer on pairs of records, and the file that minmap.link takes.

import { button, download, fileName, h } from "../ui/dom.ts";
import { formatCount } from "../words/format.ts";
import { plural, t } from "../words/language.ts";
import { csvCell } from "./export.ts";

export type Answer = "same" | "different";

export interface Decision {
  ids: [left: string, right: string];
  answer: Answer;
  note: string;
}

const ANSWERS: [Answer, "sameSite" | "differentSites"][] = [
  ["same", "sameSite"],
  ["different", "differentSites"],
];

export class Decisions {
  private readonly made = new Map<string, Decision>();
  /** Asks a reader who leaves the page with decisions that are not saved. */
  private readonly ask = (event: BeforeUnloadEvent): void => event.preventDefault();

  /** Return the answer to a pair, if there is one. */
  answerTo(ids: [string, string]): Answer | null {
    return this.made.get(keyOf(ids))?.answer ?? null;
  }

  /** Return the buttons, the note and the file for a pair. */
  controls(
    ids: [string, string],
    earlier: Answer | null,
    pairs: { isLeft: boolean; next: () => void; decided: () => Iterable<Decision> },
  ): HTMLElement {
    const key = keyOf(ids);
    const note = h("input.mm-input", {
      type: "text",
      maxlength: "500",
      "aria-label": t("decisionNote"),
    });
    note.placeholder = t("decisionNote");
    note.value = this.made.get(key)?.note ?? "";
    const save = button("", { class: "mm-button" }, () => this.save(pairs.decided()));
    const answers = ANSWERS.map(([answer, words]) => {
      const choice = button(t(words), { class: "mm-button" }, () => {
        const isTaken = this.answerTo(ids) === answer;
        if (isTaken) this.made.delete(key);
        else this.made.set(key, { ids, answer, note: note.value });
        this.mark(this.made.size === 0);
        show();
      });
      return { answer, choice };
    });
    note.addEventListener("change", () => {
      const decision = this.made.get(key);
      if (decision === undefined) return;
      decision.note = note.value;
      this.mark(false);
    });
    const show = (): void => {
      const now = this.answerTo(ids) ?? earlier;
      for (const { answer, choice } of answers) {
        choice.setAttribute("aria-pressed", String(answer === now));
      }
      const n = this.made.size;
      save.textContent = plural("saveDecisions", n, formatCount(n));
      save.hidden = n === 0;
    };
    show();
    const onward = button(t("nextPair"), { class: "mm-button" }, pairs.next);
    onward.disabled = !pairs.isLeft;
    return h(
      "div.mm-decision",
      h(
        "div.mm-decision__answers",
        { role: "group", "aria-label": t("isSameSite") },
        ...answers.map(({ choice }) => choice),
      ),
      note,
      h("div.mm-decision__more", onward, save),
    );
  }

  private mark(isSaved: boolean): void {
    if (isSaved) window.removeEventListener("beforeunload", this.ask);
    else window.addEventListener("beforeunload", this.ask);
  }

  /** Save all decisions; those of the page replace earlier ones on the same pairs. */
  private save(earlier: Iterable<Decision>): void {
    const all = new Map([...earlier].map((decision) => [keyOf(decision.ids), decision]));
    for (const [key, decision] of this.made) all.set(key, decision);
    const lines = [...all.values()].map(({ ids, answer, note }) =>
      [...ids, answer, note].map(csvCell).join(","),
    );
    const head = "left_id,right_id,decision,note";
    const text = `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
    download(
      new Blob([text], { type: "text/csv;charset=utf-8" }),
      fileName(`${document.title} decisions`, "csv"),
    );
    this.mark(true);
  }
}

/** Both ids as one key; no id has a tab. */
const keyOf = (ids: [string, string]): string => ids.join("\t");
