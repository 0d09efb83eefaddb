"""Evidence for the content of each column of an unknown table: its heading and its values.

A table may have thousands of columns, so each different text of the table is examined once, in
arrays with the texts of all columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.column import read_column
from minmap.coordinates.notation import LATITUDE, LONGITUDE, NO_AXIS
from minmap.coordinates.points import read_coordinate_pairs
from minmap.errors import FileError
from minmap.files.cells import EXAMINED_ROWS, Cells, evenly_sampled, text
from minmap.geodesy.crs import WGS84
from minmap.missing_codes import MISSING_WORDS
from minmap.reading.headings import CUT, OTHER, strengths
from minmap.reading.overrides import PLACE
from minmap.reading.value_kinds import are_terms, kinds_of
from minmap.table import VOCABULARIES
from minmap.types import TEXT, Booleans, Floats, Integers
from minmap.vocabulary import parse_terms
from minmap.vocabulary.commodity_texts import commodity_shares

# Fewer rows of a wide table are examined, so that the number of cells is bounded.
_SAMPLED_CELLS: Final = 60_000
_SMALLEST_SAMPLE: Final = 10
_LONGEST_COORDINATE: Final = 60
_LONGEST_ID: Final = 40
# Number of characters of a value that are examined; a cell may have megabytes.
_EXAMINED: Final = 300
MAIN, SECOND = "commodities", "secondary_commodities"
MINOR: Final = "minor_commodities"
TEXT_FIELDS: Final = ("name", "other_names", "admin1", "citation")
_COMMODITY_FIELDS: Final = (MAIN, SECOND, MINOR)
_VOCABULARY_FIELDS: Final = ("country", "status", "site_type", "deposit_type", *_COMMODITY_FIELDS)
FIELDS: Final = (*PLACE, "id", "url", *_VOCABULARY_FIELDS, *TEXT_FIELDS)
SPELLED: Final = "commodities not abbreviated"
COUNTRY_NAMES: Final = "countries not abbreviated"
_REMARKS, _ABBREVIATION = OTHER + "remarks", OTHER + "abbreviation"
_SODIUM: Final = "Na"
_MOSTLY_CODES: Final = 0.5
_SHOWN: Final = 6
_LIKELY: Final = 0.6
# Share of the texts of two letters that are codes of countries if a column has such codes.
_ENOUGH_CODES: Final = 0.9
_ALPHA2, _TWO_LETTERS = "alpha2", "two letters"


@dataclass(frozen=True)
class Values:
    """A sample of the filled values of a column.

    Attributes
    ----------
    texts
        The values, on an index of their rows in the sample.
    shares
        Share of the values, 0 to 1, with each property: ``"worded"`` (letters prevail),
        ``"whole"`` (a whole number), ``"signed"`` (a sign or a letter, which may be that of the
        hemisphere), ``"lettered"`` (degrees with the letter of a hemisphere), ``"numeric"`` (as
        short, and with as many digits, as coordinates have), ``"in_degrees"``, ``"on_grid"`` (a
        number too large for degrees), ``"below_60"`` (a number that minutes may have), one for
        each field whose values have a form, and one for each kind of
        `minmap.reading.value_kinds`. Of commodities, the share of the letters.

    Examples
    --------
    >>> ore = values_of({"ore": pd.Series(["Copper, gold", "Kryptonite", None, "Cu"])})["ore"]
    >>> round(ore.share("commodities"), 2), round(ore.share("country"), 2), ore.filled
    (0.67, 0.0, 3)
    """

    texts: pd.Series
    shares: Mapping[str, float]

    @property
    def filled(self) -> int:
        """Number of values in the sample."""
        return len(self.texts)

    @cached_property
    def different(self) -> list[str]:
        """The different values."""
        return [*dict.fromkeys(self.texts.tolist())]

    @property
    def distinct(self) -> float:
        """Number of different values as a share of all."""
        return len(self.different) / max(self.filled, 1)

    @cached_property
    def lengths(self) -> list[int]:
        """Number of characters of each value."""
        return list(map(len, self.texts.tolist()))

    def share(self, field: str) -> float:
        """Return the share of values that fit a field; for free text, the share that are words."""
        if field in _COMMODITY_FIELDS:
            return self.shares[MAIN]
        if field == "id":
            return self.distinct if max(self.lengths, default=_LONGEST_ID) <= _LONGEST_ID else 0.0
        return self.shares.get(field, self.shares["worded"])

    @cached_property
    def numbers(self) -> Floats:
        """The values read as numbers of a grid, NaN for others."""
        return read_column(self.texts, degrees=False).value


def values_of(columns: Mapping[str, pd.Series]) -> dict[str, Values]:
    """Return the values of columns of text, by the column's name."""
    if not columns:
        return {}
    filled = [_given(column.reset_index(drop=True)) for column in columns.values()]
    ends = np.cumsum([len(column) for column in filled])
    whole = pd.concat(filled, ignore_index=True).str.slice(0, _EXAMINED)
    number = np.searchsorted(ends, np.arange(len(whole)), side="right")
    position, different = pd.factorize(whole)
    texts = pa.array(different, pa.large_string())

    sizes = np.maximum([len(column) for column in filled], 1)

    def shares_of(flags: Mapping[str, Booleans | Floats]) -> pd.DataFrame:
        counts = {
            name: np.bincount(number, flag[position], len(filled)) for name, flag in flags.items()
        }
        return pd.DataFrame(counts).div(sizes, axis="index")

    shares = shares_of(_flags_of_words(texts))
    # "CA" is Canada beside "KZ" and a state beside "NV".
    has_codes = shares[_ALPHA2] >= np.maximum(_ENOUGH_CODES * shares[_TWO_LETTERS], 1e-9)
    shares[COUNTRY_NAMES] = shares["country"]
    shares["country"] += shares[_ALPHA2].where(has_codes, 0.0)
    numeric = shares["numeric"] >= 0.5
    in_numeric_column = np.isin(np.arange(len(texts)), position[numeric.to_numpy()[number]])
    of_numbers = shares_of(_flags_of_numbers(texts, in_numeric_column))
    shares = shares.join(of_numbers.where(numeric, 0.0))
    # Whole numbers are more often something else than coordinates.
    shares.loc[shares["whole"] >= 0.5, ["longitude", "latitude"]] /= 2
    starts = [0, *ends]
    rows = (column.index for column in filled)
    parts = (whole[a:b].set_axis(row) for a, b, row in zip(starts, ends, rows, strict=False))
    records: list[Any] = shares.to_dict("records")
    return dict(zip(columns, map(Values, parts, records), strict=True))


