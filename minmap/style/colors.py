"""The colour of a layer: a column of its table, or one CSS colour."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from minmap.arguments import shown
from minmap.errors import ChoiceError, MinmapError
from minmap.style.classes import Classes
from minmap.style.css_colors import color_hint, css_color
from minmap.style.table_columns import column_names, column_of


class LayerColor(NamedTuple):
    """The colours of a layer: a column, a constant, or, if both are None, the layer's default."""

    column: str | None = None
    constant: str | None = None


def layer_color(table: pd.DataFrame, color: object, classes: Classes | None = None) -> LayerColor:
    """Return what `color` means for a table: a column if one has that name, else a CSS colour.

    Parameters
    ----------
    table
        The table that is drawn.
    color
        Name of a column, or a CSS colour: a name such as ``"crimson"``, ``"#B03A2E"``,
        ``"rgb(176, 58, 46)"`` or ``"hsl(6, 59%, 43%)"``. None means the layer's default.
    classes
        How numbers are put into classes, which one colour has no use for.

    Returns
    -------
    LayerColor
        A constant colour is written as ``#rrggbb``.

    Raises
    ------
    ChoiceError
        If `color` is neither. The message lists similar columns and colours.
    MinmapError
        If several columns have that name, or classes are given for one colour.

    References
    ----------
    CSS Color Module Level 4, W3C, https://www.w3.org/TR/css-color-4/.

    Examples
    --------
    >>> table = pd.DataFrame({"grade": [1.0], "red": ["a"]})
    >>> layer_color(table, "red").column, layer_color(table, "navy").constant
    ('red', '#000080')
    >>> layer_color(table, "navi")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: color='navi' is neither a column nor an opaque CSS colour; did you
    mean the colour 'navy'? Columns: grade, red. ...
    """
    if color is None:
        return LayerColor()
    name, columns = str(color), column_names(table)
    if name in columns:
        column_of(table, name, argument="color")
        return LayerColor(column=name)
    constant = css_color(name) if isinstance(color, str) else None
    if constant is not None:
        if classes not in (None, usual := Classes()):
            given = [name for name, value in vars(classes).items() if value != vars(usual)[name]]
            raise MinmapError(
                f"color={shown(color)} is one colour, so {given[-1]}= has no effect; leave it out, "
                "or give color= a column."
            )
        return LayerColor(constant=constant)
    listed = f" Columns: {', '.join(columns)}." if columns else ""
    raise ChoiceError(
        f"color={shown(color)} is neither a column nor an opaque CSS colour"
        f"{color_hint(color, columns)}{listed} CSS colours are such as 'crimson' or '#B03A2E'."
    )
