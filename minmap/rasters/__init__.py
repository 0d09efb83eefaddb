"""Rasters of the user's, put where they belong on the map."""

from minmap.rasters.warping import WarpedRaster, warp

__all__ = ["WarpedRaster", "warp"]
