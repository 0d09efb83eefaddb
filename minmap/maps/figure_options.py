"""The options of a figure, apart from what draws one: matplotlib takes long to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from minmap.arguments import shown
from minmap.errors import ChoiceError

FIGURE_ENDINGS: Final = (".pdf", ".svg", ".png")


class FigureOptions(TypedDict, total=False):
    """Options of a figure; see `Map.figure`."""

    width_mm: float | None
    scale: float | str | None
    extent: Any
    projection: Any
    by: str | None
    dpi: float | None


FIGURE_DEFAULTS: Final = dict.fromkeys(FigureOptions.__annotations__)
FIGURE_CURES: Final = {
    "crs": "give projection= the system of the figure; crs= in Map.add is that of data.",
    **dict.fromkeys(("figsize", "width"), "give width_mm= in millimetres."),
    **dict.fromkeys(("bounds", "bbox"), "give extent= west, south, east and north in degrees."),
    "resolution": "give dpi=.",
}


def require_figure_options(options: Mapping[str, Any], ending: str) -> None:
    """Raise if options of a figure are given for what is none."""
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise ChoiceError(
            f"{given[0]}={shown(options[given[0]])} is for figures ({', '.join(FIGURE_ENDINGS)}); "
            f"leave it out for a {ending}."
        )
