"""What the maker of a map wishes for the look of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from minmap.style.classes import Classes
from minmap.style.legend_wishes import LegendWish


@dataclass(frozen=True)
class Looks:
    """The look of a layer as its maker describes it; a layer fills in the rest.

    Parameters
    ----------
    color
        A column, or a CSS colour; None means the default of the layer.
    classes
        How numbers are put into classes and coloured.
    legend
        The title, the unit and the entries of the legend.
    """

    color: str | None = None
    classes: Classes = field(default_factory=Classes)
    legend: LegendWish = field(default_factory=LegendWish)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the look that the options of `Map.add` describe.

        Examples
        --------
        >>> Looks.of({"color": "grade", "scheme": None, "k": 3, "palette": None}).classes.k
        3
        """
        get = options.get
        classes = Classes(*map(get, ("scheme", "k", "palette", "vmin", "vmax")))
        wishes = ("legend", "unit", "legend_order", "legend_hidden")
        return cls(get("color"), classes, LegendWish.of(*map(get, wishes)))
