"""The layer of a raster: its cells, or an image."""

from typing import Any, Final

from minmap.compression import gzipped
from minmap.rasters import WarpedRaster
from minmap.scene.drawable_geometry import rounded
from minmap.scene.drawn_layer import DrawnRaster
from minmap.scene.headings import headed
from minmap.style.channels import require_opacity
from minmap.style.ticks import even_ticks
from minmap.webmap.data_layer import DataLayer

_RASTER_OPACITY: Final = 0.7


class RasterLayer(DataLayer):
    """A raster warped to the map's projection, with its legend.

    Parameters
    ----------
    raster
        The raster.
    name
        The name in the layer panel; None means the name of the raster.
    show
        Whether the layer is drawn when the page opens.
    opacity
        From 0 to 1; None means 0.7.

    Raises
    ------
    MinmapError
        If `opacity` is not such a number.
    """

    def __init__(
        self,
        raster: WarpedRaster,
        *,
        name: str | None = None,
        show: bool = True,
        opacity: str | float | None = None,
    ) -> None:
        super().__init__(name or raster.name, show=show, sources=raster.sources)
        self._bounds = rounded(raster.bounds)
        self.summary = raster.note
        alpha = _RASTER_OPACITY if opacity is None else require_opacity(opacity)
        self.drawn = [DrawnRaster(raster, alpha)]
        self._spec = {
            "kind": "raster",
            **self._pixels(raster),
            "opacity": alpha,
            "pixelated": raster.kind == "classes",
            "legend": {"entries": [], **_ticks(raster.legend), **_headed(raster, self.layer_name)},
            "note": raster.note,
        }

    def _pixels(self, raster: WarpedRaster) -> dict[str, Any]:
        """Return the cells, which the page colours, or the pixels of an image."""
        if raster.cell_values is None:
            return {"payload": self._add_payload("image", raster.png), "mime": "image/png"}
        size = {"width": raster.width, "height": raster.height}
        data = self._add_payload("cells", raster.cell_values.data)
        cells = {"payload": data, **size, **raster.cell_values.as_dict()}
        if raster.shades is not None:
            cells["shades"] = self._add_payload("shades", gzipped(raster.shades.tobytes(), level=6))
        return {"cells": cells}


def _headed(raster: WarpedRaster, layer: str) -> dict[str, Any]:
    """Return the legend of a raster; without a title of its own, values have the file's name."""
    legend = raster.legend
    if legend["title"] is not None or not legend.get("shown", True):
        return legend
    made = headed(raster.name, has_numbers=raster.kind == "values")
    unit = legend["unit"] or made["unit"]
    is_repeated = unit is None and made["title"].casefold() == layer.casefold()
    has_title = raster.kind == "values" and not is_repeated
    return legend | {"title": made["title"] if has_title else None, "unit": unit}


def _ticks(legend: dict[str, Any]) -> dict[str, Any]:
    """Return the ticks of a legend with a bar of equal steps."""
    return {"ticks": even_ticks(legend["min"], legend["max"])} if "ramp" in legend else {}
