// The button that goes through the themes.

import { t } from "../words/language.ts";
import { theme, WISHES, type Wish } from "./theme.ts";
import { face, tool } from "./toolbutton.ts";

const FACES = {
  auto: ["auto", "themeAuto"],
  light: ["sun", "themeLight"],
  dark: ["moon", "themeDark"],
} as const;

export function themeButton(map: L.Map): HTMLButtonElement {
  const label = (wish: Wish): string => t(FACES[wish][1]);
  const show = (): void => face(made, FACES[theme.wish][0], label(theme.wish));
  const made = tool("auto", "", () =>
    theme.choose(WISHES[(WISHES.indexOf(theme.wish) + 1) % WISHES.length]),
  );
  show();
  // Another map's button may choose too.
  theme.watch(map, show);
  return made;
}
