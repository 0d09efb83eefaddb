"""The words of a name, in a form that is the same in other spellings and alphabets."""

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from anyascii import anyascii

from minmap.vocabulary import commodity_names

_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_SEPARATOR: Final = re.compile(r"[,;|/()\n]+")
_PIECE: Final = re.compile(r"[,;|\n]|\s-+\s|(/|\b(?:and|at|in|near|on)\b)", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_VOWELS: Final = str.maketrans("", "", "aeiouyh")
_ALIKE_VOWELS: Final = str.maketrans("eoyj", "iaii", "h")
_FEATURE, _AREA = "feature", "place"
_SITE, _SECOND, _AT = "site", "second", "at"
_BEFORE: Final = {"/": _SECOND, "and": _SECOND, "at": _AT, "in": _AT, "near": _AT, "on": _AT}
"""What the name behind a separator is."""
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
    latin = name if name.isascii() else anyascii(name)
    words = _WORD.findall(latin.lower().replace("'", ""))
    return [_SHORT_FORMS.get(word, word) for word in words]


def names_in(text: str) -> list[str]:
    """Return the names in a text that lists several.

    Examples
    --------
    >>> names_in("Lindsay, Garnet (Summerfield)")
    ['Lindsay', 'Garnet', 'Summerfield']
    """
    return [part for part in map(str.strip, _SEPARATOR.split(text)) if part]


@cache
def _kinds() -> dict[str, str]:
    """Return the kind of each word that does not tell which site a name means."""
    text = (files(__package__) / "generic_words.csv").read_text(encoding="utf-8")
    return {row["word"]: row["kind"] for row in csv.DictReader(text.splitlines())}


@cache
def _mined() -> frozenset[str]:
    names = commodity_names()
    english, russian = (names.loc[names["language"] == code, "name"] for code in ("en", "ru"))
    mined = {word for name in english for word in words_of(name)}
    # Bor, the Russian for boron, is a town as well.
    return frozenset(mined | {w for name in russian for w in words_of(name) if len(w) > _LETTERS})


@cache
def _dropped() -> frozenset[str]:
    kinds = {word for word, kind in _kinds().items() if kind != _FEATURE}
    return frozenset(kinds | {word for word, part in _parts().items() if part.isdigit()})


@cache
def _features() -> frozenset[str]:
    return frozenset(word for word, kind in _kinds().items() if kind == _FEATURE)


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
    return list(_telling(name))


@lru_cache(maxsize=64)  # a name is often its only part, and asked for as each
def _telling(name: str) -> tuple[str, ...]:
    dropped, features = _dropped(), _features()
    words = [w for w in words_of(name) if len(w) > 1 and w not in dropped and w.isalpha()]
    telling = tuple(word for word in words if word not in _mined())
    if not features.issuperset(telling) or not telling:
        return telling
    return ("".join(words),) if len(words) > 1 else ()


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


class NameParts(NamedTuple):
    """The telling words of the parts of a name.

    Attributes
    ----------
    site
        Words of the first part that is not the name of an area; of the area if there is no other.
    second
        Words of each second name, in brackets or behind "and" or a slash.
    places
        Words of each other part, such as the area or town that the name adds.
    """

    site: tuple[str, ...]
    second: tuple[tuple[str, ...], ...]
    places: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> list[tuple[str, ...]]:
        """The words of each part, the site first."""
        return [words for words in (self.site, *self.second, *self.places) if words]


@lru_cache(maxsize=1 << 19)
def name_parts(name: str) -> NameParts:
    """Return the words of a name without those of the area or place that it adds.

    Examples
    --------
    >>> name_parts("Cayeli Mine, Rize Province").site, name_parts("Mine at Kankberg").site
    (('cayeli',), ('kankberg',))
    >>> name_parts("Padcal Mine (Sto. Tomas II deposit)")
    NameParts(site=('padcal',), second=(('santo', 'tomas'),), places=())
    >>> name_parts("Menominee Range - Buck Mine").site
    ('buck',)
    """
    main = _main_part(name)
    outside = _named(filter(None, _PIECE.split(_BRACKETED.sub(",", main))))
    inside = _named(
        part for text in _BRACKETED.findall(main) for part in filter(None, _PIECE.split(text))
    )
    # "Land Pebble district, Payne Creek": the deposit follows its areas.
    own = [words for words, where in outside if where == _SITE]
    first = [words for words, _ in outside]
    leads = bool(outside) and outside[0][1] == _AREA
    second = [words for words, where in outside if where == _SECOND]
    second += [words for words, where in inside if where in (_SITE, _SECOND)]
    site = next(iter([*(own if leads else []), *first, *(words for words, _ in inside)]), ())
    others = tuple(words for words in second if words != site)
    every = [words for words, _ in [*outside, *inside]]
    return NameParts(site, others, tuple(w for w in every if w != site and w not in others))


def _named(pieces: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
    """Return the telling words of each piece that has some, and of what it is the name.

    A piece is the name of an area, of a place if it follows a word such as "at", or of a site, the
    second one if it follows "and".
    """
    kinds, found, where = _kinds(), list[tuple[tuple[str, ...], str]](), _SITE
    for piece in pieces:
        if piece.lower() in _BEFORE:
            where = _BEFORE[piece.lower()]
            continue
        if words := _telling(piece):
            is_area = any(kinds.get(word) == _AREA for word in words_of(piece))
            found.append((words, _AREA if is_area and where != _AT else where))
        where = _SITE
    return found


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
