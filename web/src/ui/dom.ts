// Building elements. Text goes in as text, never as markup.

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

const setAttributes = (made: Element, attributes: Record<string, string | number>): void => {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
};

const SVG = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  return made;
}

export function button(
  label: string,
  attributes: Record<string, string>,
  onClick: () => void,
): HTMLButtonElement {
  const made = h("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** A labelled checkbox; `face` is what stands beside it. */
export function checkbox(
  checked: boolean,
  change: (checked: boolean) => void,
  ...face: Child[]
): HTMLLabelElement {
  const input = h("input", { type: "checkbox" });
  input.checked = checked;
  input.addEventListener("change", () => change(input.checked));
  return h("label.mm-check", input, ...face);
}

/** A link to a web page, or its text alone where the address is not one of the web. */
export function link(text: string, href: string | null): Node {
  if (href === null) return document.createTextNode(text);
  return h("a", { href, rel: "noopener noreferrer", target: "_blank" }, text);
}

/** A Leaflet control around an element. What happens in it does not reach the map. */
export function control(position: L.ControlPosition, content: HTMLElement): L.Control {
  const made = new L.Control({ position });
  made.onAdd = () => {
    L.DomEvent.disableClickPropagation(content);
    L.DomEvent.disableScrollPropagation(content);
    return content;
  };
  return made;
}

/** A pane of the map under the given name, made on first use. */
export function pane(map: L.Map, name: string, zIndex: number): string {
  if (map.getPane(name) === undefined) {
    const made = map.createPane(name);
    made.style.zIndex = String(zIndex);
    made.style.pointerEvents = "none";
  }
  return name;
}
