"""What a table says of its grid: columns of zones, datums and EPSG codes, and words of headings."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from pyproj import CRS
from pyproj.exceptions import CRSError as ProjCRSError

from minmap.geodesy.zones import roman_number
from minmap.reading.column_evidence import Values
from minmap.reading.grid_systems import systems
from minmap.reading.headings import in_words, words_of
from minmap.vocabulary.spelling import normalise

_MOSTLY: Final = 0.8
_LAST_ZONE: Final = 60
_NUMBER: Final = re.compile(r"(\d{1,2})\s?([^\W\d]*)$")
# Words that make a value a zone of a grid whatever its heading.
_OF_GRID: Final = re.compile(r"utm|mga|amg", re.IGNORECASE)
_CODE: Final = re.compile(r"(?:epsg\s?)?(\d{4,6})")
# Four digits without "EPSG" may be a year.
_CODE_OF_HEADING: Final = re.compile(r"(?:epsg(?=\d{4})|(?=\d{5}))(\d{4,5})")
_ZONE_OF_HEADING: Final = re.compile(r"(?:utm|zone|z)(\d{1,2})([ns]?)")
_JAPANESE: Final = "系"
# Letters of the bands of UTM from 80 S to the equator, and to 84 N. "S" is mostly the south.
_SOUTHERN, _NORTHERN = frozenset("cdefghjklm"), frozenset("npqrtuvwx")


@dataclass(frozen=True, order=True)
class Zone:
    """A zone of a grid: its number, and ``"N"``, ``"S"`` or ``""`` if no side is stated."""

    number: int
    side: str

    def __str__(self) -> str:
        return f"{self.number}{self.side}"


@dataclass(frozen=True)
class Zones:
    """The zones in a column, with the number of rows of each.

    `is_certain` says whether they are those of a grid, and `is_plain` whether the heading alone
    does not say so: "Zone" may be that of a mine or of earthquakes, "huso" and "UTM zone" are not.
    """

    column: str
    counts: dict[Zone, int]
    is_certain: bool
    is_plain: bool

    @property
    def zones(self) -> list[Zone]:
        """The zones in order."""
        return sorted(self.counts)


@dataclass(frozen=True)
class Datums:
    """The datums in a column: for each text, its geographic CRS, and its share of the values."""

    column: str
    epsg: dict[str, int]
    shares: dict[str, float]


@dataclass(frozen=True)
class Codes:
    """The EPSG codes of grids in a column."""

    column: str
    codes: list[int]


def zone_of(text: str) -> Zone | None:
    """Return the zone that a text names; None if it names none.

    Examples
    --------
    >>> [str(zone_of(text)) for text in ("18S", "UTM 33 N", "zona 19 sur", "32V", "Block 3")]
    ['18S', '33N', '19S', '32N', 'None']
    >>> [str(zone_of(text)) for text in ("WGS 84 / UTM zone 54S", "MGA94 54", "IX", "X系")]
    ['54S', '54', '9', '10']
    """
    words = normalise(text)
    found = _NUMBER.search(words)
    if found is None:
        return _in_roman(words)
    number, side = int(found[1]), found[2]
    if not (1 <= number <= _LAST_ZONE and _name_a_grid(words[: found.start()].split())):
        return None
    if side in _JAPANESE:
        return Zone(number, "")
    if side in words_of("southern") | words_of("southern zone") | _SOUTHERN:
        return Zone(number, "S")
    if side in words_of("northern") | words_of("northern zone") | _NORTHERN:
        return Zone(number, "N")
    return None if len(side) > 1 else Zone(number, "")


def _in_roman(words: str) -> Zone | None:
    text = "".join(word for word in words.split() if word not in words_of("zone"))
    number = roman_number(text.removesuffix(_JAPANESE))
    return Zone(number, "") if number else None


def _name_a_grid(words: list[str]) -> bool:
    """Return whether words name grids and zones, or a datum with these, or nothing."""
    rest = [word for word in words if word not in words_of("zone") | {"utm", "z"}]
    return {*rest} <= words_of("grid") or "".join(rest) in systems("datum")


def zones_of(values: Mapping[str, Values]) -> list[Zones]:
    """Return the columns of zones of a grid, by their headings and values.

    Values such as "UTM 54S" and "AMG54" are zones under any heading.
    """
    of_grid = words_of("zone") - words_of("any zone") | words_of("grid") | {"utm"}
    found = []
    for column, sampled in values.items():
        words = set(normalise(in_words(column)).split())
        if not sampled.filled:
            continue
        is_named = bool(_OF_GRID.search(str(sampled.different[0]))) and not _is_of_another(words)
        if words_of("zone").isdisjoint(words) and not is_named:
            continue
        # "Time zone", "Huso horario", "zone_id"
        if not words_of("other zone").isdisjoint(words) and "utm" not in words:
            continue
        zones = {text: zone for text in sampled.different if (zone := zone_of(text))}
        if sampled.texts.isin(zones.keys()).mean() < _MOSTLY:
            continue
        counts = Counter(zones[text] for text in sampled.texts if text in zones)
        is_plain = of_grid.isdisjoint(words) and not is_named
        is_certain = not is_plain or any(zone.side for zone in counts)
        found.append(Zones(column, counts, is_certain, is_plain))
    return found


def datum_of(text: str) -> int | None:
    """Return the geographic CRS of the datum that a text begins with; None if it names none.

    Examples
    --------
    >>> datum_of("WGS 84 / UTM zone 33N"), datum_of("Datum: PSAD-56"), datum_of("12.03.1998")
    (4326, 4248, None)
    """
    rest = "".join(word for word in normalise(text).split() if word not in words_of("datum"))
    known = systems("datum")
    return known.get(max(filter(rest.startswith, known), key=len, default=""))


def datums_of(values: Mapping[str, Values]) -> list[Datums]:
    """Return the columns of datums, by their headings and values ("Datum" may be a date)."""
    found = []
    for column, sampled in values.items():
        words = set(normalise(in_words(column)).split())
        if not sampled.filled or not _names(words, "datum"):
            continue
        epsg = {text: code for text in sampled.different if (code := datum_of(text))}
        shares = {text: float(sampled.texts.eq(text).mean()) for text in epsg}
        if sum(shares.values()) >= _MOSTLY:
            found.append(Datums(column, epsg, shares))
    return found


def codes_of(values: Mapping[str, Values], besides: Iterable[str]) -> list[Codes]:
    """Return the columns of EPSG codes of grids, apart from the coordinates themselves."""
    found = []
    for column, sampled in values.items():
        words = set(normalise(in_words(column)).split())
        if not sampled.filled or column in besides or not _names(words, "system code"):
            continue
        texts = {text: match for text in sampled.different if (match := _code(text))}
        if sampled.texts.isin(texts.keys()).mean() >= _MOSTLY:
            codes = sorted({code for code in texts.values() if _is_grid(code)})
            if codes:
                found.append(Codes(column, codes))
    return found


def _names(words: set[str], role: str) -> bool:
    """Return whether words of a heading have a role, and not of another system ("source_epsg")."""
    return bool(words & words_of(role)) and not _is_of_another(words)


def _is_of_another(words: set[str]) -> bool:
    return not words.isdisjoint(words_of("other system"))


def headed_system(headings: Iterable[str]) -> int | None:
    """Return the EPSG code of the grid that headings of coordinates name; None if there is none.

    Examples
    --------
    >>> headed_system(["N_Sweref99", "E_Sweref99"]), headed_system(["X_EPSG25833", "Y"])
    (3006, 25833)
    """
    words = _words(headings)
    for word in words:
        found = _CODE_OF_HEADING.fullmatch(word)
        if found and _is_grid(int(found[1])):
            return int(found[1])
    return next((systems("grid")[word] for word in words if word in systems("grid")), None)


def headed_datum(headings: Iterable[str]) -> int | None:
    """Return the geographic CRS of the datum that headings of coordinates name.

    Examples
    --------
    >>> headed_datum(["P_ETRS", "I_ETRS"]), headed_datum(["Easting", "Northing"])
    (4258, None)
    """
    known = systems("datum")
    return next((known[word] for word in _words(headings) if word in known), None)


def headed_zone(headings: Iterable[str]) -> Zone | None:
    """Return the zone that headings of coordinates name, as in "Easting UTM33".

    Examples
    --------
    >>> str(headed_zone(["E_UTM33", "N_UTM33"]))
    '33'
    """
    for word in _words(headings):
        found = _ZONE_OF_HEADING.fullmatch(word)
        if found and 1 <= int(found[1]) <= _LAST_ZONE:
            return Zone(int(found[1]), found[2].upper())
    return None


def _words(headings: Iterable[str]) -> list[str]:
    """Return the words of headings, and each two that follow each other as one."""
    found = []
    for heading in headings:
        words = normalise(in_words(heading)).split() + normalise(heading).split()
        found += [*words, *map("".join, pairwise(words))]
    return found


def _code(text: str) -> int | None:
    found = _CODE.fullmatch(normalise(text))
    return int(found[1]) if found else None


@cache
def _is_grid(epsg: int) -> bool:
    try:
        return bool(CRS.from_epsg(epsg).is_projected)
    except ProjCRSError:
        return False
