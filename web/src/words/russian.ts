// The Russian words of the page.

import type { Language } from "./language.ts";
import words from "./ru.json" with { type: "json" };
import terms from "./ru.terms.json" with { type: "json" };
import units from "./ru.units.json" with { type: "json" };

export const russian: Language = { words, terms, units };
