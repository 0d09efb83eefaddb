"""The base map of a page: what it draws, and the extent that its data serves."""

from __future__ import annotations

import os
from typing import Any, Final

import folium

from minmap.arguments import require_one_of, require_path
from minmap.scene.drawable_geometry import NOWHERE, Bounds, around_both, joined_bounds
from minmap.scene.ground_cells import REGION_ZOOM
from minmap.webmap.base_layer import BaseMap
from minmap.webmap.tile_archive import ENDING, TileArchive

BASES: Final = ("full", "plain", "none")
"""What a map may have below its layers, besides a file of tiles."""
_SYNONYMS: Final = {
    **dict.fromkeys(("relief", "terrain", "default", "all"), "full"),
    **dict.fromkeys(("simple", "light", "flat"), "plain"),
    **dict.fromkeys(("blank", "empty", "no", "off"), "none"),
}
_SCREEN: Final = (1400, 900)  # pixels of a screen on which a map with a location opens
_TILE: Final = 256


def base_of(base: Any) -> tuple[str, TileArchive | None]:
    """Return what a map has below its layers, and the layer of a file of tiles if it is one.

    Raises
    ------
    ChoiceError
        If it is an unknown word.
    FileError
        If it is a path and not that of tiles that a page draws.

    Examples
    --------
    >>> base_of("none")
    ('none', None)
    """
    if isinstance(base, os.PathLike) or (isinstance(base, str) and base.lower().endswith(ENDING)):
        return "plain", TileArchive(require_path(base, name="base"))
    hint = f"Or give the path of a {ENDING} file."
    return require_one_of(base, BASES, name="base", synonyms=_SYNONYMS, more=hint), None


def base_layers(map_: folium.Map, base: str, archive: TileArchive | None) -> list[Any]:
    """Return the layers of the base map of a map, the lowest first."""
    if base == "none":
        return []
    ground = BaseMap(
        extent=lambda: extent_of(map_), view=lambda: _near_view(map_), is_plain=base == "plain"
    )
    return [ground] if archive is None else [ground, archive]


def extent_of(map_: Any) -> Bounds:
    """Return the bounds of all layers of a map, and of its first view if it has a location."""
    return around_both(joined_bounds(map_._children.values()), view_of(map_))


def view_of(map_: Any) -> Bounds:
    """Return the bounds of the first view of a map; `NOWHERE` if it has no location."""
    if map_.fits:
        return NOWHERE
    lat, lon = map_.location
    width, height = (360 * side / _TILE / 2 ** map_.options["zoom"] / 2 for side in _SCREEN)
    return [[max(lat - height, -85.0), lon - width], [min(lat + height, 85.0), lon + width]]


def _near_view(map_: Any) -> Bounds:
    """Return the bounds of the first view if finer shapes are drawn in it."""
    return view_of(map_) if map_.options["zoom"] >= REGION_ZOOM else NOWHERE
