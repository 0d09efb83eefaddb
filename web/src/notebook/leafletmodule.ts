// Leaflet in the module of a widget: the build uses it instead of the window's `L`.

import * as L from "leaflet";

export { L };
