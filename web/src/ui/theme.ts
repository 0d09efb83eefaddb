// Light or dark: as the reader chose, else as the map was made, else as the reader's system is.

export const WISHES = ["auto", "light", "dark"] as const;
export type Wish = (typeof WISHES)[number];

const KEY = "minmap-theme";

const isWish = (text: string | null | undefined): text is Wish =>
  (WISHES as readonly (string | null | undefined)[]).includes(text);

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
  /** What bears the theme: the page, or the parts of a notebook's that are ours. */
  private readonly grounds = new Set<HTMLElement>();
  private readonly system = matchMedia("(prefers-color-scheme: dark)");
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Set<() => void>();
  /** The theme of the moment. */
  private name: string | null = null;
  private isDarkAround = (): boolean => this.system.matches;
  wish: Wish = "light";

  constructor() {
    // A page that names no theme is not minmap's: its own colours are light.
    const page = document.documentElement;
    if (isWish(page.dataset.theme)) this.settle(page, page.dataset.theme);
    this.system.addEventListener("change", () => this.apply());
  }

  /** Have an element bear the theme; `isDark` tells whether it is dark around it. */
  settle(ground: HTMLElement, made: string, isDark = this.isDarkAround): void {
    const chosen = remembered();
    this.grounds.add(ground);
    this.wish = isWish(chosen) ? chosen : isWish(made) ? made : "auto";
    this.isDarkAround = isDark;
    this.apply();
  }

  leave(ground: HTMLElement): void {
    this.grounds.delete(ground);
  }

  /** The element whose style says the colours. */
  get ground(): HTMLElement {
    for (const ground of this.grounds) return ground;
    return document.documentElement;
  }

  /** Give an element that stands elsewhere the theme of the moment. */
  dress(element: HTMLElement): void {
    const { theme } = this.ground.dataset;
    if (theme !== undefined) element.dataset.theme = theme;
  }

  choose(wish: Wish): void {
    if (this.grounds.size === 0) this.grounds.add(document.documentElement);
    this.wish = wish;
    remember(wish);
    this.apply();
  }

  /** Call back whenever the colours change while a layer is on a map; one put there later takes them by itself. */
  whileShown(layer: L.Layer, listener: () => void): void {
    layer.on("add", () => this.listeners.add(listener));
    layer.on("remove", () => this.listeners.delete(listener));
  }

  /** Call back, until a map is gone, whenever another theme may have been chosen. */
  watch(map: L.Map, watcher: () => void): void {
    this.watchers.add(watcher);
    map.on("unload", () => this.watchers.delete(watcher));
  }

  /** Look anew whether it is dark. */
  apply(): void {
    const dark = this.wish === "dark" || (this.wish === "auto" && this.isDarkAround());
    const name = dark ? "dark" : "light";
    for (const { dataset } of this.grounds) dataset.theme = name;
    for (const watcher of this.watchers) watcher();
    // To paint everything anew takes its time.
    if (name === this.name) return;
    this.name = name;
    for (const listener of this.listeners) listener();
  }
}

export const theme = new Theme();
