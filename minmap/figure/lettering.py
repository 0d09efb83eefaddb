"""Fonts of a figure, and how much room a text takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final
from unicodedata import category

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from minmap.errors import MinmapError
from minmap.scene.strokes import INK

MM_PER_POINT: Final = 25.4 / 72
_LINE: Final = 1.25  # the distance between lines, of their size
_SURELY: Final = 0.95  # of a width, the sum of words that surely has room in it as a line
_TALL: Final = "lp"
_ANY: Final = "sans-serif"
_USUAL: Final = "DejaVu Sans"  # which comes with matplotlib
# Controls, signs that only arrange others, halves of letters, and what is no letter.
_MOST_LETTERS: Final = 1500  # of a title or a line of a legend
_NO_BREAK: Final = "\xa0"
_TOGETHER: Final = re.compile(
    r"(?<=\d) (?=mm\b|мм\b)|(?<=°) (?=[NSEWсювз]\b)|(?<=[сювз]\.) (?=[шд]\.)"
)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Cn"})
# Fonts with a box for each letter, which say nothing.
_LAST_RESORT: Final = "last resort"
_GENERIC: Final = frozenset({"sans-serif", "serif", "monospace", "system-ui", "ui-sans-serif"})
# Fonts with letters that the usual one lacks, the best first; others follow.
_PREFERRED: Final = ("Noto Sans", "Source Han", "WenQuanYi", "PingFang", "Microsoft", "SimSun")


@dataclass(frozen=True)
class Lettering:
    """Families of fonts, the first that has a letter writes it."""

    families: tuple[str, ...]

    @classmethod
    def for_texts(cls, texts: Iterable[str], font: str | None = None) -> Lettering:
        """Return the fonts that have the letters of all texts.

        Parameters
        ----------
        texts
            The texts.
        font
            Families as a CSS list, those of a house style; None for the usual one.

        Raises
        ------
        MinmapError
            If no font of the machine has a letter. The message names a text with it.
        """
        named = [one.strip().strip('"') for one in (font or "").split(",")]
        installed = {entry.name for entry in font_manager.fontManager.ttflist}
        families = [one for one in named if one in installed and one not in _GENERIC]
        families += [_USUAL] if _USUAL not in families else []
        known = set().union(*(_letters(family) for family in families))
        for text in map(written, texts):
            for letter in text:
                if letter == " " or ord(letter) in known:
                    continue
                family = _family_with(letter)
                if family is None:
                    raise MinmapError(
                        f"No font on this machine has the letter {letter!r} of {text!r}; install "
                        "one, such as Noto Sans CJK for Chinese, or write the text in others."
                    )
                families.append(family)
                known |= _letters(family)
        return cls(tuple(families))

    def properties(
        self, size: float, *, bold: bool = False, italic: bool = False
    ) -> FontProperties:
        """Return the fonts at a size in points."""
        return FontProperties(
            family=[*self.families, _ANY],  # for those who open an SVG without these fonts
            size=size,
            weight="bold" if bold else "normal",
            style="italic" if italic else "normal",
        )

    @cached_property
    def _renderer(self) -> RendererAgg:
        return RendererAgg(16, 16, 72)  # type: ignore[no-untyped-call]

    def size_mm(self, text: str, size: float, *, bold: bool = False) -> tuple[float, float]:
        """Return the width and the height of a line in millimetres."""
        line = (text, size, bold)
        if line not in self._sizes:
            self._sizes[line] = self._measured(text, size, bold=bold)
        return self._sizes[line]

    @cached_property
    def _sizes(self) -> dict[tuple[str, float, bool], tuple[float, float]]:
        return {}

    def _measured(self, text: str, size: float, *, bold: bool) -> tuple[float, float]:
        fonts = self.properties(size, bold=bold)
        measure: Any = self._renderer.get_text_width_height_descent
        width, height, _ = measure(written(text), fonts, ismath=False)
        height_mm = height * MM_PER_POINT
        if text != _TALL:
            # Matplotlib centres a line as if it had an ascender and a descender.
            height_mm = max(height_mm, self.size_mm(_TALL, size, bold=bold)[1])
        return width * MM_PER_POINT, height_mm

    def wrapped(
        self,
        text: str,
        size: float,
        width_mm: float,
        *,
        bold: bool = False,
        most: int = _MOST_LETTERS,
    ) -> list[str]:
        """Return a text in lines that are not wider; a word that is wider is cut.

        Of a text of more than `most` letters, the last ones are left out. Numbers stay with their
        units, and degrees with their side of the Earth.
        """
        blank_mm = self._width("x x", size, bold=bold) - self._width("xx", size, bold=bold)
        lines, line, about_mm = list[str](), "", 0.0
        for word in _words(text, most):
            longer, word_mm = f"{line} {word}" if line else word, self._width(word, size, bold=bold)
            about_mm += blank_mm + word_mm
            # Long lines take long to measure, and words recur.
            if about_mm <= _SURELY * width_mm or self._width(longer, size, bold=bold) <= width_mm:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, size, width_mm, bold=bold)
            lines, about_mm = lines + full, self._width(line, size, bold=bold)
        return [*lines, line] if line or not lines else lines

    def widest_mm(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of the widest word of a text in millimetres."""
        words = _words(text, _MOST_LETTERS)
        return max((self._width(one, size, bold=bold) for one in words), default=0.0)

    def _width(self, text: str, size: float, *, bold: bool) -> float:
        return self.size_mm(text, size, bold=bold)[0]

    def _pieces(self, word: str, size: float, width_mm: float, *, bold: bool) -> Sequence[str]:
        pieces, piece = list[str](), ""
        for letter in word:
            if piece and self._width(piece + letter, size, bold=bold) > width_mm:
                pieces.append(piece)
                piece = ""
            piece += letter
        return [*pieces, piece]


