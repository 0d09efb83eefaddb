"""The base map inside the page: land, water, borders and names from Natural Earth."""

from __future__ import annotations

from functools import cache
from importlib import resources

from minmap.webmap.layers import DataLayer

_SOURCE = {
    "title": "Natural Earth",
    "citation": "Natural Earth, 1:10m and 1:50m vector data, naturalearthdata.com",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}


@cache
def _read(name: str) -> bytes:
    return (resources.files("minmap") / "webmap" / "data" / f"{name}.arrow.gz").read_bytes()


class BaseMap(DataLayer):
    """Land, lakes, rivers, borders, towns: drawn from data in the page, at any zoom.

    The squares into which ``scripts/build_basemap.py`` cut the data are those of `cell_zoom`
    and `detail_cell_zoom`.
    """

    def __init__(self, *, show: bool = True) -> None:
        super().__init__("Base map", show=show, sources=[_SOURCE])
        self._name = "BaseMap"
        self.control = False
        self._spec = {
            "kind": "base",
            "payload": self._hold("world", _read("world")),
            "cell_zoom": 4,
            "detail": self._hold("detail", _read("detail")),
            "detail_cell_zoom": 6,
            "detail_zoom": 6,
            "labels": self._hold("labels", _read("labels")),
        }
