// One stop of the tab key for many elements; the arrow keys go from one to the next.

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  Home: -Infinity,
  End: Infinity,
};

/** Let the tab key reach one of a group's elements, the last one that was focused or the first. */
export class Roving {
  private readonly elements: HTMLElement[] = [];
  private current: HTMLElement | null = null;

  /** Add an element to the group; return a function that removes it. */
  add(element: HTMLElement): () => void {
    this.elements.push(element);
    const focus = (): void => this.move(element);
    const key = (event: KeyboardEvent): void => this.key(event, element);
    element.addEventListener("focus", focus);
    element.addEventListener("keydown", key);
    element.tabIndex = -1;
    this.move(this.current ?? element);
    return () => {
      element.removeEventListener("focus", focus);
      element.removeEventListener("keydown", key);
      this.elements.splice(this.elements.indexOf(element), 1);
      if (this.current !== element) return;
      this.current = null;
      if (this.elements.length > 0) this.move(this.elements[0]);
    };
  }

  private move(to: HTMLElement): void {
    if (this.current !== null) this.current.tabIndex = -1;
    this.current = to;
    to.tabIndex = 0;
  }

  private key(event: KeyboardEvent, element: HTMLElement): void {
    const step = STEPS[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.elements.length - 1;
    const at = Math.max(0, Math.min(last, this.elements.indexOf(element) + step));
    this.elements[at].focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
