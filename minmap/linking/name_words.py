"""The words of a name, in a form that is the same in other spellings and alphabets."""

import re
from functools import cache, lru_cache
from typing import Final

from anyascii import anyascii

from minmap.packaged_rows import packaged_rows
from minmap.vocabulary import commodity_names

_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_SEPARATOR: Final = re.compile(r"[,;|/()\n]+")
_VOWELS: Final = str.maketrans("", "", "aeiouyh")
_ALIKE_VOWELS: Final = str.maketrans("eoyj", "iaii", "h")
FEATURE: Final = "feature"
AREA: Final = "place"
KIND: Final = "site"
_LETTERS: Final = 3
"""Consonants that a word needs to be recognised without its vowels. minmap's own figure."""

_SHORT_FORMS: Final = {
    "mt": "mount",
    "sto": "santo",
    "sta": "santa",
    "st": "saint",
    "ste": "sainte",
}

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
_DIRECTIONS: Final = (
    "severo", "yuzhno", "vostochno", "zapadno", "verkhne", "nizhne", "sredne",
)  # fmt: skip
_COMPOUND: Final = re.compile(rf"\b({'|'.join(_DIRECTIONS)})(?=[a-z]{{5}})")  # Verkhnekairaktinskoe
_FIRST_VOWEL: Final = re.compile(r"^[aeiouy]+")
_LAST_VOWEL: Final = re.compile(r"(?<=[a-z]{3})[aiu]$")
_REPEATED: Final = re.compile(r"(.)(?=\1)")


def words_of(name: str) -> list[str]:
    """Return the words and numbers of a name in lower-case Latin letters.

    Examples
    --------
    >>> words_of("Жезказган No. 2"), words_of("Mt. O'Neil Mine")
    (['zhezkazgan', 'no', '2'], ['mount', 'oneil', 'mine'])
    """
    return list(word_tuple(name))


@lru_cache(maxsize=64)  # callers ask several times for a piece of one name
def word_tuple(name: str) -> tuple[str, ...]:
    """Return the result of `words_of` as a tuple."""
    latin = (name if name.isascii() else anyascii(name)).lower().replace("'", "")
    if any(direction in latin for direction in _DIRECTIONS):
        latin = _COMPOUND.sub(r"\1 ", latin)
    return tuple([_SHORT_FORMS.get(word, word) for word in _WORD.findall(latin)])


def names_in(text: str) -> list[str]:
    """Return the names in a text that lists several.

    Examples
    --------
    >>> names_in("Lindsay, Garnet (Summerfield)")
    ['Lindsay', 'Garnet', 'Summerfield']
    """
    return [part for part in map(str.strip, _SEPARATOR.split(text)) if part]


@cache
def word_kinds() -> dict[str, str]:
    """Return the kind of each word that does not tell which site a name means."""
    return {row["word"]: row["kind"] for row in packaged_rows(__package__, "generic_words")}


@cache
def _mined() -> frozenset[str]:
    names = commodity_names()
    english, russian = (names.loc[names["language"] == code, "name"] for code in ("en", "ru"))
    mined = {word for name in english for word in words_of(name)}
    # Bor, the Russian for boron, is a town as well.
    return frozenset(mined | {w for name in russian for w in words_of(name) if len(w) > _LETTERS})


@cache
def _dropped() -> frozenset[str]:
    kinds = {word for word, kind in word_kinds().items() if kind != FEATURE}
    return frozenset(kinds | {word for word, part in _parts().items() if part.isdigit()})


@cache
def _features() -> frozenset[str]:
    return frozenset(word for word, kind in word_kinds().items() if kind == FEATURE)


def telling_words(name: str) -> list[str]:
    """Return the words of a name that tell which site it is, without numbers.

    A commodity and a creek, a mountain and the like make one word if there is no other.

    Examples
    --------
    >>> telling_words("Kara Oba tungsten deposit No. 2"), telling_words("Unnamed prospect")
    (['kara', 'oba'], [])
    >>> telling_words("Trout Creek mine"), telling_words("Iron Creek mine")
    (['trout', 'creek'], ['ironcreek'])
    """
    return list(telling_tuple(name))


@lru_cache(maxsize=64)  # a name without separators is its only piece
def telling_tuple(name: str) -> tuple[str, ...]:
    """Return the result of `telling_words` as a tuple."""
    dropped, features = _dropped(), _features()
    words = [w for w in word_tuple(name) if len(w) > 1 and w not in dropped and w.isalpha()]
    telling = tuple(word for word in words if word not in _mined())
    if not features.issuperset(telling) or not telling:
        return telling
    return ("".join(words),) if len(words) > 1 else ()


@cache
def _parts() -> dict[str, str]:
    return {row["word"]: row["part"] for row in packaged_rows(__package__, "part_words")}


@lru_cache(maxsize=1 << 16)
def part_named(word: str) -> str | None:
    """Return the part of a site that a word means, a number, letter or direction, if it does."""
    return word.lstrip("0") if word.isdigit() else _parts().get(word)


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
