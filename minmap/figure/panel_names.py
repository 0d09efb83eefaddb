"""The names above small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from minmap.figure.lettering import Lettering, Writer, line_mm

_POINTS: Final = 8.0
_MOST_LINES: Final = 5


@dataclass(frozen=True)
class PanelNames:
    """The names of small multiples, in the language of the map; none for a single map."""

    letters: Lettering
    names: Sequence[str]

    def height_mm(self, width_mm: float) -> float:
        """Return the height that the longest name needs above maps of a width."""
        return line_mm(_POINTS) * max(
            (len(self._lines(n, width_mm)) for n in self.names), default=0
        )

    def write(
        self, page: Writer, number: int, corner: tuple[float, float], width_mm: float
    ) -> None:
        """Write the name of a map above its upper left corner, in millimetres on the page."""
        if not self.names:
            return
        for up, line in enumerate(reversed(self._lines(self.names[number], width_mm))):
            at = corner[0], corner[1] + (up + 0.5) * line_mm(_POINTS)
            page.write(at, line, _POINTS, bold=True)

    def _lines(self, name: str, width_mm: float) -> list[str]:
        lines = self.letters.wrapped(name, _POINTS, width_mm, bold=True)
        if len(lines) <= _MOST_LINES:
            return lines
        last = lines[_MOST_LINES - 1]
        while last and self.letters.size_mm(f"{last}…", _POINTS, bold=True)[0] > width_mm:
            last = last[:-1].rstrip()
        return [*lines[: _MOST_LINES - 1], f"{last}…"]
