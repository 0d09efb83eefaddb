"""What the values of a column look like: coordinates, commodities, countries, names, numbers."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from minmap.coordinates import Readings, place_pairs, read_column
from minmap.files.cells import Cells
from minmap.vocab import parse_commodities, parse_terms

_SAMPLE: Final = 200
_LONGEST_COORDINATE: Final = 60
# Characters of a value that are looked at; a cell may hold megabytes.
_ENOUGH: Final = 300
_VOCABULARIES: Final = {
    "country": "countries",
    "status": "status",
    "site_type": "site_types",
    "deposit_type": "deposit_types",
}
NORTH_SOUTH, EAST_WEST = 1, 2


class Values:
    """A sample of a column, and shares between 0 and 1 of what is filled in it.

    Examples
    --------
    >>> import pandas as pd
    >>> ore = Values(pd.Series(["Copper, gold", "Kryptonite", None, "Cu"]))
    >>> round(ore.share("commodities"), 2), round(ore.share("country"), 2), ore.filled
    (0.67, 0.0, 3)
    """

    def __init__(self, column: pd.Series) -> None:
        self.texts = column.dropna().str.slice(0, _ENOUGH)

    @property
    def filled(self) -> int:
        """Number of values in the sample."""
        return len(self.texts)

    def share(self, field: str) -> float:
        """Return how many of the values are what `field` holds; 0 for an empty column."""
        if not self.filled:
            return 0.0
        if field in _VOCABULARIES:
            return self._in_vocabulary(_VOCABULARIES[field])
        measures = {
            "longitude": lambda: self._degrees(EAST_WEST, 180.0),
            "latitude": lambda: self._degrees(NORTH_SOUTH, 90.0),
            "coordinates": lambda: self._pairs,
            "commodities": lambda: self._commodities,
            "id": lambda: self.distinct if self.lengths.max() <= 40 else 0.0,
            "url": lambda: self._matching(r"(?i)https?://"),
        }
        return measures[field]() if field in measures else self.worded

    @cached_property
    def distinct(self) -> float:
        """Number of different values as a share of all."""
        return float(self.texts.nunique() / max(self.filled, 1))

    @cached_property
    def worded(self) -> float:
        """Share of values in which letters prevail."""
        letters = self.texts.str.count(r"[^\W\d_]")
        return float((letters >= 0.5 * self.lengths).mean()) if self.filled else 0.0

    @cached_property
    def lengths(self) -> pd.Series:
        """Characters of each value."""
        return self.texts.str.len()

    @cached_property
    def lettered(self) -> float:
        """Share of values with a hemisphere letter."""
        return float((self._readings.axis != 0).mean()) if self.filled else 0.0

    @cached_property
    def on_grid(self) -> float:
        """Share of values that are numbers too large for degrees."""
        if not self._numeric:
            return 0.0
        with np.errstate(invalid="ignore"):
            return float((np.abs(self.grid.value) > 360).mean())

    @cached_property
    def in_degrees(self) -> float:
        """Share of values that can be read as degrees."""
        with np.errstate(invalid="ignore"):
            return float((np.abs(self._readings.value) <= 360).mean())

    @cached_property
    def grid(self) -> Readings:
        """Values read as numbers of a grid."""
        return read_column(self.texts, degrees=False)

    @cached_property
    def kinds(self) -> int:
        """Number of different values."""
        return int(self.texts.nunique())

    @cached_property
    def whole(self) -> float:
        """Share of values that are whole numbers."""
        return self._matching(r"^[+-]?\d+$") if self.filled else 0.0

    @cached_property
    def signed(self) -> bool:
        """Whether a value has a sign or a letter that may tell the hemisphere."""
        return bool(self.texts.str.contains(r"^\s*[-\u2212]|[^\W\d_]", regex=True).any())

    def below(self, limit: float) -> float:
        """Return the share of values that are plain numbers from 0 to less than `limit`."""
        value = self.grid.value
        with np.errstate(invalid="ignore"):
            return float(((value >= 0) & (value < limit)).mean()) if self.filled else 0.0

    def _matching(self, pattern: str) -> float:
        return float(self.texts.str.match(pattern).mean())

    def _in_vocabulary(self, vocabulary: str) -> float:
        return float(parse_terms(self.texts, vocabulary)[0].notna().mean())

    @cached_property
    def _commodities(self) -> float:
        # Single letters are flags, classes and points of the compass as often as elements.
        codes, unknown = parse_commodities(self.texts)
        strange = self.texts.isin(unknown) | (self.lengths == 1)
        return float((codes.notna() & ~strange).mean())

    @cached_property
    def _numeric(self) -> bool:
        """Whether the values are short and have as many digits as coordinates have."""
        digits = self.texts.str.count(r"\d")
        short = self.lengths <= _LONGEST_COORDINATE
        return bool(self.filled and ((digits >= 0.25 * self.lengths) & short).mean() >= 0.5)

    @cached_property
    def _readings(self) -> Readings:
        texts = self.texts if self._numeric else self.texts.iloc[:0].reindex(self.texts.index)
        return read_column(texts, degrees=True)

    def _degrees(self, axis: int, limit: float) -> float:
        readings = self._readings
        with np.errstate(invalid="ignore"):
            fits = np.abs(readings.value) <= limit
        other = (readings.axis != 0) & (readings.axis != axis)
        share = float((fits & ~other).mean())
        # Whole numbers are more often something else.
        return share if self.whole < 0.5 else share / 2

    @cached_property
    def _pairs(self) -> float:
        if not self._numeric:
            return 0.0
        placed = place_pairs(self.texts, crs="EPSG:4326")
        with np.errstate(invalid="ignore"):
            fits = (np.abs(placed.latitude) <= 90) & (np.abs(placed.longitude) <= 180)
        # "3, 4" is a list of numbers, "3.25, 4.5" a place.
        exact = self.texts.str.contains(r"\d[.,]\d|[°'\"]|[A-Za-zА-я]", regex=True)
        return float((fits & exact.to_numpy(dtype=bool)).mean())


def sample(cells: Cells) -> dict[str, Values]:
    """Return evenly spread values of each column, by the column's name."""
    step = max(1, -(-len(cells) // _SAMPLE))
    some = Cells(cells.frame.iloc[::step], None, [])
    columns = {str(name): some.column(str(name)) for name in cells.frame.columns}
    return {name: Values(column) for name, column in columns.items() if column is not None}
