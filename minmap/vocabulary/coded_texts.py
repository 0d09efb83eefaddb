"""A column as its different texts and the position of each row's text, to parse each text once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.arguments import require_kind, shown
from minmap.errors import MinmapError
from minmap.types import TEXT, Booleans, Integers
from minmap.vocabulary.spelling import Parsed

_MISSING: Final = -1


@dataclass(frozen=True)
class CodedTexts:
    """A column of n texts; k of them are different.

    Attributes
    ----------
    codes
        Position of the text of each row in `texts`, shape (n,); -1 where it is missing.
    texts
        The different texts, shape (k,); some may be the same, and some in no row.

    Examples
    --------
    >>> texts = CodedTexts.of(pd.Series(["Gold", None, "Gold", "Zinc"]))
    >>> texts.codes.tolist(), texts.texts
    ([0, -1, 0, 1], ('Gold', 'Zinc'))
    >>> codes = {"Gold": (("Au",), ())}
    >>> found, unknown = texts.translate(lambda text: codes.get(text, ((), (text,))))
    >>> found.column(pd.RangeIndex(4)).tolist(), unknown
    (['Au', nan, 'Au', nan], {'Zinc': 1})
    """

    codes: Integers
    texts: tuple[str, ...]

    @classmethod
    def of(cls, values: pd.Series) -> Self:
        """Return the texts of a column of any dtype."""
        codes, different = pd.factorize(values)
        return cls(codes, tuple(map(str, different)))

    @classmethod
    def of_lookup(cls, codes: Integers, texts: Sequence[str | None]) -> Self:
        """Return the text at each position of a list; None in the list means missing."""
        present = [text for text in texts if text is not None]
        if len(present) == len(texts):
            return cls(codes, tuple(present))
        # Position -1 means missing, and takes the additional last entry.
        position = np.full(len(texts) + 1, _MISSING)
        position[[n for n, text in enumerate(texts) if text is not None]] = range(len(present))
        return cls(position[codes], tuple(present))

    @classmethod
    def nothing(cls, rows: int) -> Self:
        """Return rows without text."""
        return cls(np.full(rows, _MISSING), ())

    @property
    def is_missing(self) -> Booleans:
        """Whether a row has no text, shape (n,)."""
        return np.asarray(self.codes == _MISSING)

    def where(self, wanted: Booleans) -> Self:
        """Return the texts of the wanted rows (n,), others missing."""
        return replace(self, codes=np.where(wanted, self.codes, _MISSING))

    def that(self, is_wanted: Callable[[str], bool]) -> Self:
        """Return the texts for which a function returns True, others missing."""
        kept = [text if is_wanted(text) else None for text in self.texts]
        return type(self).of_lookup(self.codes, kept)

    def or_else(self, other: Self) -> Self:
        """Return the texts, and those of another column where they are missing."""
        others = np.where(other.is_missing, _MISSING, other.codes + len(self.texts))
        codes = np.where(self.is_missing, others, self.codes)
        return replace(self, codes=codes, texts=self.texts + other.texts)

    def joined(self, other: Self) -> Self:
        """Return both texts of each row joined with "; ", or either where the other is missing."""
        width = len(other.texts) + 1
        pair, different = pd.factorize((self.codes + 1) * width + other.codes + 1)
        firsts, seconds = ((None, *each.texts) for each in (self, other))
        pairs = ((firsts[n // width], seconds[n % width]) for n in different.tolist())
        texts = ["; ".join(text for text in both if text is not None) or None for both in pairs]
        return type(self).of_lookup(pair, texts)

    def translate(
        self, parse: Callable[[str], Parsed], *, separator: str = " "
    ) -> tuple[Self, dict[str, int]]:
        """Parse each different text once; return the joined codes and the counts of unknown words.

        The counts are numbers of rows, the largest first.
        """
        counts = np.bincount(self.codes[~self.is_missing], minlength=len(self.texts)).tolist()
        unknown: dict[str, int] = {}
        joined: list[str | None] = []
        for text, count in zip(self.texts, counts, strict=True):
            found, words = parse(text) if count else ((), ())
            joined.append(separator.join(found) or None)
            for word in words:
                unknown[word] = unknown.get(word, 0) + count
        ordered = dict(sorted(unknown.items(), key=lambda item: (-item[1], item[0])))
        return type(self).of_lookup(self.codes, joined), ordered

    def column(self, index: pd.Index) -> pd.Series:
        """Return a text column."""
        # Position -1 means missing, and takes the additional last entry.
        last = np.where(self.is_missing, len(self.texts), self.codes)
        texts = pa.array([*self.texts, None], pa.large_string()).take(pa.array(last))
        values = TEXT.__from_arrow__(texts)  # type: ignore[attr-defined]  # absent from the stubs
        return pd.Series(values, index=index)


def translate(
    values: pd.Series, parse: Callable[[str], Parsed], *, separator: str = " "
) -> tuple[pd.Series, dict[str, int]]:
    """Parse each different text once; return the joined codes and the counts of unknown words."""
    found, unknown = coded(values).translate(parse, separator=separator)
    column = found.column(values.index)
    column.name = values.name
    return column, unknown


def coded(values: pd.Series) -> CodedTexts:
    """Return a column of texts that a user gave, by its different texts."""
    require_kind(values, pd.Series, name="values", cure="give a pandas Series of texts")
    try:
        return CodedTexts.of(values)
    except TypeError as error:  # lists and dictionaries have no hash
        raise MinmapError(
            f"values={shown(values)} contains values of type "
            f"{type(values.dropna().iloc[0]).__name__}; give a pandas Series of texts."
        ) from error
