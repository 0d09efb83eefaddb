"""Numbers of records: those that a record has, and those that its texts cite."""

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
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


def own_columns(table: pd.DataFrame) -> list[Any]:
    """Return the columns of a table that contain numbers of records."""
    return [name for name in table.columns if _COLUMN.search(str(name))]


def shared_numbers(tables: list[pd.DataFrame], positions: list[Integers]) -> SharedNumbers:
    """Return the numbers that 2 to `COMMON` records have or cite.

    Parameters
    ----------
    tables
        Tables of records.
    positions
        For each table, the row of the result that each of its records has.
    """
    owners, numbers = _own(tables, positions)
    encoded = numbers.dictionary_encode()
    known = encoded.dictionary
    found = [(owners, encoded.indices.to_numpy())]
    found += [_citations(table, rows, known) for table, rows in zip(tables, positions, strict=True)]
    row, column = map(np.concatenate, zip(*found, strict=True))
    shape = (sum(map(len, positions)), max(len(known), 1))
    has = sparse.csr_array((np.ones(len(row), dtype=np.float32), (row, column)), shape=shape)
    has.data[:] = 1.0  # a number that a record has and cites counts once
    records = np.bincount(has.indices, minlength=shape[1])
    kept = np.flatnonzero((records >= 2) & (records <= COMMON))
    return SharedNumbers(has[:, kept], known.take(kept).to_pylist())


def _own(tables: list[pd.DataFrame], positions: list[Integers]) -> tuple[Integers, pa.Array]:
    """Return the rows of records, and the numbers that they have."""
    owners, numbers = [np.empty(0, dtype=np.int64)], [pa.array([], pa.large_string())]
    for table, rows in zip(tables, positions, strict=True):
        for name in own_columns(table):
            found = _numbers_of(to_arrow(table[name]))
            is_number = found.is_valid()
            owners.append(rows[is_number.to_numpy(zero_copy_only=False)])
            numbers.append(found.filter(is_number))
    return np.concatenate(owners), pa.concat_arrays(numbers)


def _numbers_of(texts: pa.Array) -> pa.Array:
    """Return `number_of` of each text; those that are only digits are read all at once."""
    last = pc.replace_substring_regex(texts, "(?s)^.*:", "")
    is_plain = pc.match_substring_regex(last, "^[0-9]+$").fill_null(fill_value=True)
    others = [number_of(text) for text in texts.filter(pc.invert(is_plain)).to_pylist()]
    plain = pc.utf8_ltrim(last, "0")
    plain = pc.if_else(pc.greater_equal(pc.utf8_length(plain), LENGTH), plain, None)
    return pc.replace_with_mask(plain, pc.invert(is_plain), pa.array(others, texts.type))


def _citations(table: pd.DataFrame, rows: Integers, known: pa.Array) -> tuple[Integers, Integers]:
    """Return the rows of records, and the positions of the `known` numbers that they cite."""
    own, citing, cited = set(own_columns(table)), list[int](), list[str | None]()
    for name in table.columns:
        # The page of a record contains its own number.
        if (
            name in own
            or str(name).endswith("url")
            or not pd.api.types.is_string_dtype(table[name].dtype)
        ):
            continue
        texts = to_arrow(table[name])
        has_digits = pc.match_substring_regex(texts, _DIGITS).fill_null(fill_value=False)
        at = np.flatnonzero(has_digits.to_numpy(zero_copy_only=False))
        for row, text in zip(rows[at].tolist(), texts.take(at).to_pylist(), strict=True):
            found = _CITED.findall(text)
            citing += [row] * len(found)
            cited += map(number_of, found)
    column = pc.index_in(pa.array(cited, known.type), known)
    is_known = column.is_valid().to_numpy(zero_copy_only=False)
    return np.array(citing, dtype=np.int64)[is_known], column.drop_null().to_numpy()
