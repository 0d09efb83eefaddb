"""The column of countries of an unknown table, held against the points of its records."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from minmap.files.cells import Cells, evenly_sampled
from minmap.places.country_polygons import lonlat_of
from minmap.reading.column_filling import fill
from minmap.reading.record_locations import locations
from minmap.reading.source import FieldRule, Source
from minmap.reading.stated_places import SIGNS, agreement
from minmap.types import Booleans, Floats
from minmap.vocabulary.registry import rows

_FIELD: Final = "country"
_FIPS_TERM: Final = re.compile(r"f([A-Z]{2})")  # as MRDS writes the code
_CODE: Final = r"[A-Z]{2}"
_NEARLY_ALL, _HARDLY_ANY = 0.8, 0.1
# A single point may be wrong itself.
_FEWEST: Final = 2


class Judged(NamedTuple):
    """What the points say of a column of countries.

    `rule` reads it, or is None if it is not taken; `note` is empty if all is well.
    """

    rule: FieldRule | None
    note: str


def judged_country(
    cells: Cells, source: Source, column: str, label: str, *, is_strange: bool
) -> Judged:
    """Return how to read a column of countries.

    Codes of two letters are of FIPS 10-4 if the points fit only so. A column whose heading does not
    name the country is not taken if points lie in other countries, unless a wrong sign or exchanged
    axes explain that: it may be the country of a buyer or an owner.

    Parameters
    ----------
    cells
        The table. Not changed.
    source
        Its description, with the coordinates.
    column, label
        Names of the column and of the file.
    is_strange
        Whether the heading of the column does not name the country.
    """
    rule = FieldRule(columns=(column,))
    texts = cells.column(column)
    is_coded = texts is not None and _are_codes(texts)
    if texts is None or not (is_strange or is_coded):
        return Judged(rule, "")
    some = Cells(
        evenly_sampled(cells.frame),
        None if cells.geometry is None else evenly_sampled(cells.geometry),
        [],
    )
    ids = pd.Series(some.index.astype(str), index=some.index)
    lonlat = lonlat_of(locations(some, source, ids, path=label).geometry)
    stated = fill(some, _FIELD, (rule,), {}).column
    if is_coded:
        fips = FieldRule(columns=(column,), meanings=_fips())
        read = fill(some, _FIELD, (fips,), {}).column
        if count := _fitting_only(lonlat, read, stated):
            return Judged(
                fips,
                f"{column}: the codes are read as FIPS 10-4, as {count} points are in the country "
                "of their row only so, and none only by ISO 3166; if they are codes of ISO, "
                "correct the points.",
            )
    if not is_strange:
        return Judged(rule, "")
    return _of_strange(column, lonlat, stated)


@cache
def _fips() -> Mapping[str, str]:
    """Return the country (alpha-3) of each code of two letters of FIPS 10-4, in lower case."""
    terms = ((_FIPS_TERM.fullmatch(row["term"]), row["code"]) for row in rows("fips_terms"))
    return {found[1].casefold(): code for found, code in terms if found}


def _are_codes(texts: pd.Series) -> bool:
    given = texts.dropna().str.strip()
    return bool(len(given)) and bool(given.str.fullmatch(_CODE).mean() >= _NEARLY_ALL)


def _fitting_only(lonlat: Floats, fips: pd.Series, iso: pd.Series) -> int:
    """Return how many points fit FIPS 10-4 only, 0 if there are few or any fits ISO 3166 only."""
    here, elsewhere = agreement(lonlat, fips)
    by_iso, _ = agreement(lonlat, iso)
    only_fips, only_iso = int((here & ~by_iso).sum()), int((by_iso & ~here).sum())
    known = int((here | elsewhere).sum())
    fits = only_fips >= _FEWEST and not only_iso and here.sum() >= _NEARLY_ALL * known
    return only_fips if fits else 0


def _of_strange(column: str, lonlat: Floats, stated: pd.Series) -> Judged:
    here, elsewhere = agreement(lonlat, stated)
    known, wrong = int((here | elsewhere).sum()), int(elsewhere.sum())
    if wrong < max(_FEWEST, _HARDLY_ANY * known) or _is_explained(lonlat, stated, here | elsewhere):
        return Judged(FieldRule(columns=(column,)), "")
    named = {_FIELD: column}
    return Judged(
        None,
        f"{column!r} was not taken as the country: its heading does not name the country of the "
        f"site, and {wrong} of {known} points lie in another country than it says; if it is the "
        f"country, give columns={named}.",
    )


def _is_explained(lonlat: Floats, stated: pd.Series, known: Booleans) -> bool:
    """Return whether nearly all points would be right with another sign, or exchanged."""
    others = [lonlat * factors for factors in SIGNS.values()]
    others.append(np.ascontiguousarray(lonlat[:, ::-1]))
    there = (agreement(points, stated)[0] for points in others)
    return any(fits.sum() >= _NEARLY_ALL * known.sum() for fits in there)
