"""Looks that come with data: styles of QGIS, SLD and KML, and the colours and names of rasters."""
