"""The words of a name, in a form that is the same in other spellings and alphabets."""

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from anyascii import anyascii

from minmap.vocabulary import commodity_names

_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_SEPARATOR: Final = re.compile(r"[,;|/()\n]+")
_PLACE: Final = re.compile(r"[,;()\[\]]|\b(?:and|at|in|near|on)\b", re.IGNORECASE)
_VOWELS: Final = str.maketrans("", "", "aeiouyh")
_ALIKE_VOWELS: Final = str.maketrans("eoyj", "iaii", "h")
_LETTERS: Final = 3
"""Consonants that a word needs to be recognised without its vowels. minmap's own figure."""

# Spellings that systems of transliteration write for one Cyrillic or Turkic letter, and voiced
# consonants that sound as their partners at the end of a syllable. The longest come first.
_SOUNDS: Final = (
    ("shch", "s"), ("sch", "s"), ("dzh", "s"), ("tsh", "s"), ("zh", "s"), ("sh", "s"), ("ch", "s"),
    ("kh", "k"), ("gh", "g"), ("ts", "s"), ("tz", "s"), ("dj", "s"), ("ph", "f"), ("ck", "k"),
    ("ng", "n"), ("x", "ks"), ("j", "s"), ("z", "s"), ("q", "k"), ("c", "k"), ("w", "v"),
    ("g", "k"), ("d", "t"), ("b", "p"),
)  # fmt: skip
_ADJECTIVE: Final = re.compile(
    r"(?<=[a-z]{4})(?:[oe]v|ye[vn]|[iye]n)?sk(?:o[yj]e?|oe|a[yj]a|a|ie|i[yji]?|yy|y|oi)?$"
)  # as in Abakanskoye, of Abakan
_SHORT_I: Final = re.compile(r"(?<=[aeiouy])j(?![aeiouy])")  # as in Vostochnyj
_FIRST_VOWEL: Final = re.compile(r"^[aeiouy]+")
_LAST_VOWEL: Final = re.compile(r"(?<=[a-z]{3})[aiu]$")
_REPEATED: Final = re.compile(r"(.)(?=\1)")


def words_of(name: str) -> list[str]:
    """Return the words and numbers of a name in lower-case Latin letters.

    Examples
    --------
    >>> words_of("Жезказган No. 2"), words_of("O'Neil Mine")
    (['zhezkazgan', 'no', '2'], ['oneil', 'mine'])
    """
    latin = name if name.isascii() else anyascii(name)
    return _WORD.findall(latin.lower().replace("'", ""))


def names_in(text: str) -> list[str]:
    """Return the names in a text that lists several.

    Examples
    --------
    >>> names_in("Lindsay, Garnet (Summerfield)")
    ['Lindsay', 'Garnet', 'Summerfield']
    """
    return [part for part in map(str.strip, _SEPARATOR.split(text)) if part]


@cache
def generic_words() -> frozenset[str]:
    """Return the words that say what a site is and not which: kinds of sites, and commodities.

    Examples
    --------
    >>> {"mine", "rudnik", "tungsten"} <= generic_words(), "kounrad" in generic_words()
    (True, False)
    """
    text = (files(__package__) / "generic_words.csv").read_text(encoding="utf-8")
    kinds = {row["word"] for row in csv.DictReader(text.splitlines())}
    names = commodity_names()
    english, russian = (names.loc[names["language"] == code, "name"] for code in ("en", "ru"))
    mined = {word for name in english for word in words_of(name)}
    # Bor, the Russian for boron, is a town as well.
    mined |= {word for name in russian for word in words_of(name) if len(word) > _LETTERS}
    return frozenset(kinds | mined)


@cache
def _dropped() -> frozenset[str]:
    return generic_words() | {word for word, part in _parts().items() if part.isdigit()}


def telling_words(name: str) -> list[str]:
    """Return the words of a name that tell which site it is, without numbers.

    Examples
    --------
    >>> telling_words("Kara Oba tungsten deposit No. 2"), telling_words("Unnamed prospect")
    (['kara', 'oba'], [])
    """
    return list(_telling(name))


@lru_cache(maxsize=64)  # a name is often its only part, and asked for as each
def _telling(name: str) -> tuple[str, ...]:
    dropped = _dropped()
    return tuple(w for w in words_of(name) if len(w) > 1 and w not in dropped and w.isalpha())


@cache
def _parts() -> dict[str, str]:
    text = (files(__package__) / "part_words.csv").read_text(encoding="utf-8")
    return {row["word"]: row["part"] for row in csv.DictReader(text.splitlines())}


def parts_named(name: str) -> frozenset[str]:
    """Return the numbers and directions by which a name tells parts of one site from each other.

    Examples
    --------
    >>> sorted(parts_named("Yuzhnyy Kounrad No. 2")), parts_named("Kounrad")
    (['2', 'south'], frozenset())
    """
    return frozenset(filter(None, map(_part_named, words_of(name))))


@lru_cache(maxsize=1 << 16)
def _part_named(word: str) -> str | None:
    return word.lstrip("0") if word.isdigit() else _parts().get(word)


def _main_part(name: str) -> str:
    """Return the last part of a name listed as owner and site that tells which site it is."""
    parts = [part for part in name.split(":") if telling_words(part)] if ":" in name else []
    return parts[-1] if parts else name


def main_words(name: str) -> list[str]:
    """Return the telling words of a name without the owner that stands before the site.

    Mineral facilities are listed as owner and site, such as ``"Almalyk complex: Dalneye deposit"``.

    Examples
    --------
    >>> main_words("Almalyk complex: Dalneye deposit"), main_words("Ridder: lead smelter")
    (['dalneye'], ['ridder'])
    """
    return telling_words(_main_part(name))


def first_words(name: str) -> list[str]:
    """Return the telling words of a name without the place that it adds and its second names.

    Examples
    --------
    >>> first_words("Cayeli Mine, Rize Province"), first_words("Mine at Kankberg")
    (['cayeli'], ['kankberg'])
    >>> first_words("Padcal Mine (Sto. Tomas II deposit)")
    ['padcal']
    """
    pieces = map(telling_words, _PLACE.split(_main_part(name)))
    return next(filter(None, pieces), [])


def sound_of(word: str, *, letters: int = _LETTERS) -> str:
    """Return a form of a word that most of its transliterations have in common.

    A form of fewer than `letters` consonants keeps its vowels.

    Examples
    --------
    >>> {sound_of(word) for word in ("dzhezkazgan", "zhezkazgan", "jezqazghan")}
    {'skskn'}
    >>> {sound_of(word) for word in ("boschekul", "boshchekul", "bozshakol")}
    {'pskl'}
    >>> {sound_of(word) for word in ("lovozero", "lovozerskoye", "lovozerskoe")}
    {'lvsr'}
    """
    word, bare = _spelling(word)
    if len(bare) < letters:
        bare = _REPEATED.sub("", word.replace("ou", "u").translate(_ALIKE_VOWELS))
        bare = _LAST_VOWEL.sub("", bare)
    return bare


@lru_cache(maxsize=1 << 16)
def _spelling(word: str) -> tuple[str, str]:
    """Return a word with one letter for each sound, and without its vowels."""
    word = _SHORT_I.sub("", _ADJECTIVE.sub("", word))
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    word = _FIRST_VOWEL.sub("a", "k" + word[1:] if word.startswith("h") else word)
    return word, _REPEATED.sub("", word[:1] + word[1:].translate(_VOWELS))
