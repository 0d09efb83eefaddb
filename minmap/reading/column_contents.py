"""What each column of an unknown table contains: the best explanation of its heading and values.

The contents of a column are explained by a field of the occurrence table, by something that no
field has (an address, a company, a code, a date...), or by nothing known. The heading and the
values give odds to each explanation, and its confidence is its part of the odds of all: 0.9 means
that the odds of this explanation are nine times those of all others together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from minmap.reading.column_evidence import (
    COUNTRY_NAMES,
    FIELDS,
    MAIN,
    MINOR,
    SECOND,
    SPELLED,
    TEXT_FIELDS,
    Values,
)
from minmap.reading.headings import (
    AMONG_OTHERS,
    CUT,
    FULL,
    OTHER,
    QUALIFIED,
    WEAK,
    meanings,
    says_exploration,
    says_name,
    says_nothing,
    says_site,
    words_of,
)
from minmap.reading.other_subjects import not_of_the_site
from minmap.reading.overrides import PLACE
from minmap.reading.value_kinds import STATE
from minmap.types import TEXT
from minmap.vocabulary import group_of, parse_commodities
from minmap.vocabulary.spelling import normalise

LEAST_CONFIDENCE: Final = 0.6
"""A column is taken as a field if its confidence is at least this; below, it is a question."""
_WORTH_A_QUESTION: Final = 0.2
NUMBER: Final = OTHER + "number"

# Odds of a heading of each strength, against a heading that a column of other content has.
_HEADINGS: Final = (
    (0.0, AMONG_OTHERS * QUALIFIED, AMONG_OTHERS, WEAK * QUALIFIED, WEAK, CUT, QUALIFIED, FULL),
    (0.0, 0.4, 0.6, 2.4, 4.0, 15.0, 30.0, 60.0),
)
# Odds without the name of the content in the heading: "f3"; words of no vocabulary; other names.
_NO_NAME, _UNKNOWN_NAME, _OTHER_NAME = 0.7, 0.1, 0.03
_STATUS: Final = "status"
_SITE_TYPE: Final = 0.4
# A column called "type" whose words no vocabulary has is hardly ever one of deposit types.
_WEAKLY_NAMED: Final = 0.3
# Two columns of one content are less likely than one.
_SECOND_COLUMN: Final = 0.03
# A name among other words ("well name") says little where any text fits.
_TEXT_AMONG_OTHERS: Final = 0.3
# Odds of values by the share that fit.
_SHARES: Final = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
_ODDS: Final = (0.6, 2.0, 8.0, 20.0, 60.0, 80.0)
# Odds if no value fits: vocabularies of countries are complete, those of other fields are not.
_NO_VALUE_FITS: Final = {
    "country": 0.02, "status": 0.15, "site_type": 0.01, "deposit_type": 0.3,
    MAIN: 0.15, SECOND: 0.3, MINOR: 0.3, "url": 0.02, **dict.fromkeys(PLACE, 0.02),
}  # fmt: skip
_CODE: Final = OTHER + "code"
_LOCATING: Final = OTHER + "way of locating"
_NOT_NUMBERS: Final = TEXT_FIELDS
# Numbers under "Name" are names ("101"), unless another column has words.
_NUMBERED_NAME: Final = 0.5
_ANY_TEXT: Final = (*TEXT_FIELDS, SECOND, MINOR, "id")
# Kinds of text told by their values alone, and the odds of values that are all of the kind.
_TOLD_BY_VALUES: Final = {
    _CODE: 400.0, OTHER + "email": 400.0, OTHER + "phone": 400.0, OTHER + "date": 300.0,
    OTHER + "flag": 300.0, OTHER + "part of the world": 300.0, OTHER + "address": 300.0,
    OTHER + "company": 150.0, OTHER + "remarks": 150.0, OTHER + "abbreviation": 60.0,
    _LOCATING: 300.0, NUMBER: 300.0,
}  # fmt: skip
_NEGLIGIBLE: Final = 0.01
# Odds of a field that is a question, whatever the values: below the least confidence, far above
# the least that is worth a question.
_A_QUESTION: Final = 1.2
# Values that are names of commodities leave no doubt, unless most are also names of rocks.
_NEARLY_ALL, _MOSTLY, _HALF, _FEW, _FEWEST_ROWS = 0.95, 0.8, 0.5, 0.3, 3
_WITH_ROCKS: Final = "industrial"  # the group of granite, limestone, marble...
_TERMS: Final = ("status", "site_type", "deposit_type", "country")
# A column of numbers without a name is nothing else.
_NUMERIC: Final = 0.95
_OF_NUMBERS: Final = (*PLACE, NUMBER)
_BY_VALUES: Final = frozenset(
    {*_TOLD_BY_VALUES, *PLACE, "country", "status", "site_type", "deposit_type", MAIN, "url",
     "name"}
)  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """A content that a column may have.

    Attributes
    ----------
    column, content
        The column, and a field or, starting with `OTHER`, something else.
    heading
        Strength of the column's heading for the content, 0 to 1.
    share
        Share of the sampled values that fit it, 0 to 1.
    odds
        Odds against a content that is not known.
    confidence
        0 to 1, against the other explanations of the column; for a field that the heading does
        not name, also against the other columns that may have it.
    """

    column: str
    content: str
    heading: float
    share: float
    odds: float
    confidence: float

    @property
    def is_field(self) -> bool:
        """Whether the content is a field."""
        return _is_field(self.content)

    @property
    def is_question(self) -> bool:
        """Whether the content is likely, but not likely enough to be taken."""
        return self.is_field and _WORTH_A_QUESTION <= self.confidence < LEAST_CONFIDENCE


Odds = dict[str, dict[str, tuple[float, float]]]
"""For each column, the strength of its heading for each likely content, and the odds of it."""


def odds_of(values: Mapping[str, Values]) -> Odds:
    """Return the odds of the likely contents of each column."""
    return {column: _odds(column, sampled) for column, sampled in values.items()}


def explanations(odds: Odds, values: Mapping[str, Values]) -> dict[str, list[Explanation]]:
    """Return the explanations of each column, the best first.

    Examples
    --------
    >>> import pandas as pd
    >>> from minmap.reading.column_evidence import values_of
    >>> sites = pd.DataFrame({"STATE": ["CA", "CA", "NV"], "Metal": ["Au", "Ag, Pb", "Cu"]})
    >>> sampled = values_of(dict(sites.items()))
    >>> found = explanations(odds_of(sampled), sampled)
    >>> [(found[name][0].content, round(found[name][0].confidence, 1)) for name in sites]
    [('admin1', 1.0), ('commodities', 1.0)]
    """
    totals = {c: 1.0 + sum(number for _, number in each.values()) for c, each in odds.items()}
    unnamed: dict[str, float] = {}
    for column, of_column in odds.items():
        for content, (heading, number) in of_column.items():
            if heading < WEAK * QUALIFIED:
                merit = number * number / totals[column]
                unnamed[content] = unnamed.get(content, 0.0) + merit
    found = {}
    for column, of_column in odds.items():
        each = []
        for content, (heading, number) in of_column.items():
            confidence = number / totals[column]
            if heading < WEAK * QUALIFIED and _is_field(content):
                confidence *= number * confidence / unnamed[content]
            share = values[column].shares.get(content, 1.0)
            share = values[column].share(content) if _is_field(content) else share
            each.append(Explanation(column, content, heading, share, number, confidence))
        found[column] = sorted(each, key=lambda one: -one.odds)
    return found


def without_field(odds: Odds, field: str) -> Odds:
    """Return the odds when a field has its column, so that others contain it less likely."""
    return {
        column: {
            content: (heading, number * (_SECOND_COLUMN if content == field else 1.0))
            for content, (heading, number) in contents.items()
        }
        for column, contents in odds.items()
    }


def _is_field(content: str) -> bool:
    return not content.startswith(OTHER)


def _odds(column: str, sampled: Values) -> dict[str, tuple[float, float]]:
    """Return the strength of the heading for each likely content, and the content's odds."""
    named = meanings(column)
    is_named = bool(named)
    without = _NO_NAME if says_nothing(column) else _OTHER_NAME if is_named else _UNKNOWN_NAME
    found = {}
    # "Site 10" has as many digits as a coordinate, but is worded.
    is_numeric = bool(sampled.filled) and sampled.shares["numeric"] >= _NUMERIC
    is_numeric &= sampled.shares["worded"] < _HALF
    possible = _OF_NUMBERS if is_numeric else (*FIELDS, *_TOLD_BY_VALUES)
    is_numbered = is_numeric and says_name(column) and not sampled.shares[_CODE]
    if is_numbered:
        possible = (*possible, "name")
    elsewhere = not_of_the_site(column)
    for content in dict.fromkeys([*possible, *named]):
        heading = named.get(content, 0.0)
        if elsewhere.get(content) == FULL:
            continue
        if not heading and (content not in _BY_VALUES or not sampled.filled):
            continue
        by_heading = float(np.interp(heading, *_HEADINGS)) if heading else without
        if content == MAIN and heading < WEAK and is_named and _are_commodities(named, sampled):
            by_heading = float(np.interp(WEAK, *_HEADINGS))
        if 0 < heading <= AMONG_OTHERS and content in _ANY_TEXT:
            by_heading *= _TEXT_AMONG_OTHERS
        if content == "name" and is_numbered:
            odds = by_heading * _NUMBERED_NAME * _odds_of_different(sampled)
        else:
            filled = sampled.filled
            odds = by_heading * (_odds_of_values(content, heading, sampled) if filled else 1.0)
        if content in elsewhere or (content == _STATUS and _may_be_any(column, heading, sampled)):
            odds = min(odds, _A_QUESTION)
        if odds >= _NEGLIGIBLE:
            found[content] = (heading, odds)
    return found


