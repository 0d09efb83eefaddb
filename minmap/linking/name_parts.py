"""The parts of a name: the site, its second names, and the places that the name adds."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, NamedTuple

from minmap.linking.name_words import (
    AREA,
    KIND,
    part_named,
    telling_tuple,
    word_kinds,
    word_tuple,
)

_PIECE: Final = re.compile(r"[,;|\n]|\s-+\s|(/|\b(?:and|at|in|near|on)\b)", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_SITE, _SECOND, _AT = "site", "second", "at"
_BEFORE: Final = {"/": _SECOND, "and": _SECOND, "at": _AT, "in": _AT, "near": _AT, "on": _AT}
"""What the name behind a separator is."""


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
    >>> name_parts("Menominee Range - Buck Mine").site, name_parts("Ridder, Tishinsky Mine").site
    (('buck',), ('tishinsky',))
    """
    main, above = _main_part(name)
    outside, inside = map(_named, _pieces(main))
    # "Land Pebble district, Payne Creek": the deposit follows its areas.
    own = [words for words, where in outside if where == _SITE]
    first = [words for words, _ in outside]
    leads = bool(outside) and outside[0][1] == AREA
    second = [words for words, where in outside if where == _SECOND]
    second += [words for words, where in inside if where in (_SITE, _SECOND)]
    site = next(iter([*(own if leads else []), *first, *(words for words, _ in inside)]), ())
    others = tuple(words for words in second if words != site)
    every = [words for words, _ in [*outside, *inside]] + [telling_tuple(part) for part in above]
    return NameParts(site, others, tuple(w for w in every if w != site and w not in others))


def parts_named(name: str) -> frozenset[str]:
    """Return the numbers, letters and directions by which a name tells parts of a site.

    Examples
    --------
    >>> sorted(parts_named("Yuzhnyy Kounrad No. 2")), parts_named("Kounrad")
    (['2', 'south'], frozenset())
    >>> parts_named("Huanzala Mine, 250 km north of Lima"), parts_named("West Siberia: Abakan")
    (frozenset(), frozenset())
    """
    pieces = [*chain.from_iterable(_pieces(_main_part(name)[0]))]
    if len(pieces) > 1:
        # The numbers of an area that the name adds, or of the way to a town, are not of the site.
        places = name_parts(name).places
        pieces = [piece for piece in pieces if telling_tuple(piece) not in places]
    return frozenset(chain.from_iterable(_parts_among(word_tuple(piece)) for piece in pieces))


def _parts_among(words: tuple[str, ...]) -> Iterator[str]:
    for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False):
        part = "a" if word == "a" else part_named(word)
        # A single letter elsewhere than at the end or beside a number is an article or a "and".
        is_apart = len(word) > 1 or word.isdigit() or (before and not after)
        if before == "mining" and part == "centre":
            continue
        if part and (is_apart or before.isdigit() or after.isdigit()):
            yield part


def _main_part(name: str) -> tuple[str, list[str]]:
    """Return the last part that tells which site it is of a name such as "Complex: Deposit".

    The other parts, which are owners, complexes or areas, come second.
    """
    parts = [part for part in name.split(":") if telling_tuple(part)] if ":" in name else []
    return (parts[-1], parts[:-1]) if parts else (name, [])


def names_area(name: str) -> bool:
    """Return whether a name is that of an area or of a group of sites.

    Examples
    --------
    >>> names_area("Dzhezkazgan Group of Mines"), names_area("Rocket Group")
    (True, False)
    """
    words, kinds = word_tuple(name), word_kinds()
    return ("group", "of") in pairwise(words) or any(kinds.get(word) == AREA for word in words)


def _pieces(name: str) -> tuple[list[str], list[str]]:
    """Return the pieces of a name outside and inside brackets, with the words between them."""
    inside = [piece for text in _BRACKETED.findall(name) for piece in _PIECE.split(text) if piece]
    return [piece for piece in _PIECE.split(_BRACKETED.sub(",", name)) if piece], inside


def _named(pieces: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
    """Return the telling words of each piece that has some, and of what it is the name.

    A piece is the name of an area, of a place if it follows a word such as "at", or of a site, the
    second one if it follows "and". The first of several is a town if only others say "mine".
    """
    found, where = list[tuple[tuple[str, ...], str]](), _SITE
    sites = list[str]()
    for piece in pieces:
        if piece.lower() in _BEFORE:
            where = _BEFORE[piece.lower()]
            continue
        if words := telling_tuple(piece):
            found.append((words, AREA if where != _AT and names_area(piece) else where))
            sites += [piece] if found[-1][1] == _SITE else []
        where = _SITE
    has_kind = [*map(_has_kind, sites)] if len(sites) > 1 and found[0][1] == _SITE else [True]
    if any(has_kind) and not has_kind[0]:
        found[0] = (found[0][0], AREA)
    return found


def _has_kind(piece: str) -> bool:
    """Return whether a piece of a name has a word such as "mine" or "deposit"."""
    return any(word_kinds().get(word) == KIND for word in word_tuple(piece))
