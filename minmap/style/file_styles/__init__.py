"""Looks that come with data: styles of QGIS, SLD and KML, and the colours and names of rasters."""

from minmap.style.file_styles.companions import style_of_file
from minmap.style.file_styles.file_style import (
    Condition,
    FileStyle,
    LabelStyle,
    StyleEntry,
    Symbol,
)
from minmap.style.file_styles.raster_styles import RasterEntry, RasterStyle, raster_style

__all__ = [
    "Condition",
    "FileStyle",
    "LabelStyle",
    "RasterEntry",
    "RasterStyle",
    "StyleEntry",
    "Symbol",
    "raster_style",
    "style_of_file",
]
