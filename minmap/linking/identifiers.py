"""Numbers of records: those that a record has, and those that its texts cite."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from scipy import sparse

from minmap.coordinates.column import to_arrow
from minmap.types import Integers

_COLUMN: Final = re.compile(r"(^|[_#+ ])id$", re.IGNORECASE)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_LETTERS: Final = 2
_CITED: Final = re.compile(r"(?<![\w.])[A-Za-z]{0,2}[0-9Oo]{6,12}(?!\w|\.\d)")
_DIGITS: Final = r"[0-9Oo]{6}"
LENGTH: Final = 6
"""Letters and digits of a number, without leading zeros, that is not a year or a running number.
minmap's own figure."""
COMMON: Final = 20
"""A number that more records have is not that of one site. minmap's own figure."""


@dataclass(frozen=True)
class SharedNumbers:
    """The numbers that several of n records have or cite.

    Attributes
    ----------
    matrix
        (n, numbers) of 0 and 1: which record has or cites which number.
    texts
        The numbers.
    """

    matrix: sparse.csr_array
    texts: list[str]

    def pairs(self) -> Integers:
        """Return the pairs (n, 2) of records with a number in common; the first is the smaller."""
        row, column = (self.matrix @ self.matrix.T).tocoo().coords
        found = np.column_stack([row, column])[row < column]
        return np.asarray(found, dtype=np.int64)

    def in_common(self, left: Integers, right: Integers) -> sparse.csr_array:
        """Return for pairs of records which numbers both have or cite."""
        return sparse.csr_array(self.matrix[left].multiply(self.matrix[right]))


def number_of(text: str) -> str | None:
    """Return the number of a record in the form in which numbers are compared.

    Leading zeros are dropped, the letter O between digits is read as zero, and a prefix of the
    source is left out. None for short numbers, which differ from table to table.

    Examples
    --------
    >>> number_of("mrds:10006806"), number_of("0320130014"), number_of("WOO29O4"), number_of("17")
    ('10006806', '320130014', 'W002904', None)
    """
    text = text.rpartition(":")[2].strip().removesuffix(".0").upper()
    letters = len(text) - len(text.lstrip(_LETTERS))
    head, digits = text[:letters], text[letters:].replace("O", "0")
    # Leading letters O before digits are zeros, as in WOO29O4.
    zeros = len(head) - len(head.rstrip("O")) if letters > 1 else 0
    head, digits = head[: letters - zeros], "0" * zeros + digits
    if len(head) > _MOST_LETTERS or not digits.isdecimal() or not digits.isascii():
        return None
    number = head + digits if head else digits.lstrip("0")
    return number if len(number) >= LENGTH else None


def own_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that contain numbers of records."""
    return [str(name) for name in table.columns if _COLUMN.search(str(name))]


def shared_numbers(tables: list[pd.DataFrame], positions: list[Integers]) -> SharedNumbers:
    """Return the numbers that 2 to `COMMON` records have or cite.

    Parameters
    ----------
    tables
        Tables of records.
    positions
        For each table, the row of the result that each of its records has.
    """
    own = _own(tables, positions)
    known = {number: column for column, number in enumerate(sorted({n for n, _ in own}))}
    found = {(row, known[number]) for number, row in own}
    for table, rows in zip(tables, positions, strict=True):
        found |= _citations(table, rows, known)
    row, column = np.array(sorted(found), dtype=np.int64).reshape(-1, 2).T
    records = np.bincount(column, minlength=len(known))
    kept = (records >= 2) & (records <= COMMON)
    shape = (sum(map(len, positions)), len(known))
    matrix = sparse.csr_array((np.ones(len(row), dtype=np.float32), (row, column)), shape=shape)
    texts = [number for number, keep in zip(known, kept.tolist(), strict=True) if keep]
    return SharedNumbers(matrix[:, np.flatnonzero(kept)], texts)


def _own(tables: list[pd.DataFrame], positions: list[Integers]) -> list[tuple[str, int]]:
    found = []
    for table, rows in zip(tables, positions, strict=True):
        for name in own_columns(table):
            texts = zip(to_arrow(table[name]).to_pylist(), rows.tolist(), strict=True)
            numbers = ((number_of(text), row) for text, row in texts if text is not None)
            found += [(number, row) for number, row in numbers if number is not None]
    return found


def _citations(table: pd.DataFrame, rows: Integers, known: dict[str, int]) -> set[tuple[int, int]]:
    """Return the rows of records and the columns of the numbers that their texts cite."""
    own, found = set(own_columns(table)), set()
    for name in map(str, table.columns):
        # The page of a record contains its own number.
        if (
            name in own
            or name.endswith("url")
            or not pd.api.types.is_string_dtype(table[name].dtype)
        ):
            continue
        texts = to_arrow(table[name])
        has_digits = pc.match_substring_regex(texts, _DIGITS).fill_null(fill_value=False)
        at = np.flatnonzero(has_digits.to_numpy(zero_copy_only=False))
        for row, text in zip(rows[at].tolist(), texts.take(at).to_pylist(), strict=True):
            for cited in _CITED.findall(text):
                number = number_of(cited)
                if number in known:
                    found.add((row, known[str(number)]))
    return found
