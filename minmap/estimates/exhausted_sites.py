"""Occurrences whose status says that their ore is used up."""

from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.packaged_rows import packaged_rows
from minmap.table import COLUMN_NAMES
from minmap.types import Booleans, Floats
from minmap.vocabulary import parse_terms
from minmap.vocabulary.spelling import normalise

DEPLETED: Final = "depleted "
"""Beginning of the measures of a site whose ore is used up, such as "depleted resource"."""
_CLOSED, _UNKNOWN = "past_producer", "unknown"
_MOSTLY: Final = 0.5  # of the texts of a column of statuses
_LONGEST: Final = 60  # letters


@cache
def exhausted_words() -> frozenset[str]:
    """Return the words of a status that says that the ore is used up, normalised."""
    return frozenset(
        normalise(row["word"]) for row in packaged_rows(__package__, "exhausted_words")
    )


def exhausted(table: pd.DataFrame) -> Floats:
    """Return whether the status of each occurrence says that its ore is used up.

    Parameters
    ----------
    table
        An occurrence table of n rows. The code of a status is the same for all closed mines, so
        the words are those of the status as its source writes it, in a column of its own.

    Returns
    -------
    numpy.ndarray
        Shape (n,): 1 if it says so, 0 if it says something else, NaN if it is not known.

    Examples
    --------
    >>> sites = {"status": ["past_producer"] * 2 + [None], "State": ["Mined out", "Closed", None]}
    >>> exhausted(pd.DataFrame(sites)).tolist()
    [1.0, 0.0, nan]
    """
    is_known = table["status"].notna() & table["status"].ne(_UNKNOWN)
    found = np.where(is_known.to_numpy(dtype=bool), 0.0, np.nan)
    at = np.flatnonzero(table["status"].eq(_CLOSED).to_numpy(dtype=bool, na_value=False))
    own = [name for name in table.columns if name not in COLUMN_NAMES]
    for name in own if len(at) else ():
        given = table[name].iloc[at]
        if not pd.api.types.is_numeric_dtype(given.dtype):
            found[at[_says_so(given.tolist())]] = 1.0
    found[_says_so(table["status"].tolist(), least=0.0)] = 1.0
    return found


def _says_so(cells: list[Any], *, least: float = _MOSTLY) -> Booleans:
    """Return which cells say that ore is used up, in a column that has mostly statuses."""
    texts = {cell for cell in cells if isinstance(cell, str) and len(cell) <= _LONGEST}
    words = {text for text in texts if normalise(text) in exhausted_words()}
    if words:
        codes, _ = parse_terms(pd.Series(sorted(texts)), "status")
        words = words if codes.notna().mean() >= least else set()
    return np.array([isinstance(cell, str) and cell in words for cell in cells], dtype=np.bool_)
