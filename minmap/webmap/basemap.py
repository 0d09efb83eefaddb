"""The base map inside the page: land, water, borders and names from Natural Earth."""

from __future__ import annotations

from functools import cache
from importlib import resources

from minmap.webmap.data_layer import DataLayer
from minmap.webmap.spec import SourceSpec

_SOURCE: SourceSpec = {
    "title": "Natural Earth",
    "citation": "Natural Earth, 1:10m and 1:50m vector data, naturalearthdata.com",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}


@cache
def _read(name: str) -> bytes:
    return (resources.files("minmap") / "webmap" / "data" / f"{name}.arrow.gz").read_bytes()


class BaseMap(DataLayer):
    """Land, lakes, rivers, borders and towns, drawn at any zoom from data in the page.

    ``scripts/build_basemap.py`` cuts the data into the tiles of the zooms ``cell_zoom`` and
    ``detail_cell_zoom``.
    """

    def __init__(self, *, show: bool = True) -> None:
        super().__init__("Base map", show=show, sources=[_SOURCE])
        self._name = "BaseMap"
        self.control = False
        self._spec = {
            "kind": "base",
            "payload": self._add_payload("world", _read("world")),
            "cell_zoom": 4,
            "detail": self._add_payload("detail", _read("detail")),
            "detail_cell_zoom": 6,
            "detail_zoom": 6,
            "labels": self._add_payload("labels", _read("labels")),
        }