@dataclass(frozen=True)
class Writer:
    """Axes on which texts are written, their fonts and the language of the map."""

    axes: Axes
    letters: Lettering
    language: str

    def write(
        self,
        place: tuple[float, float],
        text: str,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        color: str = INK,
        ha: str = "left",
        va: str = "center",
        **more: Any,
    ) -> None:
        """Write a text as it is, in points: signs of mathematics in it mean nothing."""
        fonts = self.letters.properties(size, bold=bold, italic=italic)
        look: Any = {"fontproperties": fonts, "color": color, "ha": ha, "va": va, **more}
        self.axes.text(*place, written(text), parse_math=False, usetex=False, **look)


def written(text: str) -> str:
    r"""Return a text as a figure has it: in one line, without signs that are not seen.

    Examples
    --------
    >>> written("\ufeffAk\u00adtau\tport\x07")
    'Aktau port'
    """
    signs = (" " if letter.isspace() else letter for letter in text)
    return "".join(sign for sign in signs if category(sign) not in _UNSEEN)


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` letters, with an ellipsis where some are left out.

    Examples
    --------
    >>> shortened("Kumtor", 6), shortened("Verkhnee Qairaqty", 9)
    ('Kumtor', 'Verkhnee…')
    """
    plain = written(text[: 2 * most])
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def _words(text: str, most: int) -> list[str]:
    """Return what stays in a line, of the first `most` letters."""
    words = _TOGETHER.sub(_NO_BREAK, shortened(text, most)).split(" ")
    return [one for one in words if one]


def line_mm(size: float) -> float:
    """Return the distance between lines of a size in points, in millimetres."""
    return size * _LINE * MM_PER_POINT


@cache
def _letters(family: str) -> frozenset[int]:
    path = font_manager.findfont(FontProperties(family=[family]), fallback_to_default=False)
    return frozenset(FT2Font(path).get_charmap())


@cache
def _family_with(letter: str) -> str | None:
    """Return the family of a font of the machine that has a letter."""
    found = {entry.name for entry in font_manager.fontManager.ttflist}
    names = sorted(name for name in found if not name.lower().startswith(_LAST_RESORT))

    def rank(name: str) -> int:
        places = (n for n, one in enumerate(_PREFERRED) if name.startswith(one))
        return next(places, len(_PREFERRED))

    for name in sorted(names, key=rank):
        try:
            if ord(letter) in _letters(name):
                return name
        except (OSError, RuntimeError, ValueError):  # a damaged font
            continue
    return None
