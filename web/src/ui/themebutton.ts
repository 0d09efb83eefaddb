// The button that goes through the themes.

import { theme, WISHES, type Wish } from "./theme.ts";
import { face, tool } from "./toolbutton.ts";
import { say } from "../words/language.ts";

const FACES = {
  auto: ["auto", "themeAuto"],
  light: ["sun", "themeLight"],
  dark: ["moon", "themeDark"],
} as const;

export function themeButton(map: L.Map): HTMLButtonElement {
  const label = (wish: Wish): string => say(FACES[wish][1]);
  const show = (): void => face(made, FACES[theme.wish][0], label(theme.wish));
  const made = tool("auto", "", () => theme.choose(WISHES[(WISHES.indexOf(theme.wish) + 1) % WISHES.length]));
  show();
  // Another map's button may choose too.
  theme.watch(map, show);
  return made;
}
