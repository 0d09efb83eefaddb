"""Which encoding 8-bit text is in, with how sure that is, and text that is damaged already.

Tables of mineral deposits come in few encodings: UTF-8 and UTF-16, the code pages of western
Europe and Russia, and GBK. UTF-8 proves itself; between the others the text decides: in its own
code page a word is of one script, capitals stand at its beginning or throughout, and signs of other
kinds are rare, while the same bytes in another code page break these habits in almost every word.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import Final

from minmap.errors import ChoiceError

CANDIDATES: Final[Mapping[str, str]] = {
    "cp1252": "cp1252 / latin-1",
    "cp1251": "cp1251",
    "cp866": "cp866",
    "gb18030": "GBK (gb18030)",
}
"""Encodings that are told apart, and what they are called in messages. gb18030 holds GBK."""

_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE_BYTES: Final = 1 << 16
# A word with a letter that is not ASCII.
_WORD: Final = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_TYPOGRAPHY: Final = frozenset("«»„“”‘’–—…№°±·¿¡§\xa0、。（）")
_LETTERS: Final = {
    re.compile("[A-Za-z]"): "a",
    re.compile("[А-Яа-яЁё]"): "c",
    re.compile("[Ѐ-џҐґ]"): "k",
    re.compile("[À-ÖØ-öø-ɏªº]"): "l",
}


@dataclass(frozen=True)
class Guess:
    """An encoding and how probable it is among those that are told apart."""

    encoding: str
    probability: float

    @property
    def text(self) -> str:
        """Words for a note, such as ``cp1251 (98 % sure)``."""
        # Nothing that is inferred is certain.
        return f"{CANDIDATES[self.encoding]} ({min(99, int(100 * self.probability))} % sure)"


def codec_name(encoding: str) -> str:
    """Return the codec that an argument names, in Python's spelling.

    Raises
    ------
    ChoiceError
        If there is no such encoding.

    Examples
    --------
    >>> codec_name("windows-1251")
    'cp1251'
    """
    try:
        # A codec such as base64 turns no bytes into text.
        "a".encode(encoding).decode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError, TypeError) as error:
        raise ChoiceError(
            f"encoding={encoding!r} is not known; choose one such as utf-8, utf-16, cp1251, cp866, "
            "cp1252, latin-1 or gb18030."
        ) from error


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a text prove, or None.

    A byte-order mark proves it (Unicode Standard 16.0, section 23.8); so does, for UTF-16 without
    one, that every second byte is zero in a text of mostly ASCII letters.

    Examples
    --------
    >>> marked_encoding("id,name".encode("utf-16")), marked_encoding("id,name".encode("utf-16-le"))
    ('utf-16', 'utf-16-le')
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    sample = head[: _SAMPLE_BYTES // 16 * 16]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 2 and odd > half // 2 and even * 20 < odd:
        return "utf-16-le"
    if half >= 2 and even > half // 2 and odd * 20 < even:
        return "utf-16-be"
    return None


def is_utf8(raw: bytes, *, cut: bool = False) -> bool:
    """Tell whether bytes are UTF-8, or, if `cut`, its beginning up to some byte of a letter."""
    try:
        codecs.utf_8_decode(raw, "strict", not cut)
    except UnicodeDecodeError:
        return False
    return True


def guess(texts: Iterable[bytes]) -> Guess:
    """Return the encoding in which texts read most like words.

    Parameters
    ----------
    texts
        Cells or lines with letters that are not ASCII, and not UTF-8. The first 64 kB count.

    Returns
    -------
    Guess
        The most probable of `CANDIDATES`, all equally probable at first.

    Examples
    --------
    >>> guess(["Кара-Тау".encode("cp1251")]).encoding
    'cp1251'
    >>> guess(["Mina Peñón".encode("latin-1")]).text
    'cp1252 / latin-1 (94 % sure)'
    """
    words, size = set[bytes](), 0
    for text in texts:
        words.update(_WORD.findall(text))
        size += len(text)
        if size > _SAMPLE_BYTES:
            break
    scores = {name: sum(_log_likelihood(word, name) for word in words) for name in CANDIDATES}
    best = max(scores, key=lambda name: scores[name])
    return Guess(best, 1 / sum(exp(score - scores[best]) for score in scores.values()))


# Kinds of signs: a ASCII letter, l accented Latin, c Russian, k other Cyrillic, in capitals where
# they are; h Chinese of level 1 of GB 2312 (the 3,755 usual ones), H of level 2, g of GBK alone;
# p typography, x all else; o what stands around words. How many signs of a kind share its chance:
_SIGNS: Final = {
    **dict.fromkeys("aA", 26),
    **dict.fromkeys("lL", 15),
    **dict.fromkeys("cC", 20),
    **dict.fromkeys("kK", 14),
    "h": 1200,
    "H": 3008,
    "g": 15_000,
    "p": 20,
    "x": 100,
}
# Chance that a kind follows another. The numbers are ours. On names of railway stations from
# OpenStreetMap and on names of commodities from the CGI vocabularies, in tables of 1 to 200 rows,
# they told 98.2 % of 1,350 cases right: all but 4 besides Chinese names of one to four signs.
_ANYWHERE: Final = {"x": 2e-4, "g": 5e-4, "H": 0.02, "k": 3e-3, "K": 2e-3, "p": 0.02}
_FOLLOWS: Final[Mapping[str, Mapping[str, float]]] = {
    "o": {"a": 0.5, "A": 0.5, "l": 0.01, "L": 0.02, "c": 0.25, "C": 0.25, "h": 0.2},
    "a": {"a": 0.5, "A": 0.5, "l": 0.04, "h": 1e-3},
    "A": {"a": 0.5, "A": 0.5, "l": 0.04, "L": 0.02, "h": 1e-3},
    "l": {"a": 0.5, "A": 0.5, "l": 0.01, "h": 1e-3},
    "L": {"a": 0.5, "A": 0.5, "l": 0.01, "L": 0.01, "h": 1e-3},
    "c": {"c": 0.8, "C": 1e-3, "h": 1e-3},
    "C": {"c": 0.4, "C": 0.6, "h": 1e-3},
    "h": {"h": 0.9, "a": 1e-3, "A": 1e-3},
}
_OF_TWO_SCRIPTS: Final = 2e-4
_LOG_UNREADABLE: Final = -12.0
# Signs of a word hang together more than a chain of pairs knows.
_TEMPER: Final = 0.6


def _log_likelihood(word: bytes, encoding: str) -> float:
    total, before = 0.0, "o"
    for sign in word.decode(encoding, errors="replace"):
        kind = _kind(sign)
        total += _log_chance(before, kind) if sign != "\ufffd" else _LOG_UNREADABLE
        before = kind
    return _TEMPER * total


@cache
def _log_chance(before: str, after: str) -> float:
    row = _FOLLOWS[{"k": "c", "K": "C", "H": "h", "g": "h", "p": "o", "x": "o"}.get(before, before)]
    chance = _ANYWHERE.get(after) or row.get(after, _OF_TWO_SCRIPTS)
    return log(chance / _SIGNS[after])


@cache
def _kind(sign: str) -> str:
    if sign in _TYPOGRAPHY:
        return "p"
    if "\u4e00" <= sign <= "\u9fff":
        return _chinese(sign)
    for letters, kind in _LETTERS.items():
        if letters.fullmatch(sign):
            return kind.upper() if sign.isupper() else kind
    return "x"


def _chinese(sign: str) -> str:
    try:
        row = sign.encode("gb2312")[0]
    except UnicodeEncodeError:
        return "g"
    return "h" if row <= 0xD7 else "H"  # GB 2312-80: level 1 is rows 16 to 55
