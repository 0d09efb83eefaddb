"""What the first view of a page shows."""

from collections.abc import Iterable
from typing import cast

from branca.element import Element
from folium.raster_layers import ImageOverlay

from minmap.scene.drawable_geometry import edges_of, joined_bounds
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.record_spec import BoundsSpec
from minmap.webmap.spec import FrameSpec

_BACKDROPS = ("vector", "raster")
"""The kinds of layers on which records lie; they do not decide what the first view shows."""


def first_frames(elements: Iterable[Element]) -> list[FrameSpec]:
    """Return the bounds of each element that is drawn at first, or of all if none is.

    Elements that cover the world, or have nothing to show, are left out.
    """
    given = list(elements)
    for chosen in ([one for one in given if getattr(one, "show", True)], given):
        frames = [frame for one in chosen if (frame := _frame_of(one)) is not None]
        if frames:
            return frames
    return []


def _frame_of(element: Element) -> FrameSpec | None:
    if isinstance(element, DataLayer):
        bounds, is_backdrop = element.first_bounds, element.kind in _BACKDROPS
    else:
        bounds, is_backdrop = joined_bounds([element]), isinstance(element, ImageOverlay)
    if edges_of(bounds) is None:
        return None
    return {"bounds": cast("BoundsSpec", bounds), "backdrop": is_backdrop}
