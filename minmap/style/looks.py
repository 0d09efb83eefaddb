"""What the maker of a map wishes for the look of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import pandas as pd

from minmap.arguments import require_number, require_one_of, shown
from minmap.errors import MinmapError
from minmap.style.classes import Classes, is_measured
from minmap.style.fields import Fields
from minmap.style.file_styles.file_style import FileStyle
from minmap.style.geological_time import require_ages
from minmap.style.house_style import Style
from minmap.style.legend_wishes import LegendWish
from minmap.style.patterns import Wish

MARKS: Final = (
    "size", "shape", "shapes", "line_width", "dash", "dashes", "opacity", "outline",
    "outline_width", "order", "view",
)  # fmt: skip
"""The wishes about symbols, lines and outlines besides their colours."""
VIEWS: Final = ("symbols", "bubbles", "hexagons", "heat")
"""The ways in which the page can draw points."""
_NAMING: Final = (
    "color", "label", "label_priority", "size", "shape", "line_width", "dash", "opacity", "order",
)  # fmt: skip
"""The wishes that are a column, or may be one."""
_OR_CONSTANTS: Final = {
    "color": " or a CSS colour", "shape": " or a shape", "dash": " or dashes",
    **dict.fromkeys(("size", "line_width", "opacity"), " or a number"),
}  # fmt: skip


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
    label
        The column of the labels; None for a layer without labels.
    label_priority
        The column of numbers whose greatest labels get room first; None means the order of the
        table.
    label_zoom
        The zoom from which labels are written.
    file_style
        The look that came with a file, for what the maker left open; None without one.
    by_age
        Whether the column has names of ages, which have the colours of geological time.
    house
        The style of the map, for what the maker left open.
    fields
        What the page carries and shows of the table's columns.
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
    view
        One of `VIEWS`, for points on the page.
    """

    color: str | None = None
    classes: Classes = field(default_factory=Classes)
    legend: LegendWish = field(default_factory=LegendWish)
    label: str | None = None
    label_priority: str | None = None
    label_zoom: float = 0
    file_style: FileStyle | None = None
    by_age: bool = False
    house: Style = field(default_factory=Style)
    fields: Fields = field(default_factory=Fields)
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
    view: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the look that the options of `Map.add` describe.

        Examples
        --------
        >>> looks = Looks.of({"color": "grade", "k": 3, "label": "name"})
        >>> looks.classes.k, looks.label
        (3, 'name')
        """
        by_age = require_ages(options)
        given = {**options, "palette": None} if by_age else options
        get = given.get
        plain: dict[str, Any] = {
            name: get(name) for name in ("color", "label", "label_priority", *MARKS)
        }
        if plain["view"] is not None:
            require_one_of(plain["view"], VIEWS, name="view")
        wishes = ("legend", "unit", "legend_order", "legend_hidden")
        return cls(
            classes=Classes(*map(get, ("scheme", "k", "palette", "vmin", "vmax"))),
            legend=LegendWish.of(*map(get, wishes)),
            label_zoom=_label_zoom(options),
            by_age=by_age,
            fields=Fields.of(options),
            **plain,
        )

    def classes_for(self, values: pd.Series) -> Classes:
        """Return the classes of a column: numbers have the palette of the house by default."""
        palette = self.house.palette
        if palette is None or self.classes.palette is not None or not is_measured(values):
            return self.classes
        return replace(self.classes, palette=palette)

    @property
    def named(self) -> frozenset[str]:
        """The names of columns in the look; constants such as colours may be among them.

        Examples
        --------
        >>> sorted(Looks(color="grade", label="name").named)
        ['grade', 'name']
        """
        style = self.file_style
        of_file = (style.column, style.label and style.label.column) if style else ()
        wishes = (*(getattr(self, name) for name in _NAMING), *of_file)
        return frozenset(map(str, filter(None, wishes))).union(*self.fields.named.values())


def require_no_values(options: Mapping[str, Any]) -> None:
    """Raise if an option that takes the name of a column has its values.

    Examples
    --------
    >>> require_no_values({"size": pd.Series([5.0], name="Depth m")})
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: size= takes the name of a column or a number, not values; give
    size='Depth m'.
    """
    for name in _NAMING:
        value = options.get(name)
        if getattr(value, "ndim", 0):
            column = getattr(value, "name", None)
            is_named = isinstance(column, str)
            cure = f"give {name}={column!r}" if is_named else "make a column of them, and name it"
            taken = f"the name of a column{_OR_CONSTANTS.get(name, '')}"
            raise MinmapError(f"{name}= takes {taken}, not values; {cure}.")


def _label_zoom(options: Mapping[str, Any]) -> float:
    """Return the zoom from which labels are written.

    Raises
    ------
    MinmapError
        If it is not a zoom, or it or a priority is given without labels.
    """
    given = [name for name in ("label_priority", "label_zoom") if options.get(name) is not None]
    if given and options.get("label") is None:
        raise MinmapError(
            f"{given[0]}={shown(options[given[0]])} has no effect without labels; give label= the "
            "column of their texts."
        )
    zoom = options.get("label_zoom")
    return require_number(0 if zoom is None else zoom, name="label_zoom", like=6, least=0, most=24)
