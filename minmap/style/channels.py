"""What symbols and lines show besides colour: their size, shape, width, dashes and opacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.arguments import require_number, shown
from minmap.errors import ChoiceError, MinmapError
from minmap.missing_codes import without_missing_codes
from minmap.number_texts import numbers_cure, numbers_of_texts, unclear_number
from minmap.style.classes import is_measured
from minmap.style.css_colors import require_color
from minmap.style.dates import days_of, require_clear_dates
from minmap.style.table_columns import column_of
from minmap.types import Codes, Floats, Integers

NONE: Final = "none"
"""The outline of symbols and areas that have none."""
_WIDEST_OUTLINE_PX: Final = 10
_OPACITY_STEPS: Final = 100
_SHOWN_OPACITIES: Final = (1.0, 0.75, 0.5, 0.25)
_MOST_RANKS: Final = 2**16


@dataclass(frozen=True)
class Channel:
    """A visual property, such as size, that varies within a layer.

    Parameters
    ----------
    distinct
        The different sizes, shapes and so on; None, which is the first, for rows without a number.
    codes
        The position among them of the value of each row; None if all rows are alike.
    samples
        Numbers for the legend, each with its size, width or opacity; the greatest first.
    missing
        How many rows have no number.
    least
        The least size or width; the opacity of rows without a number.
    floor
        A round number up to which all rows have the least size or width; None if no row is that
        small.
    """

    distinct: tuple[Any, ...]
    codes: Codes | None = None
    samples: tuple[tuple[float, float], ...] = ()
    missing: int = 0
    least: float = 1.0
    floor: float | None = None

    @classmethod
    def of(cls, values: Floats, **more: Any) -> Channel:
        """Return the channel of one value for each row; NaN becomes None."""
        distinct, codes = np.unique(np.nan_to_num(values, nan=-np.inf), return_inverse=True)
        found = tuple(None if value == -np.inf else value for value in distinct.tolist())
        return cls(found, codes.astype(np.uint8), **more)


_OR_NUMBERS: Final = {
    "opacity": " Or give a number from 0 to 1, such as opacity=0.7.",
    "size": " Or give a number of pixels, such as size=12.",
    "line_width": " Or give a number of pixels, such as line_width=2.",
}


def require_quantities(table: pd.DataFrame, column: str, *, argument: str) -> Floats:
    """Return the numbers of a column, NaN where one is missing, infinite or a code such as -9999.

    Raises
    ------
    ChoiceError
        If there is no such column.
    MinmapError
        If the column has no numbers. The message says how to make numbers of texts.

    Examples
    --------
    >>> require_quantities(pd.DataFrame({"t": ["12,500", "9"]}), "t", argument="size")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: size='t' names a column without numbers, or with numbers that can be
    read in two ways, such as '12,500'; make numbers of it first, such as
    table['t'].str.replace(',', '').astype(float) if its commas part thousands, or
    .str.replace(',', '.') if they are decimal, or give another column.
    """
    try:
        values = column_of(table, column, argument=argument)
    except ChoiceError as error:
        raise ChoiceError(f"{error}{_OR_NUMBERS.get(argument, '')}") from error
    if not is_measured(values) and values.notna().any():
        numbers_there = numbers_of_texts(values)
        if numbers_there is None:
            raise _without_numbers(values, column, argument)
        values = numbers_there
    known, _ = without_missing_codes(pd.to_numeric(values))
    numbers = known.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _without_numbers(values: pd.Series, column: str, argument: str) -> MinmapError:
    if days_of(values) is not None:
        return MinmapError(
            f"{argument}={column!r} names a column of dates, which it cannot show; give "
            f"color={column!r}, or another column."
        )
    text = unclear_number(values)
    return MinmapError(
        f"{argument}={column!r} names a column without numbers, or with numbers that can be read "
        f"in two ways, such as {shown(text)}; make numbers of it first, such as "
        f"{numbers_cure(column, values)}, or give another column."
    )


def opacity_channel(table: pd.DataFrame, opacity: Any) -> Channel:
    """Return the opacities of rows: one number for all, or the numbers of a column.

    Parameters
    ----------
    table
        The table that is drawn.
    opacity
        A number from 0 (invisible) to 1 (opaque), or a column of them; missing numbers are 1.

    Raises
    ------
    MinmapError
        If a number is not from 0 to 1.

    Examples
    --------
    >>> channel = opacity_channel(pd.DataFrame({"sure": [0.25, 1.0, None]}), "sure")
    >>> channel.distinct, channel.codes.tolist()
    ((0.25, 1.0), [0, 1, 1])
    """
    if not isinstance(opacity, str):
        return Channel((require_opacity(opacity),))
    numbers = require_quantities(table, opacity, argument="opacity")
    outside = numbers[(numbers < 0) | (numbers > 1)]
    if len(outside):
        raise MinmapError(
            f"opacity={opacity!r} has numbers that are not from 0 to 1, such as {outside[0]:g}; "
            f"divide them by their greatest: table[{opacity!r}] / table[{opacity!r}].max()."
        )
    given = numbers[~np.isnan(numbers)]
    ends = (given.min(initial=1.0), given.max(initial=0.0))
    samples = tuple((n, n) for n in _SHOWN_OPACITIES if ends[0] <= n <= ends[1])
    steps = np.rint(np.nan_to_num(numbers, nan=1.0) * _OPACITY_STEPS) / _OPACITY_STEPS
    return Channel.of(steps, samples=samples, missing=len(numbers) - len(given))


def require_opacity(opacity: Any) -> float:
    """Return a number from 0 to 1, rounded to two decimals; raise for any other value.

    Examples
    --------
    >>> require_opacity(70)
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: opacity=70 is not a number from 0 up and at most 1; give one number,
    such as opacity=0.7.
    """
    return round(require_number(opacity, name="opacity", like=0.7, least=0, most=1), 2)


def require_outline(outline: Any, width: Any) -> dict[str, Any]:
    """Return the outline that a map's maker describes, as the fields of a legend's entries.

    Raises
    ------
    ChoiceError
        If `outline` is neither a CSS colour nor ``"none"``.
    MinmapError
        If `width` is not a number of pixels, or is given for no outline.

    Examples
    --------
    >>> require_outline("navy", 2), require_outline("none", None)
    ({'outline': '#000080', 'outline_width': 2.0}, {'outline': 'none'})
    """
    found: dict[str, Any] = {}
    if outline is not None:
        is_none = isinstance(outline, str) and outline == NONE
        found["outline"] = NONE if is_none else require_color(outline, name="outline", other=NONE)
    if width is not None:
        if found.get("outline") == NONE:
            raise MinmapError(
                f"outline_width={shown(width)} has no effect with outline={NONE!r}; leave one out."
            )
        found["outline_width"] = require_number(
            width, name="outline_width", like=1.5, above=0, most=_WIDEST_OUTLINE_PX, unit="pixels"
        )
    return found


def drawing_ranks(table: pd.DataFrame, column: str) -> Integers:
    """Return the rank of each row in the order of a column: the greatest is drawn last.

    Raises
    ------
    ChoiceError
        If there is no such column.
    MinmapError
        If its values are neither numbers, nor dates, nor ordered categories.

    Examples
    --------
    >>> drawing_ranks(pd.DataFrame({"t": [5.0, None, 9.0, 5.0]}), "t").tolist()
    [1, 0, 2, 1]
    """
    values = column_of(table, column, argument="order")
    is_ordered = isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered
    if is_ordered:
        return np.asarray(values.cat.codes, dtype=np.int64) + 1
    days = days_of(values)
    require_clear_dates(values, column=column)
    if days is None:
        days = pd.Series(require_quantities(table, column, argument="order"))
    return np.asarray(days.rank(method="dense").fillna(0), dtype=np.int64)


def rank_column(ranks: Integers) -> pa.Array:
    """Return ranks as 16-bit numbers for the page; of more ranks, neighbours become one."""
    most = int(ranks.max(initial=0))
    scaled = ranks if most < _MOST_RANKS else ranks * (_MOST_RANKS - 1) // most
    return pa.array(scaled, pa.uint16())
