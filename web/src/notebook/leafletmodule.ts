// Leaflet inside a widget's module, where it is not the window's `L`: the build puts this in the place of that name.

import * as L from "leaflet";

export { L };
