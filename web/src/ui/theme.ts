// Light or dark: the reader's choice, else the map's own theme, else the system's.

import { t } from "../words/language.ts";
import { setFace, toolButton } from "./icons.ts";

const THEMES = ["auto", "light", "dark"] as const;
type ThemeName = (typeof THEMES)[number];

const KEY = "minmap-theme";

const isTheme = (text: string | null | undefined): text is ThemeName =>
  (THEMES as readonly unknown[]).includes(text);

/** Read or write the stored choice. A page from a disk or in a frame may have no storage. */
function stored(chosen?: ThemeName): string | null {
  try {
    if (chosen !== undefined) localStorage.setItem(KEY, chosen);
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export class Theme {
  /** The elements with the theme: the page, or the maps in a notebook. */
  private readonly roots = new Set<HTMLElement>();
  private readonly system = matchMedia("(prefers-color-scheme: dark)");
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Set<() => void>();
  /** The current theme, "light" or "dark". */
  private name: string | null = null;
  private isDarkAround = (): boolean => this.system.matches;
  chosen: ThemeName = "light";

  constructor() {
    // A page without a theme is not minmap's: its own colours are light.
    const page = document.documentElement;
    if (isTheme(page.dataset.theme)) this.settle(page, page.dataset.theme);
    this.system.addEventListener("change", () => this.apply());
  }

  /** Set the theme of an element; `isDark` is true if its surroundings are dark. */
  settle(root: HTMLElement, made: string, isDark = this.isDarkAround): void {
    const chosen = stored();
    this.roots.add(root);
    this.chosen = isTheme(chosen) ? chosen : isTheme(made) ? made : "auto";
    this.isDarkAround = isDark;
    this.apply();
  }

  leave(root: HTMLElement): void {
    this.roots.delete(root);
  }

  /** The element whose style has the colours. */
  get root(): HTMLElement {
    const [first = document.documentElement] = this.roots;
    return first;
  }

  /** Set the current theme on an element outside the map. */
  dress(element: HTMLElement): void {
    const { theme } = this.root.dataset;
    if (theme !== undefined) element.dataset.theme = theme;
  }

  choose(chosen: ThemeName): void {
    if (this.roots.size === 0) this.roots.add(document.documentElement);
    this.chosen = chosen;
    stored(chosen);
    this.apply();
  }

  /** Call back when the colours change while a layer is on a map. */
  whileShown(layer: L.Layer, listener: () => void): void {
    layer.on("add", () => this.listeners.add(listener));
    layer.on("remove", () => this.listeners.delete(listener));
  }

  /** Call back, until a map is removed, when a theme may have been chosen. */
  watch(map: L.Map, watcher: () => void): void {
    this.watchers.add(watcher);
    map.on("unload", () => this.watchers.delete(watcher));
  }

  /** Find out again whether it is dark, and apply the theme. */
  apply(): void {
    const isDark = this.chosen === "dark" || (this.chosen === "auto" && this.isDarkAround());
    const name = isDark ? "dark" : "light";
    for (const { dataset } of this.roots) dataset.theme = name;
    for (const watcher of this.watchers) watcher();
    // Listeners paint everything again, which takes time.
    if (name === this.name) return;
    this.name = name;
    for (const listener of this.listeners) listener();
  }
}

export const theme = new Theme();

const FACES = {
  auto: ["auto", "themeAuto"],
  light: ["sun", "themeLight"],
  dark: ["moon", "themeDark"],
} as const;

/** Return a button that switches from theme to theme. */
export function themeButton(map: L.Map): HTMLButtonElement {
  const made = toolButton("auto", "", () => {
    theme.choose(THEMES[(THEMES.indexOf(theme.chosen) + 1) % THEMES.length]);
  });
  const show = (): void => {
    const [icon, label] = FACES[theme.chosen];
    setFace(made, icon, t(label));
  };
  show();
  // The button of another map may choose too.
  theme.watch(map, show);
  return made;
}
