"""Open any raster safely and warp it to the map."""

from minmap.rasters.warping import WarpedRaster, warp

__all__ = ["WarpedRaster", "warp"]
