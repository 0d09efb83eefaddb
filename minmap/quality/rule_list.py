"""What is looked for: one row a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from minmap.vocabulary import TEXT


@dataclass(frozen=True)
class Rule:
    """Something that can be wrong with a record.

    Attributes
    ----------
    name
        Short stable name.
    severity
        ``"error"``: cannot be so. ``"warning"``: evidence says that it is wrong.
        ``"note"``: may be right, and worth knowing before the record is used.
    meaning
        What was found, thresholds included.
    cure
        What to do about it.
    """

    name: str
    severity: str
    meaning: str
    cure: str


RULES: Final = (
    Rule(
        "no_location",
        "warning",
        "the record has no location",
        "find its coordinates, or leave it out where place counts",
    ),
    Rule(
        "zero_location",
        "error",
        "latitude and longitude are both 0, which stands for missing",
        "clear the location",
    ),
    Rule(
        "out_of_range",
        "error",
        "the source's coordinates lie beyond the globe (latitude beyond 90, longitude beyond 180)",
        "correct the coordinates from the source's reference",
    ),
    Rule(
        "swapped",
        "warning",
        "the point lies in the record's country, or if it names none among records of its source, "
        "only with latitude and longitude exchanged",
        "exchange them",
    ),
    Rule(
        "lost_sign",
        "warning",
        "the point lies in the record's country, or if it names none among records of its source, "
        "only with the sign of one coordinate, or of both, turned",
        "turn the sign",
    ),
    Rule(
        "country_mismatch",
        "warning",
        "the point lies outside the country named, by more than map and location may be off",
        "look up which is right, the country or the point",
    ),
    Rule(
        "at_sea",
        "warning",
        "the point lies in the sea, 50 km and more from land, and nothing says that the site is "
        "offshore",
        "look up the location",
    ),
    Rule(
        "off_coast",
        "note",
        "the point lies in the sea, further from land than map and location may be off, but less "
        "than 50 km: it may be an island too small for the map",
        "see whether there is an island; look up the location",
    ),
    Rule(
        "filing_point",
        "note",
        "4 or more records with different names and commodities share one coordinate, as when "
        "records are filed under the middle of an area",
        "take the location as that of the area, not of the site",
    ),
    Rule(
        "coarse_coordinates",
        "note",
        "latitude and longitude have no or one decimal: off by 8 km and more",
        "do not measure short distances from it",
    ),
    Rule(
        "duplicate",
        "warning",
        "the record is the same as an earlier one in everything but its number",
        "keep one of the two",
    ),
    Rule(
        "same_name_and_place",
        "note",
        "an earlier record has the same name and the same point, but other contents",
        "see whether both describe one site",
    ),
    Rule(
        "unknown_term",
        "note",
        "the source gives a text that is in no vocabulary, so that the column is empty",
        "look at the text; give it a meaning in the source's TOML file",
    ),
    Rule(
        "impossible_year",
        "warning",
        "a year before 1000 or after the next one, or a last year before the first",
        "look up the year",
    ),
    Rule(
        "plant",
        "note",
        "the record is a plant (smelter, refinery, mill), where no ore is taken",
        "leave it out where deposits are meant",
    ),
    Rule(
        "sentinel",
        "warning",
        "-9999, -999 or 9999 in a column of numbers, which stands for missing",
        "clear the value",
    ),
    Rule(
        "damaged_text",
        "warning",
        "letters were lost or mistaken when the text passed from one encoding to another",
        "put back the text, from the source where letters are lost",
    ),
)
"""The rules, in the order in which findings about one record are listed."""

BY_NAME: Final = {rule.name: rule for rule in RULES}


def check_rules() -> pd.DataFrame:
    """Return the rules that `check` goes by.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``severity`` (error, warning or note), ``meaning``, ``cure``.

    Examples
    --------
    >>> check_rules().set_index("rule").loc["swapped", "severity"]
    'warning'
    """
    table = {
        "rule": [rule.name for rule in RULES],
        "severity": [rule.severity for rule in RULES],
        "meaning": [rule.meaning for rule in RULES],
        "cure": [rule.cure for rule in RULES],
    }
    return pd.DataFrame(table, dtype=TEXT)
