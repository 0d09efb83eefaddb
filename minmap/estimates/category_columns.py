"""The column of categories of a table, and the category of each of its rows."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from minmap.estimates.categories import RESOURCE, Category, category_of
from minmap.types import Integers

_OF_ESTIMATES: Final = re.compile(
    r"jorc|43-101|unfc|confiden|(?:resource|reserve|res|estimate)s? ?(?:categor|class|type|cat)|"
    r"type of (?:resource|reserve)|(?:resource|reserve)s?/(?:resource|reserve)|reporting code|"
    r"категори\w* запасов"
)
"""Headings that only a column of categories has."""
_STEMS: Final = re.compile(r"categor|classif|категор|kategor|catégor|\bcat\b|\bкат\b|类别|类型")
_WEAK: Final = {"class", "type", "status", "класс"}
_HEADING: Final = "category"
UNKNOWN: Final = "other estimate"
"""Measure of an estimate whose category is none of those known."""


def is_category_heading(heading: str) -> bool:
    """Return whether a heading is that of a column of categories.

    Examples
    --------
    >>> is_category_heading("JORC category"), is_category_heading("Ore (Mt)")
    (True, False)
    """
    plain = _plain(heading)
    return _is_certain(plain) or _STEMS.search(plain) is not None or plain in _WEAK


def _is_certain(plain: str) -> bool:
    return _OF_ESTIMATES.search(plain) is not None


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[_#+]", " ", heading[:100]).casefold().split())


def category_column(
    table: pd.DataFrame, own: Sequence[str], given: Mapping[str, str]
) -> str | None:
    """Return the column of categories, if there is one: given by the user, or by its heading.

    Of a column with a vague heading, such as "Category", some texts must be categories, and of one
    with a weak heading, such as "Class", most.
    """
    said = [name for name in own if name in given and _plain(str(given[name])) == _HEADING]
    if said:
        return said[0]
    for name in own:
        if name in given or not is_category_heading(name):
            continue
        texts = table[name].dropna().map(str).unique()
        known = sum(category_of(text) is not None for text in texts)
        is_weak = _plain(name) in _WEAK
        if (known and (not is_weak or 2 * known >= len(texts))) or _is_certain(_plain(name)):
            return name
    return None


def row_categories(
    table: pd.DataFrame, column: str | None, category: Category, at: Integers
) -> list[Category]:
    """Return the category of each row: that of the heading, or else of the column of categories.

    A text that is no known category stays as it is, with the measure `UNKNOWN`.
    """
    if column is None or category.name:
        return [category] * len(at)
    texts = table[column].iloc[at].astype(object).map(str, na_action="ignore")
    read = {text: _read(str(text), category) for text in texts.dropna().unique()}
    return [read[text] if pd.notna(text) else category for text in texts.tolist()]


def _read(text: str, category: Category) -> Category:
    plain = " ".join(text.split())
    if not plain:
        return category
    found = category_of(plain)
    if found is None:
        return Category(plain, "", UNKNOWN, frozenset({plain}))
    is_measure = found.name == "" and found.measure == RESOURCE
    return category if is_measure and (found.is_assumed or not category.is_assumed) else found


def unknown_categories(table: pd.DataFrame, column: str | None) -> list[str]:
    """Return the texts in a column of categories that are no known category."""
    if column is None:
        return []
    texts = table[column].dropna().map(lambda text: " ".join(str(text).split())).unique()
    return sorted(text for text in texts if text and category_of(text) is None)


def vague_categories(table: pd.DataFrame, own: Sequence[str], column: str | None) -> list[str]:
    """Return the columns whose headings say category and whose texts are no categories."""
    if column is not None:
        return []
    headed = [name for name in own if _STEMS.search(_plain(name)) is not None]
    return [name for name in headed if table[name].notna().any()]