def _may_be_any(column: str, heading: float, sampled: Values) -> bool:
    """Return whether words such as "active" may be said of anything, as the heading is no status.

    A heading that says nothing ("field_3") is the table's only one for what it holds.
    """
    if (heading > AMONG_OTHERS or says_site(column)) and not says_exploration(column):
        return False
    known = words_of("state of anything")
    return not says_nothing(column) and all(normalise(text) in known for text in sampled.different)


def _are_commodities(named: Mapping[str, float], sampled: Values) -> bool:
    """Return whether values under a vague heading, such as "Type", are all names of commodities.

    Not if most may be rocks too, or are terms of another field that the heading may name.
    """
    if max(named.values()) >= CUT or sampled.shares[SPELLED] < _NEARLY_ALL:
        return False
    if any(sampled.share(field) >= _HALF for field in named if field in _TERMS):
        return False
    codes, _ = parse_commodities(pd.Series(sampled.different, dtype=TEXT))
    rocks = float((group_of(codes) == _WITH_ROCKS).mean())
    enough = sampled.filled >= _FEWEST_ROWS or len(sampled.different) == 1
    return bool(enough and rocks < _HALF)


def _odds_of_values(content: str, heading: float, sampled: Values) -> float:
    """Return how much likelier the values are with this content than with another."""
    if content in _TOLD_BY_VALUES or content.startswith(OTHER):
        return _odds_of_kind(content, sampled, is_named=heading > 0)
    if content in _NOT_NUMBERS:
        return _odds_of_text(content, heading, sampled)
    if content == "id":
        return _odds_of_id(sampled)
    share = sampled.share(content)
    if content == MAIN and heading < WEAK:
        share = sampled.shares[SPELLED]
    elif content == "country" and heading < CUT:
        share = sampled.shares[COUNTRY_NAMES]
    elif content == SECOND and heading <= WEAK and share < _MOSTLY:
        share = 0.0  # remarks under "other" name metals now and then
    none = _NO_VALUE_FITS[content]
    none *= _WEAKLY_NAMED if content == "deposit_type" and heading <= WEAK else 1.0
    odds = float(np.exp(np.interp(share, (0.0, *_SHARES), np.log((none, *_ODDS)))))
    # Most words of statuses are words of site types too, and seldom the reverse.
    odds *= _SITE_TYPE if content == "site_type" else 1.0
    # One text that fits may do so by chance.
    few = len(sampled.different) if heading < CUT else 3
    return odds if odds < 1 or few >= 3 else float(odds ** (0.25 + 0.25 * few))


