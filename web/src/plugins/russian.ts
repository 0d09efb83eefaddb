// The words of a page in Russian.

import type { addLanguage } from "../words/language.ts";
import { russian } from "../words/russian.ts";

type Page = { minmap: { addLanguage: typeof addLanguage } };
(window as unknown as Page).minmap.addLanguage("ru", russian);
