"""What the maker of a map wishes for the look of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from minmap.style.classes import Classes
from minmap.style.patterns import Wish

MARKS: Final = (
    "size", "shape", "shapes", "line_width", "dash", "dashes", "opacity", "outline",
    "outline_width", "order",
)  # fmt: skip
"""The wishes about symbols, lines and outlines besides their colours."""


@dataclass(frozen=True)
class Looks:
    """The look of a layer as its maker describes it; a layer fills in the rest.

    Parameters
    ----------
    color
        A column, or a CSS colour; None means the default of the layer.
    classes
        How numbers are put into classes and coloured.
    size, line_width
        A column of numbers, or pixels.
    shape, dash
        A column, or the name of a shape or of dashes.
    shapes, dashes
        Names for the values of that column: a list or a mapping.
    opacity
        A number from 0 to 1, or a column of them.
    outline, outline_width
        A CSS colour or ``"none"``, and pixels.
    order
        A column; the greatest is drawn last.
    """

    color: str | None = None
    classes: Classes = field(default_factory=Classes)
    size: str | float | None = None
    shape: str | None = None
    shapes: Wish = None
    line_width: str | float | None = None
    dash: str | None = None
    dashes: Wish = None
    opacity: str | float | None = None
    outline: str | None = None
    outline_width: float | None = None
    order: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the look that the options of `Map.add` describe.

        Examples
        --------
        >>> Looks.of({"color": "grade", "scheme": None, "k": 3, "palette": None}).classes.k
        3
        """
        classes = Classes(options["scheme"], options["k"], options["palette"])
        return cls(options["color"], classes, **{name: options.get(name) for name in MARKS})
