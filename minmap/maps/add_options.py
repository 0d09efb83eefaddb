"""Which arguments of `Map.add` mean something for what is added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from minmap.errors import MinmapError

_OF_NUMBERS: Final = ("scheme", "k", "palette")
_COLOURS: Final = ("by", *_OF_NUMBERS)
_MEANT: Final[dict[str, tuple[str, ...]]] = {
    "a Corridor": ("name", "show"),
    "a warped raster": ("name", "show"),
    "a GeoTIFF": ("name", "show", "crs"),
    "online tiles": ("name", "show"),
    "a folium element": (),
    "a GeoSeries": ("name", "show", "crs"),
    "the table of routes": ("name", "show", "crs"),
    "a GeoDataFrame": ("name", *_COLOURS, "show", "crs"),
    "a vector file": ("name", *_COLOURS, "show", "crs", "layer"),
}


def require_meant(kind: str, asked: Mapping[str, Any]) -> None:
    """Raise if an argument that was given, and is not None, says nothing about `kind` as asked.

    Examples
    --------
    >>> require_meant("a Corridor", {"name": "Mine", "by": "status"})
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: by='status' does not apply to a Corridor; leave it out. ...
    """
    meant = _MEANT[kind]
    for name, value in asked.items():
        if value is not None and name not in meant:
            raise MinmapError(
                f"{name}={value!r} does not apply to {kind}; leave it out. "
                f"What does: {', '.join([*meant, 'group'])}."
            )
    if asked["by"] is None and any(asked[name] is not None for name in _OF_NUMBERS):
        raise MinmapError(
            "scheme, k and palette colour by the numbers of a column; say which with by=."
        )
