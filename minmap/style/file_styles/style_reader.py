"""What the readers of styles in XML share: what is left out, and limits on rules and entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from xml.etree.ElementTree import Element

from minmap.errors import FileError
from minmap.style.file_styles.file_style import Condition, StyleEntry

MOST_COMPARISONS: Final = 5_000
"""Comparisons that the rules of a style may have together."""
_MOST_ENTRIES: Final = 10_000


@dataclass
class StyleReader:
    """A reader of one style.

    Attributes
    ----------
    root
        The document.
    where
        Its name in messages.
    left_out
        Sentences about what is not taken over.
    comparisons
        Those of all rules so far; a rule has those of the rules around it too.
    """

    root: Element
    where: str
    left_out: list[str] = field(default_factory=list)
    comparisons: int = 0

    def tests_of(
        self, label: str, tests: tuple[Condition, ...] | None, *, has_scales: bool
    ) -> tuple[Condition, ...] | None:
        """Return the tests of a rule; None, and a sentence, if there are none that can be read.

        Raises
        ------
        FileError
            If the rules have more than `MOST_COMPARISONS`.
        """
        if tests is None:
            self.left_out.append(
                f"The rule {label!r} is left out, since its filter is more than comparisons of "
                "columns with values."
            )
            return None
        if has_scales:
            self.left_out.append("Rules are drawn at all scales.")
        self.comparisons += len(tests)
        if self.comparisons > MOST_COMPARISONS:
            raise FileError(
                f"{self.where} has rules with more than {MOST_COMPARISONS:,} comparisons; its look "
                "is left out."
            )
        return tests

    def limited(self, entries: Iterator[StyleEntry]) -> tuple[StyleEntry, ...]:
        """Return entries; none, and a sentence, if they are too many."""
        found = tuple(islice(entries, _MOST_ENTRIES + 1))
        if len(found) <= _MOST_ENTRIES:
            return found
        self.left_out.append(f"It has more than {_MOST_ENTRIES:,} symbols.")
        return ()