def _given(column: pd.Series) -> pd.Series:
    """Return the values that are there, without words for a missing value, such as "n/a"."""
    texts = column.astype(TEXT).dropna()
    return texts[~texts.str.lower().isin(MISSING_WORDS)]


def _flags_of_words(texts: pa.Array) -> dict[str, Booleans | Floats]:
    """Return for each property whether each text has it, or how much of it."""
    letters = _matches(texts, r"\pL")
    kinds = kinds_of(texts)
    is_address, is_term = _matches(texts, r"(?i)^https?://"), are_terms(texts)
    flags: dict[str, Booleans | Floats] = {
        **kinds,
        "worded": _count(texts, r"\pL") >= 0.5 * _lengths(texts),
        "whole": _matches(texts, r"^[+-]?\p{Nd}+$"),
        "signed": _matches(texts, r"^\s*[-\x{2212}]|\pL"),
        "numeric": _is_numeric(texts),
        "url": is_address & ~is_term,
    }
    series = text(texts, pd.RangeIndex(len(texts)))
    # Every term of the vocabularies has a letter.
    for field, vocabulary in VOCABULARIES.items():
        codes, _ = parse_terms(series.where(letters), vocabulary)
        flags[field] = codes.notna().to_numpy(dtype=bool)
    two_letters = _matches(texts, r"^\s*\p{Lu}{2}\s*$")
    flags[_TWO_LETTERS] = two_letters
    is_name = np.asarray(flags["country"], dtype=bool)
    codes, _ = parse_terms(series.where(two_letters & ~is_name), "alpha2")
    flags[_ALPHA2] = codes.notna().to_numpy(dtype=bool)
    # Single letters are flags, classes and points of the compass as often as elements.
    likely = letters & (_lengths(texts) > 1) & ~kinds[_REMARKS] & (is_term | ~is_address)
    shares = np.zeros(len(texts))
    shares[likely] = commodity_shares(texts.filter(pa.array(likely)).to_pylist())
    flags[MAIN] = shares
    flags[SPELLED] = shares * ~kinds[_ABBREVIATION]
    return flags


def _flags_of_numbers(texts: pa.Array, wanted: Booleans) -> dict[str, Booleans]:
    """Return for each property whether each text of a column of numbers has it."""
    series = text(texts, pd.RangeIndex(len(texts))).where(wanted)
    read, pairs = read_column(series, degrees=True), read_coordinate_pairs(series, crs=WGS84)
    size, on_grid = np.abs(read.value), read_column(series, degrees=False).value
    on_globe = (np.abs(pairs.latitude) <= 90) & (np.abs(pairs.longitude) <= 180)
    return {
        "longitude": (size <= 180) & (read.axis != LATITUDE),
        "latitude": (size <= 90) & (read.axis != LONGITUDE),
        # "3, 4" is a list of numbers, "3.25, 4.5" a place.
        "coordinates": on_globe & _matches(texts, r"\p{Nd}[.,]\p{Nd}|[°'\"]|[A-Za-zА-я]"),
        "lettered": read.axis != NO_AXIS,
        "in_degrees": size <= 360,
        "on_grid": np.abs(on_grid) > 360,
        "below_60": (on_grid >= 0) & (on_grid < 60),
    }