def _odds_of_kind(kind: str, sampled: Values, *, is_named: bool) -> float:
    most = _TOLD_BY_VALUES.get(kind)
    if most is None:
        return 1.0
    share = sampled.shares["numeric" if kind == NUMBER else kind]
    none = 0.5 if is_named else 0.0
    return float(np.interp(share, (0.0, 0.3, 0.6, 0.95), (none, 1.0, 8.0, most)))


def _odds_of_text(field: str, heading: float, sampled: Values) -> float:
    """Return the odds of a field of free text by the look of the values."""
    if sampled.shares["worded"] < 0.5:
        return 0.02
    if field == "admin1":
        if sampled.shares[OTHER + "part of the world"] >= 0.3 or _are_statuses(sampled):
            return 0.02
        # "estado" is the state in the countries whose states are known, and elsewhere the status.
        none = 0.5 if heading >= CUT else 0.1
        return float(np.interp(sampled.shares[STATE], (0.0, 0.3, 0.8), (none, 3.0, 30.0)))
    if field == "citation" and sampled.shares[_LOCATING] >= _HALF:
        return 0.02
    is_short = 2 <= float(np.median(sampled.lengths)) <= 60
    if field != "name":
        return 1.0 if is_short else 0.5
    odds = _odds_of_different(sampled)
    odds *= 1 - 0.8 * sampled.shares[OTHER + "company"]
    odds *= 1 - 0.98 * sampled.shares[_CODE]
    return odds if is_short else 0.1 * odds


def _are_statuses(sampled: Values) -> bool:
    """Return whether values under the heading "State" are states of development."""
    return sampled.shares[_STATUS] >= _HALF and sampled.shares[STATE] < _FEW


def _odds_of_different(sampled: Values) -> float:
    """Return the odds of names by the share of different values."""
    shares, odds = (0.0, 0.1, 0.3, 0.5, 1.0), (0.02, 0.1, 0.5, 1.0, 4.0)
    return float(np.interp(sampled.distinct, shares, odds))


def _odds_of_id(sampled: Values) -> float:
    """Return the odds of the number of a record: short, and different in all records."""
    share = sampled.share("id")
    words = sum(" " in text for text in sampled.different) / max(1, len(sampled.different))
    return float(np.interp(share, (0.85, 0.9), (0.02, 10.0))) * (1 - 0.8 * words)
