// Markup in folium's elements: shown without the parts that would run, or fetch before the page's
// policy acts.

import { h } from "./dom.ts";

// minmap/webmap/html_markup.py has the same elements and attributes; tests/data/left_out.json has the
// names for the tests of both.
/** Elements that are removed with their content. */
export const REMOVED = "base embed frame frameset link meta object script style template".split(
  " ",
);
/**
 * Elements that are removed without their content: browsers connect to a form before the policy.
 */
export const UNWRAPPED = ["form"];
/** Attributes that are removed, beside those with scripts. */
export const ATTRIBUTES = ["ping"];
/** Elements whose name is removed: `document` has a property of each name, before its own. */
export const NAMELESS = ["iframe", "img"];
const ADDRESSES = "href xlink:href src action formaction data to from values".split(" ");
const FRAME = /^data:text\/html;charset=utf-8;base64,/;

const isScript = (address: string): boolean =>
  /^(?:javascript|vbscript):/i.test(address.replace(/[\s\u0000-\u0020]/g, ""));

/**
 * Parse markup in an inert document, and remove the parts that would run or fetch in the page.
 */
function cleaned(markup: string): Document {
  const read = new DOMParser().parseFromString(markup, "text/html");
  for (const element of read.querySelectorAll(REMOVED.join())) element.remove();
  for (const element of read.querySelectorAll(UNWRAPPED.join())) {
    element.replaceWith(...element.childNodes);
  }
  for (const node of read.querySelectorAll("*")) {
    for (const { name, value } of [...node.attributes]) {
      const isNamed = name === "name" && NAMELESS.includes(node.localName);
      const isRisky = isNamed || name.startsWith("on") || ATTRIBUTES.includes(name);
      if (isRisky || (ADDRESSES.includes(name) && isScript(value))) node.removeAttribute(name);
    }
    if (node.localName === "iframe") cleanFrame(node);
  }
  return read;
}

/** Sanitize a frame whose page is in the markup, and give it a sandbox without scripts. */
function cleanFrame(frame: Element): void {
  const source = frame.getAttribute("src") ?? "";
  const inside =
    frame.getAttribute("srcdoc") ??
    (FRAME.test(source) ? decoded(source.replace(FRAME, "")) : null);
  if (inside === null) {
    if (/^\s*data:/i.test(source)) frame.remove();
    return;
  }
  frame.removeAttribute("src");
  frame.setAttribute("srcdoc", cleaned(inside).documentElement.outerHTML);
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
  } catch {
    return "";
  }
}

/** Return the element that markup describes, or a new one around several. */
export function markup(text: string): HTMLElement {
  const { body } = cleaned(text);
  const only = body.childNodes.length === 1 ? body.firstElementChild : null;
  const made = only instanceof HTMLElement ? only : document.createElement("div");
  if (made !== only) made.append(...body.childNodes);
  return document.adoptNode(made);
}

/** Return what the markup of a control describes, without frames. */
function nodes(text: string): ChildNode[] {
  const { body } = cleaned(text);
  for (const frame of body.querySelectorAll("iframe")) frame.remove();
  return [...document.adoptNode(body).childNodes];
}

type Properties = Record<string, unknown> | null | undefined;

/** Return the table of a feature's fields, all of it text, as folium's tooltips show it. */
export function fields(names: string[], aliases: string[] | null, localize: boolean) {
  const textOf = (value: unknown): string => {
    if (value === null || value === undefined) return "";
    if (typeof value === "object") return JSON.stringify(value);
    return localize ? (value as number).toLocaleString() : String(value);
  };
  return ({ feature }: { feature?: { properties?: Properties } }): HTMLElement => {
    const rows = names.map((name, place) => {
      const heading = aliases ? h("th", textOf(aliases[place])) : null;
      return h("tr", heading, h("td", textOf(feature?.properties?.[name])));
    });
    return h("div", h("table", h("tbody", ...rows)));
  };
}

