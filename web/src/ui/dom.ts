// Makes elements, and ids for them. Text is added as text, never as markup.

type Child = Node | string | null;

type Attributes = Record<string, string>;

/** Make an element from its tag and classes ("div.mm-panel"), its attributes and its children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  selector: K | `${K}.${string}`,
  ...parts: (Attributes | Child)[]
): HTMLElementTagNameMap[K] {
  const [name, ...classes] = selector.split(".");
  const made = document.createElement(name as K);
  if (classes.length > 0) made.className = classes.join(" ");
  for (const part of parts) {
    if (typeof part === "string" || part instanceof Node) made.append(part);
    else if (part !== null) setAttributes(made, part);
  }
  return made;
}

function setAttributes(made: Element, attributes: Record<string, string | number>): void {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
}

/** Make an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

export function button(label: string, attributes: Attributes, onClick: () => void) {
  const made = h("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** Make a checkbox with a label. */
export function checkbox(isOn: boolean, change: (isOn: boolean) => void, ...label: Child[]) {
  const input = h("input", { type: "checkbox" });
  input.checked = isOn;
  input.addEventListener("change", () => change(input.checked));
  return h("label.mm-check", input, ...label);
}

/** Return the options of a choice, each with its value and its label. */
export const options = (pairs: string[][]): HTMLOptionElement[] =>
  pairs.map(([value, label]) => h("option", { value }, label));

/** Return a link to a web page, or only its text if there is no address. */
export function link(text: string, href: string | null): Node {
  if (href === null) return document.createTextNode(text);
  return h("a", { href, rel: "noopener noreferrer", target: "_blank" }, text);
}

/** Make a Leaflet control. Its events do not reach the map. */
export function control(position: L.ControlPosition, content: HTMLElement): L.Control {
  const made = new L.Control({ position });
  made.onAdd = () => {
    L.DomEvent.disableClickPropagation(content);
    L.DomEvent.disableScrollPropagation(content);
    return content;
  };
  return made;
}

/** Add a bar of tool buttons to a map, and return it. */
export function addTools(map: L.Map, ...tools: HTMLElement[]): HTMLElement {
  const bar = h("div.leaflet-bar.mm-tools", ...tools);
  control("topleft", bar).addTo(map);
  return bar;
}

/** The pane of marks that help on the screen; a printed map is without them. */
export const AIDS_PANE = "mm-aids";

/** Return the name of a pane of the map, made at its first use. */
export function pane(map: L.Map, name: string, zIndex: number): string {
  if (map.getPane(name) === undefined) {
    const { style } = map.createPane(name);
    style.zIndex = String(zIndex);
    style.pointerEvents = "none";
  }
  return name;
}

/** Return a file name for a title: letters and digits of any language, hyphens for the rest. */
export function fileName(title: string, ending: string): string {
  const words = title.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-");
  return `${words.slice(0, 80).replace(/^-+|-+$/g, "") || "map"}.${ending}`;
}

/** Download a file. */
export function download(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  const made = h("a", { href, download: name });
  document.body.append(made);
  made.click();
  made.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Show an error on the page: few readers look at the console. */
export function showError(where: Element, what: string, error: unknown): void {
  console.error(what, error);
  where.append(h("div.mm-error", { role: "alert" }, h("strong", what), ` ${reasonOf(error)}`));
}

const MADE = Symbol.for("minmap.ids");

/** Return an id that begins with a word and that no other element has. */
export function uniqueId(word: string): string {
  const shared = globalThis as { [MADE]?: number };
  const made = (shared[MADE] ?? 0) + 1;
  shared[MADE] = made;
  return `${word}-${made}`;
}
