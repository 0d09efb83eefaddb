// The words of the page in the reader's language. English is here; a page in another language has
// a file of its words.

import en from "./en.json" with { type: "json" };

/** A text for each plural form that a language has (Unicode CLDR). */
type Plural = { one?: string; few?: string; many?: string; other: string };

/** The texts of the page under the keys of the English ones; {name} stands for a value. */
type Words = { [key in keyof typeof en]: (typeof en)[key] extends string ? string : Plural };

export interface Language {
  words: Words;
  terms: Record<string, string>;
  units: Record<string, string>;
}

const LANGUAGES: Record<string, Language> = { en: { words: en, terms: {}, units: {} } };

type Values = Record<string, string | number>;
export type TextKey = {
  [key in keyof Words]: Words[key] extends string ? key : never;
}[keyof Words];
export type PluralKey = Exclude<keyof Words, TextKey>;

let language = "en";
let plurals = new Intl.PluralRules(language);
let countries: Intl.DisplayNames | null = null;

/** Return the language of texts and numbers: a BCP 47 tag without its region. */
export const currentLanguage = (): string => language;

/** Set the language of a tag such as "ru-KZ"; English where minmap has no other. */
export function setLanguage(tag: string): void {
  const wanted = tag.toLowerCase().split("-")[0];
  language = wanted in LANGUAGES ? wanted : "en";
  plurals = new Intl.PluralRules(language);
  countries = null;
}

/** Add a language, and set it if the page is in it. */
export function addLanguage(tag: string, added: Language): void {
  LANGUAGES[tag] = added;
  setLanguage(document.documentElement.lang ?? "");
}

/** Return the name that the browser has for a country, by its two-letter code of ISO 3166-1. */
export function countryName(code: unknown): string | undefined {
  countries ??= new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  return /^[A-Z]{2}$/.test(String(code)) ? countries.of(String(code)) : undefined;
}

/** Return a text with its values filled in. */
export const t = (key: TextKey, values: Values = {}): string =>
  filled(LANGUAGES[language].words[key] as string, values);

/** Return a text in the plural form of a number; `shown` is the number as people read it. */
export function plural(key: PluralKey, n: number, shown: string): string {
  const forms = LANGUAGES[language].words[key] as Plural;
  return filled(forms[plurals.select(n) as keyof Plural] ?? forms.other, { n: shown });
}

/** Translate a term of minmap's vocabularies (a group, a mode, a status), but no other text. */
export const term = (label: string): string => known(LANGUAGES[language].terms, label);

/** Translate sentences of minmap's own, which are listed with # for their numbers. */
export function translateNote(text: string): string {
  const whole = term(text);
  if (whole !== text) return whole;
  const sentences = text.split(/(?<=\.) /).map((sentence) => {
    const numbers = sentence.match(/\d[\d,]*/g) ?? [];
    const mask = sentence.replace(/\d[\d,]*/g, "#");
    const translated = term(mask);
    if (translated === mask) return sentence;
    return translated.replace(/#/g, () => numbers.shift()!.replaceAll(",", "\u00a0"));
  });
  return sentences.join(" ");
}

/** Return the note of a legend: a sentence, or a name with a text, such as "Population: 2017". */
export function legendNote(note: string): string {
  const [, name, text] = /^([^:]+)(: .*)$/.exec(note) ?? [];
  const whole = term(note);
  return name === undefined || whole !== note ? whole : term(name) + text;
}

/** Return a unit as the language writes it; "sites per 1 km²" begins with words of the user's. */
export function unitLabel(unit: string): string {
  const { units } = LANGUAGES[language];
  if (Object.hasOwn(units, unit)) return units[unit];
  const [, before = "", rate] = /^(.* )?(per .*)$/.exec(unit) ?? [];
  return rate === undefined ? known(units, unit) : before + known(units, rate);
}

/** Return a heading with its unit, if any, in brackets, unless it ends with the unit itself. */
export const labelWithUnit = (label: string, unit?: string | null): string => {
  const isNeeded = unit && ![unit, unitLabel(unit)].some((one) => endsWith(label, one));
  return [term(label), isNeeded ? `(${unitLabel(unit)})` : ""].filter(Boolean).join(" ");
};

/** Return whether a label ends with a unit, in brackets or after a space or comma. */
function endsWith(label: string, unit: string): boolean {
  const text = label.replace(/[\s)\]]+$/, "");
  const before = text.slice(0, -unit.length);
  return text.endsWith(unit) && /[\s,([]$/.test(before);
}

const known = (words: Record<string, string>, text: string): string =>
  Object.hasOwn(words, text) ? words[text] : text;

const filled = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole,
  );