type Overlay = { _content: unknown; _source?: unknown; _updateContent(): void };
type LayersControl = { _addItem(item: { name: string }): HTMLElement };
type Attribution = {
  _map?: L.Map;
  _container: HTMLElement;
  _attributions: Record<string, number>;
  options: L.Control.AttributionOptions;
  _update(): void;
};
type Buttons = { _createButton(...parts: unknown[]): HTMLElement };
type MousePosition = {
  _container: { innerHTML: string };
  options: { emptyString: string };
  onAdd(map: L.Map): HTMLElement;
  _onMouseMove(event: L.LeafletMouseEvent): void;
};

let isDone = false;

/**
 * Sanitize each text that Leaflet and the bundled plugins show as markup, and show layer names as
 * text.
 */
export function sanitizeLeaflet(): void {
  if (isDone) return;
  isDone = true;
  sanitizeOverlays();
  sanitizeIcons();
  showNamesAsText();
  sanitizeAttributions();
  const { Zoom, FullScreen, MousePosition } = L.Control as unknown as Record<
    string,
    { prototype: unknown } | undefined
  >;
  sanitizeButtons(Zoom!.prototype as Buttons, 0);
  if (FullScreen) sanitizeButtons(FullScreen.prototype as Buttons, 2);
  if (MousePosition) sanitizePosition(MousePosition.prototype as MousePosition);
}

function sanitizeOverlays(): void {
  const overlay = (L as unknown as { DivOverlay: { prototype: Overlay } }).DivOverlay.prototype;
  const update = overlay._updateContent;
  overlay._updateContent = function (this: Overlay): void {
    const given = this._content;
    const content: unknown = typeof given === "function" ? given(this._source ?? this) : given;
    this._content = typeof content === "string" ? markup(content) : content;
    try {
      update.call(this);
    } finally {
      this._content = given;
    }
  };
}

function sanitizeIcons(): void {
  const icon = L.DivIcon.prototype;
  const create = icon.createIcon;
  icon.createIcon = function (this: L.DivIcon, old?: HTMLElement): HTMLElement {
    const { html } = this.options;
    if (typeof html !== "string") return create.call(this, old);
    this.options.html = "";
    try {
      const made = create.call(this, old);
      made.append(...document.adoptNode(cleaned(html).body).childNodes);
      return made;
    } finally {
      this.options.html = html;
    }
  };
}

function showNamesAsText(): void {
  const control = L.Control.Layers.prototype as unknown as LayersControl;
  const add = control._addItem;
  control._addItem = function (this: LayersControl, item): HTMLElement {
    return add.call(this, { ...item, name: h("span", item.name).innerHTML });
  };
}

/** Sanitize each attribution on its own, so that none hides another. */
function sanitizeAttributions(): void {
  const control = L.Control.Attribution.prototype as unknown as Attribution;
  control._update = function (this: Attribution): void {
    if (!this._map) return;
    const start = nodes(String(this.options.prefix || ""));
    const texts = Object.keys(this._attributions).filter((text) => this._attributions[text]);
    const parts = texts.map(nodes).filter(({ length }) => length > 0);
    const shown = parts.flatMap((part, place) => [place > 0 ? ", " : "", ...part]);
    const bar = start.length > 0 && shown.length > 0;
    const between = bar ? [" ", h("span", { "aria-hidden": "true" }, "|"), " "] : [];
    this._container.replaceChildren(...start, ...between, ...shown);
  };
}

/** Sanitize the contents of a control's buttons: the argument at a place. */
function sanitizeButtons(control: Buttons, place: number): void {
  const create = control._createButton;
  control._createButton = function (this: Buttons, ...parts): HTMLElement {
    const others = parts.map((part, at) => (at === place ? "" : part));
    const made = create.apply(this, others);
    made.append(...nodes(String(parts[place])));
    return made;
  };
}

function sanitizePosition(control: MousePosition): void {
  const { onAdd, _onMouseMove: move } = control;
  control.onAdd = function (this: MousePosition, map): HTMLElement {
    const given = this.options;
    this.options = { ...given, emptyString: "" };
    const made = onAdd.call(this, map);
    this.options = given;
    made.append(...nodes(given.emptyString));
    return made;
  };
  control._onMouseMove = function (this: MousePosition, event): void {
    const shown = this._container as HTMLElement;
    this._container = { innerHTML: "" };
    try {
      move.call(this, event);
      shown.replaceChildren(...nodes(this._container.innerHTML));
    } finally {
      this._container = shown;
    }
  };
}
