// Leaflet for a page: one script that sets `L`, with its marker pictures.

import "leaflet/dist/leaflet-src.js";
import icon from "leaflet/dist/images/marker-icon.png";
import retina from "leaflet/dist/images/marker-icon-2x.png";
import shadow from "leaflet/dist/images/marker-shadow.png";

// An empty path keeps Leaflet from looking for the pictures beside its style sheet.
L.Icon.Default.imagePath = "";
L.Icon.Default.mergeOptions({ iconUrl: icon, iconRetinaUrl: retina, shadowUrl: shadow });