def _is_numeric(texts: pa.Array) -> Booleans:
    """Return whether texts are as short, and have as many digits, as coordinates."""
    digits, lengths = _count(texts, r"\p{Nd}"), _lengths(texts)
    return (digits >= 0.25 * lengths) & (lengths <= _LONGEST_COORDINATE)


def _lengths(texts: pa.Array) -> Integers:
    return np.asarray(pc.utf8_length(texts), dtype=np.int64)


def _count(texts: pa.Array, pattern: str) -> Integers:
    return np.asarray(pc.count_substring_regex(texts, pattern), dtype=np.int64)


def _matches(texts: pa.Array, pattern: str) -> Booleans:
    return np.asarray(pc.match_substring_regex(texts, pattern), dtype=bool)


def sampled_values(cells: Cells) -> dict[str, Values]:
    """Return evenly spread values of each column, by the column's name."""
    some = _sample(cells)
    columns = {str(name): some.column(str(name)) for name in cells.frame.columns}
    return values_of({name: column for name, column in columns.items() if column is not None})


def _sample(cells: Cells) -> Cells:
    wanted = max(
        _SMALLEST_SAMPLE, min(EXAMINED_ROWS, _SAMPLED_CELLS // max(1, cells.frame.shape[1]))
    )
    return Cells(evenly_sampled(cells.frame, wanted), None, [])


def missing_words(cells: Cells, taken: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the words for a missing value that a sample of the columns taken contains.

    "NA", which R and pandas write, is one unless a column of commodities has "Na", or the countries
    are codes of two letters and no other column has it.
    """
    some, found, is_meant, elsewhere = _sample(cells), set[str](), False, False
    for field, columns in taken.items():
        for column in columns:
            given = some.column(column)
            texts = pd.Series(dtype=TEXT) if given is None else given.dropna()
            found |= MISSING_WORDS & {*texts.str.lower()}
            if field in (MAIN, MINOR):
                is_meant |= bool(texts.eq(_SODIUM).any())
            elif field == "country":
                is_code = texts.str.len().eq(2) & texts.ne(_SODIUM.upper())
                is_meant |= bool(is_code.mean() > _MOSTLY_CODES) and not elsewhere
            else:
                elsewhere |= bool(texts.eq(_SODIUM.upper()).any())
    return frozenset(found - {_SODIUM.lower()} if is_meant else found)


@dataclass(frozen=True)
class Candidate:
    """A field that a column may contain.

    Attributes
    ----------
    column, field
        Their names.
    heading
        Strength of the column's heading for the field, 0 to 1 (`minmap.reading.headings`).
    share
        Share of the column's values that fit the field, 0 to 1.
    """

    column: str
    field: str
    heading: float
    share: float

    @property
    def evidence(self) -> float:
        """Evidence of the heading and the values together, 0 to 1."""
        return 0.6 * self.heading + 0.4 * self.share

    def __str__(self) -> str:
        fits = "its heading fits" if self.heading >= CUT else "its heading may fit"
        heading = fits if self.heading else "its heading does not fit"
        return f"{self.column} as {self.field} ({heading}, {self.share:.0%} of its values fit)"


def candidates_of(values: Mapping[str, Values]) -> list[Candidate]:
    """Return all fields that columns may contain, those with the most evidence first."""
    found = []
    for column, sampled in values.items():
        headings = strengths(column)
        for field in FIELDS:
            heading = headings.get(field, 0.0)
            # Values alone do not distinguish one text from another.
            if not heading and field in (*TEXT_FIELDS, SECOND, MINOR, "id"):
                continue
            share = sampled.share(field)
            if heading or share >= _LIKELY:
                found.append(Candidate(column, field, heading, share))
    return sorted(found, key=lambda candidate: -candidate.evidence)


def too_little_evidence(
    label: str, candidates: list[Candidate], what: str, cure: Mapping[str, str], doubt: str = ""
) -> FileError:
    """Return the error for a table without evidence for `what`; it lists the likely columns."""
    near = list(dict.fromkeys(map(str, candidates)))[:_SHOWN]
    listed = f"Likely columns: {'; '.join(near)}." if near else "No column is likely."
    return FileError(
        f"{label}: too little evidence for {what}. {doubt}{listed} Name the columns, such as "
        f"columns={dict(cure)}, or describe the table in a TOML file (source='mine.toml')."
    )
