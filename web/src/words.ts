// What the page says, in its reader's language. Another language is one more file in words/ and a line here.

import { en, type Plural, type Words } from "./words/en.ts";
import { ru } from "./words/ru.ts";
import { terms as russianTerms } from "./words/terms.ru.ts";

const LANGUAGES: Record<string, { words: Words; terms: Record<string, string> }> = {
  en: { words: en, terms: {} },
  ru: { words: ru, terms: russianTerms },
};

type Values = Record<string, string | number>;
type TextKey = { [key in keyof Words]: Words[key] extends string ? key : never }[keyof Words];
type PluralKey = Exclude<keyof Words, TextKey>;

let language = "en";
let plurals = new Intl.PluralRules(language);

/** The language of the page's texts and numbers: a BCP 47 tag without its region. */
export const spoken = (): string => language;

/** Speak the language of a tag such as "ru-KZ"; English where minmap does not know it. */
export function speak(tag: string): void {
  const wanted = tag.toLowerCase().split("-")[0];
  language = wanted in LANGUAGES ? wanted : "en";
  plurals = new Intl.PluralRules(language);
}

/** A text with its values filled in. */
export const say = (key: TextKey, values: Values = {}): string => filled(LANGUAGES[language].words[key] as string, values);

/** A text in the plural form of a number; `shown` is the number as people read it. */
export function sayCount(key: PluralKey, n: number, shown: string): string {
  const forms = LANGUAGES[language].words[key] as Plural;
  return filled(forms[plurals.select(n) as keyof Plural] ?? forms.other, { n: shown });
}

/** A term of minmap's own vocabularies (a group, a mode, a status); any other text stays as it is. */
export const term = (label: string): string => {
  const { terms } = LANGUAGES[language];
  return Object.hasOwn(terms, label) ? terms[label] : label;
};

const filled = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => (name in values ? String(values[name]) : hole));

if (typeof document !== "undefined" && document.documentElement.lang) speak(document.documentElement.lang);
