"""The lines of a figure that list its sources, and those for which it has no room."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from minmap.errors import warn
from minmap.figure.lettering import Lettering, line_mm, shortened, written
from minmap.scene.credits import credit_of
from minmap.scene.words import source_count_text, word

# Points, and the most millimetres that the lines of this size take.
_SIZES: Final = ((6.0, 36.0), (5.0, 160.0))
_MOST_LETTERS: Final = 60_000
"""More do not fit on the widest paper."""
_MOST_OF_ONE: Final = 1500
_NAMED: Final = 3  # sources in a warning
_NAMED_LETTERS: Final = 80


@dataclass(frozen=True)
class FigureSource:
    """A source of what a figure draws.

    Attributes
    ----------
    text
        Its title, citation and licence.
    credit
        The short credit that its licence asks for; None if it asks for none.
    """

    text: str
    credit: str | None

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> FigureSource:
        """Return the source of a table, of `attrs["sources"]`."""
        title, citation = str(source.get("title") or ""), str(source.get("citation") or "")
        named = citation if title in citation else ": ".join(filter(None, (title, citation)))
        licence = source.get("licence")
        text = named.rstrip(".") + (f" ({licence})" if licence else "")
        return cls(written(text), credit_of(source))

    def parts(self) -> list[str]:
        """Return the text; of a very long one the beginning, behind the credit if there is one."""
        if len(self.text) <= _MOST_OF_ONE:
            return [self.text]
        return [*filter(None, [self.credit]), shortened(self.text, _MOST_OF_ONE)]


@dataclass(frozen=True)
class SourceLines:
    """Lines with the sources, their size in points, and the sources that are not whole in them."""

    lines: Sequence[str]
    size: float
    left_out: Sequence[FigureSource] = ()

    def warn_of_left_out(self) -> None:
        """Warn of the sources that are not whole in the lines, if there are any."""
        if not self.left_out:
            return
        names = [shortened(source.text, _NAMED_LETTERS) for source in self.left_out[:_NAMED]]
        more = len(self.left_out) - len(names)
        listed = "; ".join(names) + (f"; and {more:,} more" if more else "")
        warn(
            f"the figure has no room for {len(self.left_out):,} of its sources in full, only for "
            f"the credits that licences ask for: {listed}. The metadata of a file that save() "
            "writes list all sources; give a larger width_mm=, or fewer layers."
        )


def source_lines(
    sources: Sequence[FigureSource], letters: Lettering, width_mm: float, language: str
) -> SourceLines:
    """Return the lines that list the sources of a figure.

    If they take much room, their letters are smaller. If there is no room even then, the last ones
    are left out but for the credits that their licences ask for, and a text says how many.
    """
    if not sources:
        return SourceLines((), _SIZES[0][0])
    cut = [one for one in sources if len(one.text) > _MOST_OF_ONE]

    def lines_of(whole: int, size: float) -> list[str]:
        """Return the lines in which so many sources, from the first, are whole."""
        parts = [text for one in sources[:whole] for text in one.parts()]
        rest = sources[whole:]
        parts += dict.fromkeys(one.credit for one in rest if one.credit)
        if rest:
            parts.append(source_count_text(len(rest), language))
        text = f"{word('Sources', language)}: {'; '.join(parts)}."
        return letters.wrapped(text, size, width_mm, most=len(text))

    total = accumulate(min(len(one.text), _MOST_OF_ONE) for one in sources)
    most = sum(letters_so_far <= _MOST_LETTERS for letters_so_far in total)
    if most == len(sources):
        for size, room_mm in _SIZES:
            lines = lines_of(most, size)
            if len(lines) * line_mm(size) <= room_mm:
                return SourceLines(lines, size, cut)
    size, room_mm = _SIZES[-1]

    def is_too_high(whole: int) -> bool:
        return len(lines_of(whole, size)) * line_mm(size) > room_mm

    whole = bisect_left(range(1, most + 1), x=True, key=is_too_high)
    rest = sources[whole:]
    return SourceLines(lines_of(whole, size), size, [*(s for s in cut if s not in rest), *rest])
