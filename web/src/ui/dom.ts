// Building elements. Text goes in as text, never as markup.

type Child = Node | string | null;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K, attributes: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

export function button(label: string, attributes: Record<string, string>, press: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

/** A labelled checkbox; `face` is what stands beside it. */
export function checkbox(checked: boolean, change: (checked: boolean) => void, ...face: Child[]): HTMLLabelElement {
  const input = element("input", { type: "checkbox" });
  input.checked = checked;
  input.addEventListener("change", () => change(input.checked));
  return element("label", { class: "mm-check" }, input, ...face);
}

/** A link to a web page, or its text alone where the address is not one of the web. */
export function link(text: string, href: string | null): Node {
  if (href === null) return document.createTextNode(text);
  return element("a", { href, rel: "noopener noreferrer", target: "_blank" }, text);
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
