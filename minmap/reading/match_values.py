"""What the values of a column look like: coordinates, commodities, countries, names, numbers.

A table may have thousands of columns, so each different text of a table is looked at once, in
arrays that hold the texts of all columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates import Readings, read_column, read_coordinate_pairs
from minmap.files.cells import Cells, text
from minmap.types import Booleans, Floats, Integers
from minmap.vocabulary import TEXT, parse_commodities, parse_terms

_SAMPLE: Final = 200
# A wide table is judged by fewer rows, so that the sample has a bounded number of cells.
_SAMPLED_CELLS: Final = 60_000
_SMALLEST_SAMPLE: Final = 10
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


class _Texts:
    """The different texts of a sample of columns, and what each of them looks like.

    Parameters
    ----------
    texts
        Each text once.
    columns
        Positions in `texts` of the values of each column.
    """

    def __init__(self, texts: pa.Array, columns: list[Integers]) -> None:
        self._array = texts
        self._columns = columns
        self._vocabularies: dict[str, Booleans] = {}

    @cached_property
    def series(self) -> pd.Series:
        """The texts."""
        return text(self._array, pd.RangeIndex(len(self._array)))

    def text(self, position: int) -> str:
        """Return one of the texts."""
        return str(self._array[position].as_py())

    @cached_property
    def lengths(self) -> Integers:
        """Characters of each text."""
        return np.asarray(pc.utf8_length(self._array).to_numpy(zero_copy_only=False), np.int64)

    @cached_property
    def worded(self) -> Booleans:
        """Whether letters prevail."""
        return self._count(r"\pL") >= 0.5 * self.lengths

    @cached_property
    def lettered(self) -> Booleans:
        """Whether there is a letter, as in each term of the vocabularies."""
        return self.matching(r"\pL")

    @cached_property
    def numeric(self) -> Booleans:
        """Whether a text is as short, and has as many digits, as coordinates have."""
        return (self._count(r"\p{Nd}") >= 0.25 * self.lengths) & (
            self.lengths <= _LONGEST_COORDINATE
        )

    @cached_property
    def whole(self) -> Booleans:
        """Whether a text is a whole number."""
        return self.matching(r"^[+-]?\p{Nd}+$")

    @cached_property
    def signed(self) -> Booleans:
        """Whether a text has a sign or a letter that may tell the hemisphere."""
        return self.matching(r"^\s*[-\x{2212}]|\pL")

    @cached_property
    def urls(self) -> Booleans:
        """Whether a text is an address of the web."""
        return self.matching(r"(?i)^https?://")

    @cached_property
    def readings(self) -> Readings:
        """The texts of columns of numbers read as degrees; NaN for the others."""
        return read_column(self._of_numeric_columns, degrees=True)

    @cached_property
    def pairs(self) -> Booleans:
        """Whether a text of a column of numbers holds both coordinates of a place."""
        placed = read_coordinate_pairs(self._of_numeric_columns, crs="EPSG:4326")
        with np.errstate(invalid="ignore"):
            fits = (np.abs(placed.latitude) <= 90) & (np.abs(placed.longitude) <= 180)
        # "3, 4" is a list of numbers, "3.25, 4.5" a place.
        return np.asarray(fits & self.matching(r"\p{Nd}[.,]\p{Nd}|[°'\"]|[A-Za-zА-я]"))

    @cached_property
    def commodities(self) -> Booleans:
        """Whether a text names a commodity."""
        # Single letters are flags, classes and points of the compass as often as elements.
        texts = self.series[self.lettered & (self.lengths > 1)]
        codes, unknown = parse_commodities(texts)
        return self._marked(texts[codes.notna() & ~texts.isin([*unknown])])

    def in_vocabulary(self, vocabulary: str) -> Booleans:
        """Return whether a text is a term of a vocabulary."""
        if vocabulary not in self._vocabularies:
            texts = self.series[self.lettered]
            known = parse_terms(texts, vocabulary)[0].notna()
            self._vocabularies[vocabulary] = self._marked(texts[known])
        return self._vocabularies[vocabulary]

    def matching(self, pattern: str) -> Booleans:
        """Return whether a regular expression is found in a text."""
        found = pc.match_substring_regex(self._array, pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    def _count(self, pattern: str) -> Integers:
        found = pc.count_substring_regex(self._array, pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)

    def _marked(self, texts: pd.Series) -> Booleans:
        marked = np.zeros(len(self._array), dtype=bool)
        marked[texts.index.to_numpy()] = True
        return marked

    @cached_property
    def _of_numeric_columns(self) -> pd.Series:
        wanted = np.zeros(len(self._array), dtype=bool)
        for positions in self._columns:
            if len(positions) and self.numeric[positions].mean() >= 0.5:
                wanted[positions] = True
        return self.series.where(wanted)


class Values:
    """A sample of a column, and shares between 0 and 1 of what is filled in it.

    Parameters
    ----------
    texts
        The different texts of this and other columns.
    positions
        Which of them are the values of the column.

    Examples
    --------
    >>> ore = values_of({"ore": pd.Series(["Copper, gold", "Kryptonite", None, "Cu"])})["ore"]
    >>> round(ore.share("commodities"), 2), round(ore.share("country"), 2), ore.filled
    (0.67, 0.0, 3)
    """

    def __init__(self, texts: _Texts, positions: Integers) -> None:
        self._all = texts
        self._positions = positions

    @property
    def texts(self) -> pd.Series:
        """The values."""
        return self._all.series.iloc[self._positions]

    def different(self) -> Iterator[str]:
        """Give each different value once."""
        return (self._all.text(position) for position in np.unique(self._positions).tolist())

    @property
    def filled(self) -> int:
        """Number of values in the sample."""
        return len(self._positions)

    def share(self, field: str) -> float:
        """Return how many of the values are what `field` holds; 0 for an empty column."""
        if not self.filled:
            return 0.0
        if field in _VOCABULARIES:
            return self._mean(self._all.in_vocabulary(_VOCABULARIES[field]))
        measures = {
            "longitude": lambda: self._degrees(EAST_WEST, 180.0),
            "latitude": lambda: self._degrees(NORTH_SOUTH, 90.0),
            "coordinates": lambda: self._mean(self._all.pairs) if self._numeric else 0.0,
            "commodities": lambda: self._mean(self._all.commodities),
            "id": lambda: self.distinct if self.lengths.max() <= 40 else 0.0,
            "url": lambda: self._mean(self._all.urls),
        }
        return measures[field]() if field in measures else self.worded

    @property
    def distinct(self) -> float:
        """Number of different values as a share of all."""
        return self.kinds / max(self.filled, 1)

    @property
    def worded(self) -> float:
        """Share of values in which letters prevail."""
        return self._mean(self._all.worded)

    @property
    def lengths(self) -> Integers:
        """Characters of each value."""
        return self._all.lengths[self._positions]

    @property
    def lettered(self) -> float:
        """Share of values with a hemisphere letter."""
        return self._mean(self._all.readings.axis != 0) if self._numeric else 0.0

    @property
    def on_grid(self) -> float:
        """Share of values that are numbers too large for degrees."""
        if not self._numeric:
            return 0.0
        with np.errstate(invalid="ignore"):
            return float((np.abs(self.grid.value) > 360).mean())

    @property
    def in_degrees(self) -> float:
        """Share of values that can be read as degrees."""
        with np.errstate(invalid="ignore"):
            return float((np.abs(self._degree_values) <= 360).mean())

    @cached_property
    def grid(self) -> Readings:
        """Values read as numbers of a grid."""
        return read_column(self.texts, degrees=False)

    @cached_property
    def kinds(self) -> int:
        """Number of different values."""
        return len(np.unique(self._positions))

    @property
    def whole(self) -> float:
        """Share of values that are whole numbers."""
        return self._mean(self._all.whole)

    @property
    def signed(self) -> bool:
        """Whether a value has a sign or a letter that may tell the hemisphere."""
        return bool(self._all.signed[self._positions].any())

    def below(self, limit: float) -> float:
        """Return the share of values that are plain numbers from 0 to less than `limit`."""
        value = self.grid.value
        with np.errstate(invalid="ignore"):
            return float(((value >= 0) & (value < limit)).mean()) if self.filled else 0.0

    def _mean(self, marked: Booleans) -> float:
        return float(marked[self._positions].mean()) if self.filled else 0.0

    @cached_property
    def _numeric(self) -> bool:
        """Whether the values are short and have as many digits as coordinates have."""
        return self._mean(self._all.numeric) >= 0.5

    @property
    def _degree_values(self) -> Floats:
        if self._numeric:
            return self._all.readings.value[self._positions]
        return np.full(self.filled, np.nan)

    def _degrees(self, axis: int, limit: float) -> float:
        if not self._numeric:
            return 0.0
        axes = self._all.readings.axis[self._positions]
        with np.errstate(invalid="ignore"):
            fits = np.abs(self._degree_values) <= limit
        other = (axes != 0) & (axes != axis)
        share = float((fits & ~other).mean())
        # Whole numbers are more often something else.
        return share if self.whole < 0.5 else share / 2


def values_of(columns: Mapping[str, pd.Series]) -> dict[str, Values]:
    """Return the values of columns of text, by the column's name."""
    if not columns:
        return {}
    arrays = [
        pa.array(c.astype(TEXT), pa.large_string(), from_pandas=True) for c in columns.values()
    ]
    pieces = [piece for array in arrays for piece in getattr(array, "chunks", [array])]
    whole = pa.chunked_array(pieces, pa.large_string()).combine_chunks()
    coded = pc.utf8_slice_codeunits(whole, 0, _ENOUGH).dictionary_encode()
    positions = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.cumsum([len(array) for array in arrays])[:-1]
    parts = [part[part >= 0] for part in np.split(positions, ends)]
    texts = _Texts(coded.dictionary, parts)
    return {name: Values(texts, part) for name, part in zip(columns, parts, strict=True)}


def sample(cells: Cells) -> dict[str, Values]:
    """Return evenly spread values of each column, by the column's name."""
    wanted = max(_SMALLEST_SAMPLE, min(_SAMPLE, _SAMPLED_CELLS // max(1, cells.frame.shape[1])))
    step = max(1, -(-len(cells) // wanted))
    some = Cells(cells.frame.iloc[::step], None, [])
    columns = {str(name): some.column(str(name)) for name in cells.frame.columns}
    return values_of({name: column for name, column in columns.items() if column is not None})
