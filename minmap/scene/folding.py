"""Texts for comparison: without case, accents and signs, in Latin letters where they were Cyrillic.

The page does the same in web/src/data/folding.ts, with the same table of letters.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from functools import cache

from minmap.renderer import asset


def folded(text: str) -> str:
    """Return the words of a text as the page's search compares them, with one blank between them.

    Examples
    --------
    >>> folded("  Жезқазған, Köprü ")
    'zhezkazgan kopru'
    >>> folded("Oktyabr'sk"), folded("Октябрьск"), folded("Ёлкино-2")
    ('oktyabrsk', 'oktyabrsk', 'elkino 2')
    """
    return " ".join(_plain(text).split())


def folded_words(texts: Sequence[str]) -> list[str]:
    r"""Return many texts, folded, with blanks between their words.

    Examples
    --------
    >>> folded_words(["Kara-Tas", "Ақ\ntas"])
    ['kara tas', 'ak tas']
    """
    return _plain("\0".join(texts)).split("\0")


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text.lower())
    # Some letters have a sound of their own with their accent, such as й; others lose it.
    apart = unicodedata.normalize("NFKD", text.translate(_latin()))
    return apart.lower().translate(_SIGNS)


@cache
def _latin() -> dict[int, str]:
    letters: dict[str, str] = json.loads(asset("latin.json"))
    return {ord(letter): written for letter, written in letters.items()}


class _Signs(dict[int, str]):
    """What becomes of each sign: letters and digits stay, accents go, others are blanks."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if unicodedata.category(sign).startswith("M"):
            made = ""
        else:
            made = _latin().get(code, sign if sign.isalnum() or code == 0 else " ")
        self[code] = made
        return made


_SIGNS = _Signs()
