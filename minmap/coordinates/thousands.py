"""Whether the dots in the numbers of a grid are decimal points or separate thousands.

"612.979" is 612.979 or 612,979. The two columns of a table are written by one hand, so that a dot
has one meaning in both: "7.788.154" in one shows what "612.979" is in the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.column import read_column, to_arrow
from minmap.types import TEXT, Booleans, Floats

DECIMALS, THOUSANDS, UNCERTAIN = "decimals", "thousands", "uncertain"
"""Meanings of a dot with three digits behind it; texts of an uncertain one are not read."""

Inside = Callable[[Floats, Floats], Booleans | None]
"""Whether eastings and northings are where the grid is used; None if that is not known."""

_NO_NUMBER: Final = r"[\pL\s\x{00A0}\x{202F}]+"
_EITHER: Final = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
_SHORT: Final = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{1,3}$"  # spreadsheets drop zeros at the end
_GROUPS: Final = r"^[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|\.[0-9]{3},[0-9]+)$"
_POINT: Final = r"^[+-]?[0-9][0-9,']*\.[0-9]+$"
_ZERO: Final = r"^[+-]?[0.,]+$"
_MOSTLY: Final = 0.5
SMALL: Final = 1_000.0
"""Few grids in metres have eastings below this where they are used, and no zone of UTM has."""
_LARGE: Final = 100_000.0


@dataclass(frozen=True)
class Dots:
    """The meaning of the dots in two columns.

    Attributes
    ----------
    meaning
        `DECIMALS`, `THOUSANDS` or `UNCERTAIN`; None if no text can be read in both ways.
    note
        What to tell the user; empty if there is nothing.
    """

    meaning: str | None
    note: str


def dots_of(x: pd.Series, y: pd.Series, inside: Inside) -> Dots:
    """Return the meaning of the dots in the eastings and northings of a table.

    Numbers with several dots, or a dot and a decimal comma, show that dots separate thousands.
    Without these it is the meaning that puts more of the points where the grid is used, and
    numbers whose dot cannot separate thousands speak for decimal points. Where the evidence is at
    odds, or there is none, the meaning is uncertain; on a grid without a known area of use a dot is
    then a decimal point, unless some numbers show thousands.

    Parameters
    ----------
    x, y
        Texts of eastings and northings. Not changed.
    inside
        Where the grid is used.

    Examples
    --------
    >>> x, y = pd.Series(["612.979", "686.663"]), pd.Series(["7.788.154", "7.829.595"])
    >>> dots_of(x, y, lambda *_: None).meaning
    'thousands'
    >>> dots_of(x, pd.Series(["455.12", "455.1"]), lambda *_: None).meaning
    'decimals'
    """
    bare = [_bare(x), _bare(y)]
    either = [_matches(texts, _EITHER) for texts in bare]
    rows = either[0] | either[1]
    if not rows.any():
        return Dots(None, "")
    example = _first(x, either[0]) or _first(y, either[1])
    grouped = next((text for text in map(_grouped, bare) if text), "")
    has_points = any(map(_has_points, bare))
    if grouped and not has_points:
        return Dots(THOUSANDS, _as_thousands(example, f"since they do so in {grouped!r}"))
    shares = [_share(x[rows], y[rows], inside, meaning) for meaning in (DECIMALS, THOUSANDS)]
    short = [_matches(texts, _SHORT) for texts in bare]
    count = int((short[0] | short[1]).sum())
    return _judged(shares, example, count, is_mixed=bool(grouped), is_point=has_points)


def _judged(
    shares: list[float | None], example: str, count: int, *, is_mixed: bool, is_point: bool
) -> Dots:
    """Return the meaning by the shares of points inside with decimals and with thousands."""
    as_decimals, as_thousands = shares
    if as_decimals is None or as_thousands is None:
        note = "" if is_point else f"the dot of {example!r} was read as a decimal point."
        return _uncertain(example, count) if is_mixed else Dots(DECIMALS, note)
    if as_decimals >= _MOSTLY and as_decimals > as_thousands:
        return Dots(DECIMALS, "")
    if is_point and not is_mixed and as_decimals >= as_thousands:
        return Dots(DECIMALS, "")
    if not is_point and as_thousands >= _MOSTLY and as_thousands > as_decimals:
        why = "since only so are the places where the grid is used"
        return Dots(THOUSANDS, _as_thousands(example, why))
    return _uncertain(example, count)


def _as_thousands(example: str, why: str) -> str:
    return (
        f"dots were read as separators of thousands, so that {example!r} is "
        f"{example.replace('.', '')}, {why}."
    )


def _uncertain(example: str, count: int) -> Dots:
    return Dots(
        UNCERTAIN,
        f"{count} records have numbers such as {example!r}, which were not read, since the dot "
        "may be a decimal point or separate thousands; write metres in full, without separators.",
    )


def with_meaning(texts: pd.Series, meaning: str | None) -> pd.Series:
    """Return texts without the dots that separate thousands, or without those in doubt.

    Examples
    --------
    >>> with_meaning(pd.Series(["612.979", "7.788.154"]), THOUSANDS).tolist()
    ['612979', '7.788.154']
    """
    if meaning not in (THOUSANDS, UNCERTAIN):
        return texts
    rows = _matches(_bare(texts), _EITHER if meaning == THOUSANDS else _SHORT)
    plain = texts.astype(TEXT)
    if meaning == UNCERTAIN:
        # No text with a question mark is a coordinate (`minmap.coordinates.notation`).
        return plain.where(~rows, plain + "?")
    return plain.where(~rows, plain.str.replace(".", "", regex=False))


def without_system(x: pd.Series, y: pd.Series) -> tuple[Floats, Floats]:
    """Return the numbers of a grid that is not known, with the likely meaning of the dots.

    The columns may be of different lengths.

    Examples
    --------
    >>> without_system(pd.Series(["612.979"]), pd.Series(["7788154"]))
    (array([612979.]), array([7788154.]))
    """

    def inside(east: Floats, north: Floats) -> Booleans | None:
        return np.asarray((np.abs(east) >= _LARGE) & (np.abs(north) >= _LARGE))

    rows = min(len(x), len(y))
    likely = dots_of(x.iloc[:rows], y.iloc[:rows], inside).meaning
    meaning = THOUSANDS if likely == THOUSANDS else DECIMALS
    return _numbers(x, meaning), _numbers(y, meaning)


def small_note(east: Floats, usable: Booleans, inside: Booleans | None, name: str) -> str:
    """Return a note if most eastings are below 1,000 and lie where the grid is not used.

    Examples
    --------
    >>> there = np.array([True])
    >>> print(small_note(np.array([612.98]), there, ~there, "EPSG:31983"))
    1 of 1 eastings are below 1,000, such as 612.98, and their places are outside of where
    EPSG:31983 is used; they may be kilometres, or have lost digits: write metres in full.
    """
    if inside is None:
        return ""
    small = usable & (np.abs(east) < SMALL) & (east != 0) & ~inside
    if not small.any() or small.sum() < _MOSTLY * usable.sum():
        return ""
    first = east[np.argmax(small)]
    return (
        f"{int(small.sum())} of {int(usable.sum())} eastings are below 1,000, such as {first:g}, "
        f"and their places are outside of where {name} is used; they may be kilometres, or have "
        "lost digits: write metres in full."
    )


def _numbers(texts: pd.Series, meaning: str | None) -> Floats:
    return read_column(with_meaning(texts, meaning), degrees=False).value


def _share(x: pd.Series, y: pd.Series, inside: Inside, meaning: str) -> float | None:
    found = inside(_numbers(x, meaning), _numbers(y, meaning))
    return None if found is None else float(found.mean())


def _bare(texts: pd.Series) -> pa.Array:
    """Return texts without letters and blanks."""
    return pc.replace_substring_regex(to_arrow(texts), _NO_NUMBER, "")


def _matches(texts: pa.Array, pattern: str) -> Booleans:
    found = pc.match_substring_regex(texts, pattern).fill_null(fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _first(texts: pd.Series, rows: Booleans) -> str:
    return str(texts[rows].iloc[0]).strip() if rows.any() else ""


def _grouped(texts: pa.Array) -> str:
    rows = _matches(texts, _GROUPS)
    return str(texts[int(np.argmax(rows))].as_py()) if rows.any() else ""


def _has_points(texts: pa.Array) -> bool:
    others = ~_matches(texts, _EITHER) & ~_matches(texts, _ZERO)
    return bool((_matches(texts, _POINT) & others).any())
