"""The words of a table that are in no vocabulary: a report, and a draft of the user's own words."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import tomli_w

from minmap.arguments import check_keywords, require_kind
from minmap.errors import MinmapError, warn
from minmap.reading.own_words import COMMODITIES, TABLES, table_of
from minmap.table import VOCABULARIES
from minmap.vocabulary.lookup import nearest_words, unmapped_reason

UNKNOWN: Final = "unknown_words"
"""Key in the attrs of a table."""
# Few, because pandas copies attrs with each column.
_MOST: Final = 200
_LONGEST: Final = 200
_NEAREST: Final = 3
_HEADER: Final = """\
# Words that are in no vocabulary of minmap, most frequent first. Give the code of a word and remove
# the "#" before it; "" means that the word is known and has no meaning. Then read the table with
# vocabulary= (in the command line: --vocabulary) and the name of this file.
"""


def recorded(unknown: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, Any]]:
    """Return what a table keeps of the unknown words of its columns, as JSON has it.

    Parameters
    ----------
    unknown
        Number of rows by word, by column; only columns with a vocabulary are kept.

    Returns
    -------
    dict
        By column with unknown words: ``words``, the number of rows of the most frequent words, and
        ``left_out``, the number of rarer and longer ones.

    Examples
    --------
    >>> recorded({"status": {"lost": 2, "found": 3}, "country": {}, "status_year": {"x": 1}})
    {'status': {'words': {'found': 3, 'lost': 2}, 'left_out': 0}}
    """
    found = {}
    for column, counts in unknown.items():
        if not counts or table_of(column) is None:
            continue
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        kept = dict([item for item in ordered if len(item[0]) <= _LONGEST][:_MOST])
        found[column] = {"words": kept, "left_out": len(ordered) - len(kept)}
    return found


@check_keywords
def unknown_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return the words of a table that are in no vocabulary, most frequent first.

    Parameters
    ----------
    table
        What `minmap.read` returned, or a part of it; the numbers are those of the whole file.

    Returns
    -------
    pandas.DataFrame
        One row per word: ``column`` (of the occurrence table), ``word``, ``rows`` (number of rows
        of the file with it), ``nearest`` (words of the vocabulary that are spelt alike, with their
        codes) and ``reason`` (why minmap gives the word no code, where it knows the word). Of each
        column at most 200 words, the most frequent.

    Raises
    ------
    MinmapError
        If the table has no record of its words: `minmap.read` keeps it in
        ``attrs["unknown_words"]``, except for a table that minmap wrote.

    Warns
    -----
    MinmapWarning
        If there are more words.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["unknown_words"] = recorded({"status": {"producr": 3}, "country": {"USSR": 5}})
    >>> unknown_words(table)[["column", "word", "rows"]].values.tolist()
    [['country', 'USSR', 5], ['status', 'producr', 3]]
    >>> unknown_words(table)["reason"][0], unknown_words(table)["nearest"][1].split(", ")[0]
    ('fifteen countries of today', "'Producer' (producer)")
    """
    require_kind(table, pd.DataFrame, name="table", cure="give what minmap.read returned")
    record = table.attrs.get(UNKNOWN)
    if record is None:
        raise MinmapError(
            f"table has no attrs['{UNKNOWN}']; give what minmap.read returned for the source's own "
            "file."
        )
    rows = [
        (column, word, count, *_advice(column, word))
        for column, kept in record.items()
        for word, count in kept["words"].items()
    ]
    left = {column: kept["left_out"] for column, kept in record.items() if kept["left_out"]}
    if left:
        listed = ", ".join(f"{count:,} of {column}" for column, count in left.items())
        warn(f"Rarer or longer words are left out: {listed}.")
    names = ["column", "word", "rows", "nearest", "reason"]
    found = pd.DataFrame(rows, columns=names).astype({"rows": "int64"})
    order = ["rows", "column", "word"]
    return found.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _advice(column: str, word: str) -> tuple[str, str]:
    """Return the nearest words of a vocabulary, and why a word has no code; "" if there is none."""
    vocabulary = VOCABULARIES.get(column, COMMODITIES)
    reason = unmapped_reason(word, vocabulary)
    if reason is not None:
        return "", reason
    return ", ".join(nearest_words(word, vocabulary)[:_NEAREST]), ""


@check_keywords
def draft_vocabulary(table: pd.DataFrame) -> str:
    r"""Return a draft of a user's own words: the unknown words of a table, as text of a TOML file.

    Every word is a comment with its number of rows and the nearest words, so that the text can be
    read by ``minmap.read(file, vocabulary=...)`` as it is, and completed word by word.

    Parameters
    ----------
    table
        As for `unknown_words`.

    Raises
    ------
    MinmapError
        As for `unknown_words`.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["unknown_words"] = recorded({"country": {"Soviet Union": 5}})
    >>> print(draft_vocabulary(table).partition("\n\n")[2].strip())
    [country]
    # "Soviet Union" = ""  # 5 rows; no code: fifteen countries of today
    """
    words = unknown_words(table)
    tables = words["column"].map(table_of)
    parts = [_HEADER]
    for name in TABLES:
        mine = words[tables == name].drop_duplicates("word")
        if not mine.empty:
            lines = [_line(*row) for row in mine.drop(columns="column").to_numpy().tolist()]
            parts.append("\n".join([f"[{name}]", *lines]) + "\n")
    return "\n".join(parts)


def _line(word: str, rows: int, nearest: str, reason: str) -> str:
    entry = tomli_w.dumps({word: ""}).strip()
    note = f"{rows:,} {'row' if rows == 1 else 'rows'}"
    note += f"; near: {nearest}" if nearest else ""
    note += f"; no code: {reason}" if reason else ""
    return f"# {entry}  # {note}"
