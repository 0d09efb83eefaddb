"""Draw the shaded relief on the land of a figure."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from minmap.figure.map_frame import MapFrame
from minmap.figure.rasters import pixel_places
from minmap.scene.relief import relief_within, share_at

_STRENGTH: Final = 0.45
_DPI: Final = 120  # the relief is no finer
_MM: Final = 25.4
_MOST: Final = 3000  # pixels a side


def draw_relief(ax: Axes, frame: MapFrame, land: Path, *, zorder: float) -> None:
    """Draw the relief within the land as shade, as strong as on the page at the same zoom."""
    share = share_at(frame.zoom)
    if share == 0:
        return
    box = frame.box
    relief = relief_within((box.west, box.south, box.east, box.north), zoom=frame.zoom)
    shade = np.maximum(-relief.opacities(), 0)
    density = min(_DPI / _MM, _MOST / max(frame.width_mm, frame.height_mm))
    shape = (round(frame.height_mm * density), round(frame.width_mm * density))
    places = pixel_places(relief, frame, shape, range(shape[0]))
    picture = np.zeros((*shape, 4), np.uint8)
    sampled = scipy.ndimage.map_coordinates(shade, places, order=1, cval=0)
    picture[..., 3] = np.rint(sampled * share * _STRENGTH * 255)
    left, bottom, right, top = frame.edges
    image = ax.imshow(
        picture,
        extent=(left, right, bottom, top),
        aspect="auto",
        interpolation="bilinear",
        zorder=zorder,
    )
    image.set_clip_path(PathPatch(land, transform=ax.transData))
    ax.set(xlim=(left, right), ylim=(bottom, top))
