// Leaflet-MiniMap without a network: unless other tiles are named, it shows the page's base map.

/** The tiles of folium where none are named. */
const BY_DEFAULT = "tile.openstreetmap.org";

type MiniMap = { _layer: L.Layer; options: { mapOptions: L.MapOptions } };
interface MiniMaps {
  prototype: { onAdd(this: MiniMap, map: L.Map): HTMLElement };
  include(methods: object): void;
}

const { MiniMap: Control } = L.Control as unknown as { MiniMap: MiniMaps };
const { onAdd } = Control.prototype;
Control.include({
  onAdd(this: MiniMap, map: L.Map): HTMLElement {
    const { _url: address } = this._layer as unknown as { _url?: string };
    const own = address?.includes(BY_DEFAULT)
      ? (window as unknown as { minmap: { baseCopy(map: L.Map): L.Layer | null } }).minmap.baseCopy(
          map,
        )
      : null;
    if (own !== null) this._layer = own;
    const { zoomSnap } = map.options;
    this.options.mapOptions = { zoomSnap, ...this.options.mapOptions };
    return onAdd.call(this, map);
  },
});
