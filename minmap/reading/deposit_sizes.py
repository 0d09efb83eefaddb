"""The size of deposits that a table states in words: large, medium or small."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from minmap.packaged_rows import packaged_rows
from minmap.reading.column_evidence import Values
from minmap.reading.headings import in_words, strengths, words_of
from minmap.reading.source import FieldRule
from minmap.vocabulary.spelling import normalise

SIZE: Final = "size"
_MOSTLY: Final = 0.8
# Words that may stand beside one for size.
_BESIDE: Final = ("size of a site", "qualifier", "silent", "naming", "coding")


@cache
def _terms() -> Mapping[str, str]:
    """Return the code of each word in lower case."""
    rows = packaged_rows(__package__, "size_terms")
    return {row["term"].casefold(): row["code"] for row in rows}


def _is_size(heading: str) -> bool:
    """Return whether a heading is that of sizes, and has no words but for a site.

    Examples
    --------
    >>> _is_size("Deposit size class"), _is_size("Grain size"), _is_size("Company size")
    (True, False, False)
    """
    words = {*normalise(in_words(heading)).split()}
    rest = words - words_of("size")
    beside = frozenset[str]().union(*map(words_of, _BESIDE))
    is_of_site = all(word in beside or "name" in strengths(word) for word in rest)
    return rest != words and is_of_site and rest.isdisjoint(words_of("part of a site"))


def size_rule(values: Mapping[str, Values], taken: Mapping[str, Iterable[str]]) -> FieldRule | None:
    """Return the rule for the first column with a heading and words of sizes, None without one.

    Parameters
    ----------
    values
        Values of each column.
    taken
        Columns that have been taken, by field.

    Examples
    --------
    >>> import pandas as pd
    >>> from minmap.reading.column_evidence import values_of
    >>> given = {"Taille": pd.Series(["petit", "Moyen"]), "Size": pd.Series(["120 ha", "2 ha"])}
    >>> rule = size_rule(values_of(given), {})
    >>> rule.columns, rule.meanings["petit"], rule.meanings["крупное"]
    (('Taille',), 'small', 'large')
    """
    used = {column for columns in taken.values() for column in columns}
    for column, sampled in values.items():
        if column in used or not sampled.filled or not _is_size(column):
            continue
        texts = [text.strip().casefold() for text in sampled.texts.tolist()]
        if sum(text in _terms() for text in texts) >= _MOSTLY * len(texts):
            return FieldRule(columns=(column,), meanings=_terms())
    return None
