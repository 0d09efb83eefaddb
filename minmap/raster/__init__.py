"""Rasters of the user's, put where they belong on the map."""

from minmap.raster.warped import WarpedRaster, warp

__all__ = ["WarpedRaster", "warp"]
