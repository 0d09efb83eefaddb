"""A map for QGIS: a GeoPackage with the layers and their looks, and GeoTIFFs beside it."""
