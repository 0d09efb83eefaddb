// Light or dark: as the reader chose, else as the map was made, else as the reader's system is.

export const WISHES = ["auto", "light", "dark"] as const;
export type Wish = (typeof WISHES)[number];

const KEY = "minmap-theme";

const isWish = (text: string | null | undefined): text is Wish => (WISHES as readonly (string | null | undefined)[]).includes(text);

/** A page from a disk or in a frame may have no storage: then a choice holds as long as the page is open. */
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(wish: Wish): void {
  try {
    localStorage.setItem(KEY, wish);
  } catch {
    // It holds until the page is closed.
  }
}

export class Theme {
  private readonly root = document.documentElement;
  private readonly system = matchMedia("(prefers-color-scheme: dark)");
  private readonly listeners = new Set<() => void>();
  wish: Wish;

  constructor() {
    const made = this.root.dataset.theme;
    const chosen = remembered();
    // A page that names no theme is not minmap's: its own colours are light.
    this.wish = !isWish(made) ? "light" : isWish(chosen) ? chosen : made;
    this.apply();
    this.system.addEventListener("change", () => this.apply());
  }

  choose(wish: Wish): void {
    this.wish = wish;
    remember(wish);
    this.apply();
  }

  /** Call back whenever the colours of the page change. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private apply(): void {
    const dark = this.wish === "dark" || (this.wish === "auto" && this.system.matches);
    this.root.dataset.theme = dark ? "dark" : "light";
    for (const listener of this.listeners) listener();
  }
}

export const theme = new Theme();
