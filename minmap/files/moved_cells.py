"""Rows of delimited text whose cells fit their columns better if some are joined again.

A separator without quotes inside a cell (``1,25``; ``copper, gold``) divides it and moves all cells
behind it to the right. If the last columns of the row are blank, it has no cell too many. What the
columns of other rows hold then shows whether the cells stand in their own.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from math import inf, log
from statistics import median
from typing import Final

_NUMBER: Final = re.compile(r"[ \t]*[+-]?[0-9]+(?:[.,][0-9]+)?[ \t]*")
_WHOLE: Final = re.compile(r"[ \t]*[+-]?[0-9]+")
_DIGITS: Final = re.compile(r"[0-9]+[ \t]*")
_WORD: Final = re.compile(r"[^\W\d_]{3}")
_KINDS: Final = ("whole", "decimal", "word", "other")
_NUMBERS: Final = ("whole", "decimal")

# Least shares: the first rows, which show what is usual, may differ from all others.
_RARE: Final = 0.02
_UNUSUAL: Final = 0.05
_SELDOM: Final = 0.2
_OTHER_NUMBER: Final = 0.1  # 45 among decimal numbers
_ELSEWHERE: Final = 0.1  # a new value that columns to the left have
_DIVIDED: Final = 0.1  # a cell that has a separator without quotes
_SPACED: Final = 0.9  # a separator in a text has a space behind it
_KNOWN_REST: Final = 0.5
_SMALL: Final = 0.1  # what is added to all counts
_DEVIATIONS: Final = 8  # median ones, within which numbers are usual

_MOST_JOINED: Final = 3  # cells of one column
_MOST_MOVED: Final = 3  # columns
_LIKELIER: Final = 0.5
_MUCH_LIKELIER: Final = 7.0
_MOST_KNOWN: Final = 100_000
_SHORT: Final = 50  # letters

Row = Sequence[str | None]


@dataclass(frozen=True)
class ColumnProfile:
    """How likely the cells of a column are, as logarithms.

    Attributes
    ----------
    blank, filled
        That of a blank cell, and of any other.
    kinds
        Those of whole and decimal numbers, words and other texts.
    values
        Texts that several rows have, without case.
    new
        That of a text that is none of them.
    middle, reach, beyond
        Median of the numbers, the distance from it that is usual, and how likely more is.
    """

    blank: float
    filled: float
    kinds: dict[str, float]
    values: frozenset[str]
    new: float
    middle: float
    reach: float
    beyond: float

    @property
    def most(self) -> float:
        """How likely the likeliest cell is."""
        return max(self.blank, self.filled + max(self.kinds.values()))

    def likely(self, cell: str, left: Sequence["ColumnProfile"] = ()) -> float:
        """Return how likely a cell is; `left` are the columns that it may come from."""
        if not cell.strip():
            return self.blank
        kind = _kind(cell)
        found = self.filled + self.kinds[kind]
        if kind in _NUMBERS:
            is_usual = abs(_number(cell) - self.middle) <= self.reach
            return found if is_usual else found + self.beyond
        plain = _plain(cell)
        if plain in self.values:
            return found
        moved = log(_ELSEWHERE) if any(plain in column.values for column in left) else 0.0
        return found + max(log(_RARE), self.new + moved)

    def likely_joined(self, pieces: Sequence[str]) -> float:
        """Return how likely a cell is that separators divide into these."""
        if len(pieces) == 2 and _WHOLE.fullmatch(pieces[0]) and _DIGITS.fullmatch(pieces[1]):
            return log(_DIVIDED) + self.likely(f"{pieces[0]}.{pieces[1]}")
        found = self.filled + self.kinds["word" if any(map(_WORD.search, pieces)) else "other"]
        found += 0.0 if _plain(pieces[0]) in self.values else self.new
        return found + sum(log(_DIVIDED * self._continues(piece)) for piece in pieces[1:])

    def _continues(self, piece: str) -> float:
        """Return how likely a cell is the rest of a text."""
        if _NUMBER.fullmatch(piece):
            return _UNUSUAL
        if piece.startswith(" "):
            return _SPACED
        return _KNOWN_REST if _plain(piece) in self.values else 1 - _SPACED


class RowProfile:
    """What the rows of a table are like.

    Attributes
    ----------
    columns
        What its columns hold.
    spaced
        Share of cells that begin with a space.
    """

    def __init__(self, columns: Sequence[ColumnProfile], spaced: float) -> None:
        self.columns, self.spaced = columns, spaced
        self._most = sum(column.most for column in columns)
        self._known: dict[tuple[int, str], float] = {}

    def is_moved(self, row: Row, *, is_longer: bool) -> bool:
        """Return whether a row fits its columns better if some of its cells are joined.

        It has no cells behind its columns but blank ones. Little evidence is enough for a row that
        is longer than the header although few others are.
        """
        width = len(self.columns)
        cells = [cell or "" for cell in row[:width]]
        cells += [""] * (width - len(cells) + _MOST_MOVED + _MOST_JOINED)
        needed = sum(map(self._likely, range(width), cells))
        needed += _LIKELIER if is_longer else _MUCH_LIKELIER
        if self._most + log(_DIVIDED) <= needed:
            return False
        return self._has_likelier(cells, needed)

    def _has_likelier(self, cells: Sequence[str], needed: float) -> bool:
        """Return whether cells are likelier than `needed` if some of them are joined."""
        positions = range(len(self.columns))
        moved = [[*map(self._likely, positions, cells[by:])] for by in range(_MOST_MOVED + 1)]
        after = self._after(moved)
        found = {0: 0.0}  # the likeliest way to fill the columns so far, by how far cells moved
        for position in positions:
            before, found = found, {}
            for by, more in product(before, range(_MOST_JOINED)):
                if by + more > _MOST_MOVED:
                    continue
                least = needed - before[by] - after[by + more][position + 1]
                first = position + by
                here = (
                    self._likely_joined(position, cells[first : first + 1 + more], least)
                    if more
                    else moved[by][position]
                )
                if here > least:
                    found[by + more] = max(before[by] + here, found.get(by + more, -inf))
        return any(by > 0 for by in found)  # only ways likelier than `needed` are left

    def _after(self, moved: Sequence[Sequence[float]]) -> list[list[float]]:
        """Return how likely the columns from each on are at most, by how far cells moved."""
        divided = [column.most + log(_DIVIDED) for column in self.columns]
        best, found = moved[-1], list[list[float]]()
        for likely in reversed(moved):
            best = [*map(max, likely, best, divided)] if found else best
            found.append([*accumulate(reversed(best), initial=0.0)][::-1])
        return found[::-1]

    def _likely_joined(self, position: int, pieces: Sequence[str], least: float) -> float:
        """Return how likely a column has cells joined; less if it cannot be more than `least`."""
        column = self.columns[position]
        if column.most + log(_DIVIDED) <= least:
            return -inf
        return self._spaced(pieces[0]) + column.likely_joined(pieces)

    def _spaced(self, cell: str) -> float:
        is_spaced = cell.startswith(" ") and not cell.isspace()
        return log(self.spaced if is_spaced else 1 - self.spaced)

    def _likely(self, position: int, cell: str) -> float:
        """Return how likely a column has a cell."""
        found = self._known.get((position, cell))
        if found is None:
            left = self.columns[max(0, position - _MOST_JOINED + 1) : position]
            found = self._spaced(cell) + self.columns[position].likely(cell, left)
            if len(cell) < _SHORT and len(self._known) < _MOST_KNOWN:
                self._known[position, cell] = found
        return found


def profile_of(rows: Sequence[Row], width: int) -> RowProfile:
    """Return what the rows of a table are like.

    Parameters
    ----------
    rows
        Some that have as many cells as the header.
    width
        Number of cells of the header.

    Examples
    --------
    >>> rows = [[f"Mine {n}", f"{n}.5", "tin", "closed", ""] for n in range(9)]
    >>> profile = profile_of(rows, 5)
    >>> profile.is_moved(["Kara", "2", "5", "tin", "closed", ""], is_longer=True)
    True
    >>> profile.is_moved(["Kara", "2.5", "tin", "open", "", ""], is_longer=True)
    False
    """
    columns = [[row[position] or "" for row in rows] for position in range(width)]
    filled = [[*filter(str.strip, column)] for column in columns]
    spaces = sum(cell.startswith(" ") for column in filled for cell in column)
    spaced = (spaces + 1) / (sum(map(len, filled)) + 2)
    return RowProfile(
        tuple(_column(cells, len(rows)) for cells in filled),
        min(max(spaced, _UNUSUAL), 1 - _UNUSUAL),
    )


def _column(filled: Sequence[str], rows: int) -> ColumnProfile:
    share = min(max((len(filled) + 0.5) / (rows + 1), _SELDOM), 1 - _SELDOM)
    kinds = [*map(_kind, filled)]
    numbers = [_number(cell) for cell, kind in zip(filled, kinds, strict=True) if kind in _NUMBERS]
    texts = Counter(
        _plain(cell) for cell, kind in zip(filled, kinds, strict=True) if kind not in _NUMBERS
    )
    few = 1 + texts.total() // 100  # these may be shifted
    shares = {kind: _share(kinds.count(kind), len(kinds), _RARE, of=len(_KINDS)) for kind in _KINDS}
    number = _OTHER_NUMBER * max(shares[kind] for kind in _NUMBERS)
    middle = median(numbers) if numbers else 0.0
    away = [abs(each - middle) for each in numbers]
    reach = (_DEVIATIONS * median(away) if away else 0.0) or inf
    return ColumnProfile(
        blank=log(1 - share),
        filled=log(share),
        kinds={
            kind: log(max(found, number) if kind in _NUMBERS else found)
            for kind, found in shares.items()
        },
        values=frozenset(text for text, count in texts.items() if count > few),
        new=log(_share(sum(n for n in texts.values() if n <= few), texts.total(), _UNUSUAL)),
        middle=middle,
        reach=reach,
        beyond=log(_share(sum(each > reach for each in away), len(away), _UNUSUAL)),
    )


def _share(count: int, total: int, least: float, *, of: int = 2) -> float:
    """Return the share of one of some sorts of cells; what a single row has may be its fault."""
    return max(least, (max(0, count - 1) + _SMALL) / (max(0, total - 1) + of * _SMALL))


def _kind(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        return "decimal" if "." in cell or "," in cell else "whole"
    return "word" if _WORD.search(cell) else "other"


def _number(cell: str) -> float:
    return float(cell.replace(",", "."))


def _plain(cell: str) -> str:
    return cell.strip().casefold()
