"""Where the names of countries may be written: on their own land."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from minmap.figure.map_frame import MapFrame
from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import world
from minmap.types import Floats

_ASIDE_MM: Final = (0, 3, -3, 6, -6, 10, -10, 15, -15, 22, -22)
_UP_MM: Final = (0, 3, -3, 6, -6, 10, -10, 15, -15)
_LETTER_MM: Final = 1.75  # width of a capital letter of a name
_ENDS: Final = (0.0, -0.45, 0.45)  # of the width of a name from its middle


def middles_on_land(frame: MapFrame, anchors: Floats, texts: Sequence[str]) -> list[Floats]:
    """Return for each name the middles at which it may be written, the best first.

    The best have the whole name on the land of the country, and are near its anchor.

    Parameters
    ----------
    frame
        The frame of the map.
    anchors
        A place in each country, in millimetres of the frame, shape (n, 2).
    texts
        The names.

    Returns
    -------
    list of numpy.ndarray
        Of shape (m, 2) each, in millimetres; the anchor alone if it is not on land.
    """
    steps = np.array([(aside, up) for aside in _ASIDE_MM for up in _UP_MM], dtype=np.float64)
    steps = steps[np.argsort(np.hypot(*steps.T), kind="stable")]
    widths = np.array([len(text) * _LETTER_MM for text in texts])
    ends = np.stack([np.outer(widths, _ENDS), np.zeros((len(texts), len(_ENDS)))], axis=-1)
    # Axes: names, steps, ends, and x and y.
    places = anchors[:, None, None] + steps[None, :, None] + ends[:, None]
    areas = world().at(frame.lonlat(places.reshape(-1, 2))).reshape(places.shape[:3])
    own = areas[:, :1, :1]
    on_land = (areas == own) & (own != NOWHERE)
    found = []
    for anchor, inside in zip(anchors, on_land, strict=True):
        order = np.argsort(-inside.sum(axis=1), kind="stable")
        chosen = order[inside[order, 0]]
        found.append(anchor + steps[chosen] if chosen.size else anchor[None])
    return found
