"""A user's own words for the columns of the occurrence table, from a TOML file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from minmap.arguments import did_you_mean, nearest_choice, shown
from minmap.errors import ChoiceError, FileError
from minmap.files.toml_text import parsed_toml, toml_text
from minmap.table import VOCABULARIES
from minmap.vocabulary import commodities, resolve_commodity, resolve_term
from minmap.vocabulary.spelling import commodity_key, own_key

COMMODITIES: Final = "commodities"
MINOR: Final = "minor_commodities"
TABLES: Final = (COMMODITIES, *VOCABULARIES)
"""Tables of the file; that of commodities is for main and minor ones."""

_MOST_WORDS: Final = 20_000
_LONGEST: Final = 1_000
"""Letters of a word, and of what it means."""

OwnWords = Mapping[str, Mapping[str, str]]
"""Codes by word, by table of the file."""

NO_OWN_WORDS: Final[OwnWords] = MappingProxyType({})


def table_of(column: str) -> str | None:
    """Return the table of the file that has the words of a column; None for other columns."""
    table = COMMODITIES if column == MINOR else column
    return table if table in TABLES else None


def is_own(column: str, words: Mapping[str, str]) -> Callable[[str], bool]:
    """Return a function that says whether a text of a column is one of the user's own words.

    Examples
    --------
    >>> is_own("status", {"в резерве": "inactive"})("В резерве")
    True
    """
    key = _key(table_of(column))
    keys = frozenset(map(key, words))
    return lambda text: key(text) in keys


def _key(table: str | None) -> Callable[[str], str]:
    return commodity_key if table == COMMODITIES else own_key


def load(path: Path) -> OwnWords:
    """Return the words of a TOML file by table of the file.

    Parameters
    ----------
    path
        The file: a table for each column with words, ``[commodities]``, ``[country]``,
        ``[status]``, ``[site_type]`` or ``[deposit_type]``, in which each word has a code, or
        several commodities separated by spaces; ``""`` means that the word is known and has none.

    Raises
    ------
    FileError
        If the file is missing, is no ordinary file, has more than 10 MB or 20,000 words, is not
        TOML, or a word has a value that is no text, or it or its value has more than 1,000 letters.
    ChoiceError
        If a table or a code is unknown, or two spellings of a word differ in their codes.
    """
    text = toml_text(path, name="vocabulary", what="a vocabulary")
    tables = parsed_toml(text, str(path))
    count = sum(len(words) for words in tables.values() if isinstance(words, dict))
    if count > _MOST_WORDS:
        raise FileError(
            f"{path} has {count:,} words; a vocabulary may have {_MOST_WORDS:,}. Leave out those "
            "that your tables do not have."
        )
    known = frozenset(commodities()["code"])
    return {name: _words(path, name, words, known) for name, words in tables.items()}


def _words(path: Path, table: str, words: Any, known: frozenset[str]) -> dict[str, str]:
    if table not in TABLES:
        near = nearest_choice(table, TABLES)
        raise ChoiceError(
            f"{path} has the table {shown(table)}, which is no column with words"
            f"{did_you_mean([] if near is None else [f'[{near}]'])} Choose one of: "
            f"{', '.join(sorted(TABLES))}."
        )
    if not isinstance(words, dict):
        raise FileError(f"{path}: {table} = {shown(words)} is no table; write [{table}] above it.")
    key = _key(table)
    codes: dict[str, str] = {}
    meant: dict[str, str] = {}
    resolved: dict[str, str] = {}
    for word, value in words.items():
        where = f"{path}: [{table}] {shown(word)} = {shown(value)}"
        if not isinstance(value, str):
            raise FileError(f'{where} is no text; give a code in quotes, or "" for none.')
        if max(len(word), len(value)) > _LONGEST:
            raise FileError(
                f"{where} has more than {_LONGEST:,} letters; give a word and its code."
            )
        if value not in resolved:
            resolved[value] = _codes(where, table, value, known)
        codes[word] = resolved[value]
        if meant.setdefault(key(word), codes[word]) != codes[word]:
            raise ChoiceError(
                f"{where} differs from the other spelling of the word, which is "
                f"{shown(meant[key(word)])}; leave one of them out."
            )
    return codes


def _codes(where: str, table: str, value: str, known: frozenset[str]) -> str:
    """Return the codes that the value of a word means; it may also be written in other words.

    `known` are the codes of commodities.
    """
    if not value.strip():
        return ""
    if table == COMMODITIES and known.issuperset(value.split()):
        return " ".join(dict.fromkeys(value.split()))
    try:
        if table == COMMODITIES:
            return " ".join(resolve_commodity(value))
        return resolve_term(value, VOCABULARIES[table])
    except ChoiceError as error:
        raise ChoiceError(f"{where}: {error}") from error
