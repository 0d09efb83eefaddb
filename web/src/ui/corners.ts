// What the styles need to know of a map: how high its panel, its credits and its lower corner are.

const MEASURED = {
  "--mm-panel": ".mm-panel",
  "--mm-credit": ".mm-credit",
  "--mm-corner": ".leaflet-bottom.leaflet-right",
};

/**
 * Keep the heights of what stands at the edges of a map in properties of its styles; call `changed`
 * when one of them changes.
 */
export function measureCorners(map: L.Map, changed: () => void): void {
  const container = map.getContainer();
  for (const [property, selector] of Object.entries(MEASURED)) {
    const element = container.querySelector<HTMLElement>(selector)!;
    const measure = (): void => {
      const height = `${element.offsetHeight}px`;
      if (container.style.getPropertyValue(property) === height) return;
      container.style.setProperty(property, height);
      changed();
    };
    new ResizeObserver(measure).observe(element);
  }
}
