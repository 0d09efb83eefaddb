"""Which records have an entry of a legend, as QGIS asks their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.qgis.elements import is_writable, literal, quoted
from minmap.style.symbols import Entry, Legend
from minmap.types import AnyArray, Integers

MOST_VALUES: Final = 500
"""Values of a column that conditions name; more get a column of labels."""
_MOST_LETTERS: Final = 20_000  # of these values: a style repeats them


@dataclass(frozen=True)
class Condition:
    """The values of a column that have one entry.

    Attributes
    ----------
    values
        The values.
    limits
        The numbers between which they are; each belongs to the first entry that has it.
    is_rest
        Whether all others have the entry, and missing ones.
    """

    values: tuple[Any, ...] = ()
    limits: tuple[float, float] | None = None
    is_rest: bool = False

    def expression(self, column: str, below: float | None = None) -> str:
        r"""Return the filter; `below` is the upper limit of the entry before.

        Examples
        --------
        >>> Condition(("it's",)).expression("kind")
        '"kind" = \'it\'\'s\''
        >>> Condition(limits=(1.0, 5.0)).expression("grade", 1.0)
        '"grade" > 1 AND "grade" <= 5'
        """
        name = quoted(column)
        if self.is_rest:
            return "ELSE"
        if self.limits is not None:
            low, high = map(literal, self.limits)
            sign = ">" if self.limits[0] == below != self.limits[1] else ">="
            return f"{name} {sign} {low} AND {name} <= {high}"
        if len(self.values) == 1:
            return f"{name} = {literal(self.values[0])}"
        return f"{name} IN ({', '.join(map(literal, self.values))})"


def conditions_of(legend: Legend, values: pd.Series) -> list[Condition] | None:
    """Return the condition of each entry of a legend; None if a column does not decide it.

    Parameters
    ----------
    legend
        The entries and the code of each record.
    values
        A column of the records.

    Examples
    --------
    >>> legend = Legend.of("kind", [Entry("a", 0, "red", "circle"), Entry("b", 0, "blue", "star")],
    ...     [0, 1, 0])
    >>> [one.values for one in conditions_of(legend, pd.Series(["x", "y", "z"]))]
    [('x', 'z'), ('y',)]
    >>> conditions_of(legend, pd.Series(["x", "x", "x"])) is None
    True
    """
    codes = legend.codes.astype(np.int64)
    if any(entry.limits for entry in legend.entries):
        return _of_numbers(legend, codes, values)
    rest = _rest(legend.entries, codes, values.isna().to_numpy(dtype=bool))
    return None if rest is None else _of_values(legend.entries, codes, values, rest)


def _rest(entries: Sequence[Entry], codes: Integers, missing: AnyArray) -> int | None:
    """Return the entry of missing values, else that of rarer ones, -1 for none; None if several."""
    blank = np.unique(codes[missing]).tolist()
    if len(blank) > 1:
        return None
    others = [number for number, entry in enumerate(entries) if entry.others]
    return int((blank or others or [-1])[0])


def _of_values(
    entries: Sequence[Entry], codes: Integers, values: pd.Series, rest: int
) -> list[Condition] | None:
    present = values.notna().to_numpy(dtype=bool)
    try:
        rows, distinct = pd.factorize(values[present].astype(object))
    except TypeError:  # of lists
        return None
    pairs = np.unique(np.stack([codes[present], rows]), axis=1)
    own = [value.item() if isinstance(value, np.generic) else value for value in distinct]
    listed = pairs[:, pairs[0] != rest].T.tolist()
    kinds = {type(own[row]) for _, row in listed}
    if pairs.shape[1] > len(own) or len(kinds) > 1 or not kinds <= {str, bool, int, float}:
        return None
    texts = [str(own[row]) for _, row in listed]
    is_long = len(texts) > MOST_VALUES or sum(map(len, texts)) > _MOST_LETTERS
    if is_long or not all(map(is_writable, texts)):
        return None
    found = [tuple(own[row] for code, row in listed if code == n) for n in range(len(entries))]
    return [Condition(found[n], is_rest=n == rest) for n in range(len(entries))]


def _of_numbers(legend: Legend, codes: Integers, values: pd.Series) -> list[Condition] | None:
    """Return conditions by limits, if QGIS would choose the entries of the codes by them."""
    if not pd.api.types.is_numeric_dtype(values):
        return None
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    classed = [n for n, entry in enumerate(legend.entries) if entry.limits is not None]
    limits = {n: legend.entries[n].limits or (0.0, 0.0) for n in classed}
    inside = np.isin(codes, classed)
    if legend.scale is not None and inside.any():  # numbers beyond it have the colours of its ends
        first, last = classed[0], classed[-1]
        limits[first] = (min(limits[first][0], float(numbers[inside].min())), limits[first][1])
        limits[last] = (limits[last][0], max(limits[last][1], float(numbers[inside].max())))
    found = np.full(len(codes), -1)
    for n in reversed(classed):
        found[(numbers >= limits[n][0]) & (numbers <= limits[n][1])] = n
    most = 0 if legend.scale is None else 1  # a number at the limit of two steps of a scale
    if (np.abs(found - codes)[inside] > most).any() or (found[~inside] >= 0).any():
        return None
    others = [n for n in range(len(legend.entries)) if n not in limits]
    rest = _of_values(legend.entries, codes[~inside], values[~inside], others[-1] if others else -1)
    if rest is None:
        return None
    return [Condition(limits=limits[n]) if n in limits else one for n, one in enumerate(rest)]
