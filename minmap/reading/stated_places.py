"""The countries and states that a table states, held against the points of its records."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

import geopandas
import numpy as np
import pandas as pd

from minmap.files.cells import EXAMINED_ROWS, coalesce, evenly_sampled
from minmap.packaged_rows import packaged_rows
from minmap.places.country_polygons import land_of, lonlat_of, world
from minmap.places.province_polygons import provinces
from minmap.reading.headings import strengths, words_of
from minmap.types import TEXT, Booleans, Floats, Texts
from minmap.vocabulary import labels, parse_terms
from minmap.vocabulary.coded_texts import translate
from minmap.vocabulary.spelling import Parsed, normalise

STATED, DERIVED = "stated", "derived"
"""Values of ``country_basis`` and ``admin1_basis``."""

ADDRESS: Final = "address"
"""Scheme of texts whose last part between commas may be the state."""

SIGNS: Final[Mapping[str, tuple[int, int]]] = {
    "longitude": (-1, 1),
    "latitude": (1, -1),
    "longitude and latitude": (-1, -1),
}
"""Signs that may be missing, with the factors that put them right."""

_MORE: Final = 50
_LONGEST_CODE, _CODED = 3, 0.9
# "Region" in "Tarapacá Region"; "il" is also the code of a state.
_SHORTEST_KIND: Final = 4
# A place stated is at odds with the table if hardly any point is there, and a mistake explains it
# if most are there without it: points on a coast may lie in the sea of the map.
_HARDLY_ANY, _MOST, _NEARLY_ALL, _FEWEST = 0.1, 0.5, 0.8, 5
_SIDES: Final = ("northern", "southern", "eastern", "western")
_MIDDLE: Final = frozenset({"central", "centre", "capital"})


@cache
def _states() -> tuple[dict[str, set[tuple[str, str]]], dict[str, set[str]]]:
    """Return the states by each word of their names, and the countries (alpha-3) of each code.

    A state is its name and its country.
    """
    rows = packaged_rows(__package__, "state_names")
    alpha2 = pd.Series([row["country"] for row in rows], dtype=TEXT)
    countries = parse_terms(alpha2, "alpha2")[0].tolist()
    names = [row["name"] for row in rows]
    land = provinces()
    by_word: dict[str, set[tuple[str, str]]] = {}
    for name, country in zip([*names, *land.names], [*countries, *land.countries], strict=True):
        for word in normalise(name).split() if name and country else ():
            by_word.setdefault(word, set()).add((name, country))
    codes: dict[str, set[str]] = {}
    for row, country in zip(rows, countries, strict=True):
        if row["code"]:
            codes.setdefault(row["code"], set()).add(country)
    return by_word, codes


@lru_cache(maxsize=4096)
def _countries_of(key: str) -> frozenset[str]:
    """Return the countries (alpha-3) that have a state with this key."""
    states = _states()[0].get(key.partition(" ")[0], ())
    return frozenset(country for name, country in states if _key(name) == key)


def _key(name: str) -> str:
    """Return the name of a state without words for its kind; "" if it is only a side of a land.

    Examples
    --------
    >>> _key("Región de Tarapacá"), _key("Cajamarca Department"), _key("Northern Province")
    ('tarapaca', 'cajamarca', '')
    """
    words = [word for word in normalise(name).split() if word not in words_of("silent")]
    words = [w for w in words if len(w) < _SHORTEST_KIND or "admin1" not in strengths(w)]
    sides = frozenset[str]().union(*map(words_of, _SIDES)) | _MIDDLE
    return "" if sides.issuperset(words) else " ".join(words)


def countries_of_states(admin1: pd.Series) -> pd.Series:
    """Return the countries that have a state or province of each name.

    Parameters
    ----------
    admin1
        Names, or codes if those of the column are codes of one country (``"NV"``). Of several
        countries with a name, those that other names of the column show are meant. Not changed.

    Returns
    -------
    pandas.Series
        alpha-3, space-separated; missing for names that are not known or say only a side
        ("Northern Province"). Same index.

    Examples
    --------
    >>> countries_of_states(pd.Series(["Nevada", "Amazonas", "Central", None])).tolist()
    ['USA', 'BRA PER VEN', nan, nan]
    >>> countries_of_states(pd.Series(["Montana", "NV", "CA"])).tolist()
    ['USA', 'USA', 'USA']
    """

    def by_name(text: str) -> Parsed:
        found = _countries_of(_key(text) or text)
        return tuple(sorted(found)), () if found else (text,)

    found, unknown = translate(admin1, by_name)
    if not unknown:
        return _narrowed(found)
    codes = _states()[1]
    short = {text.strip() for text in unknown if len(text.strip()) <= _LONGEST_CODE}
    coded = [country for code in short for country in codes.get(code, ())]
    likely = {one for one in coded if coded.count(one) >= _CODED * len(short)}
    if not likely:
        return _narrowed(found)
    by_code = translate(admin1, lambda text: (tuple(codes.get(text.strip(), set()) & likely), ()))
    return _narrowed(coalesce(found, by_code[0]))


def _narrowed(found: pd.Series) -> pd.Series:
    """Return countries without those that no row has alone, where others of the row are so."""
    alone = {one for one in found.dropna().unique() if " " not in one}

    def likely(text: str) -> Parsed:
        countries = text.split()
        return tuple([one for one in countries if one in alone] or countries), ()

    return translate(found, likely)[0]


def countries_by_point(admin1: pd.Series, lonlat: Floats) -> pd.Series:
    """Return the countries of states as `countries_of_states` does, held against the points (n, 2).

    A code that is the only one of a column may be that of a country whose codes are not known, as
    ``CA`` for Cagliari. It has no country if the points lie in another one and no sign explains it.
    """
    found = countries_of_states(admin1)
    codes = admin1.dropna().unique()
    if len(codes) != 1 or len(codes[0].strip()) > _LONGEST_CODE:
        return found
    _, other = agreement(lonlat, found)
    there = (agreement(lonlat * factors, found)[0] for factors in SIGNS.values())
    if other.mean() >= _MOST and not any(fits.mean() >= _MOST for fits in there):
        return found.where(found.isna())
    return found


def stated_countries(country: pd.Series | None, admin1: pd.Series | None) -> pd.Series | None:
    """Return the countries that texts state: by the country or, where this is missing, the state.

    None if there is neither column.
    """
    found = None if country is None else parse_terms(country, "countries")[0]
    of_states = None if admin1 is None else countries_of_states(admin1)
    if found is None or of_states is None:
        return of_states if found is None else found
    return coalesce(found, of_states)


def land_of_states(columns: Iterable[pd.Series]) -> geopandas.GeoSeries:
    """Return the land of the country whose states one of the columns has, empty if none has.

    Examples
    --------
    >>> land_of_states([pd.Series(["Zinnwald"]), pd.Series(["Sachsen", "Bayern"])]).index.tolist()
    ['Germany']
    """
    for column in columns:
        found = countries_of_states(column.astype(TEXT))
        counts = found.value_counts()
        if len(counts) and " " not in counts.index[0] and found.notna().mean() >= _MOST:
            code = str(counts.index[0])
            return land_of([code]).set_axis([labels("country").get(code, code)])
    return land_of([])


def states_of_addresses(addresses: pd.Series, country: pd.Series) -> pd.Series:
    """Return the last parts of addresses that are states of the country of their row.

    Examples
    --------
    >>> addresses = pd.Series(["Gladstone, Queensland", "near La Union", "Kangwon"])
    >>> states_of_addresses(addresses, pd.Series(["AUS", "PHL", "PRK"])).tolist()
    ['Queensland', nan, 'Kangwon']
    """
    last = addresses.str.rpartition(",")[2].str.strip().astype(TEXT)
    countries = countries_of_states(last)
    elsewhere = is_elsewhere(countries, country.to_numpy(dtype=object))
    return last.where(countries.notna() & country.notna() & ~elsewhere)


def is_elsewhere(stated: pd.Series, found: Texts) -> Booleans:
    """Return whether the country found is none of those stated, nor of one state with one.

    Parameters
    ----------
    stated
        Shape (n,), alpha-3, space-separated, as `countries_of_states` returns them.
    found
        Shape (n,), alpha-3; None where unknown.

    Examples
    --------
    >>> is_elsewhere(pd.Series(["USA", "USA", None]), np.array(["CHN", "PRI", "CHN"])).tolist()
    [True, False, False]
    """
    both = stated.notna().to_numpy() & pd.notna(found)
    elsewhere = np.zeros(len(stated), dtype=bool)
    pairs = pd.MultiIndex.from_arrays([stated.to_numpy(dtype=object)[both], found[both]])
    position, different = pd.factorize(pairs)
    lands = world()
    state_of = dict(zip(lands.codes, lands.sovereigns, strict=True))

    def is_other(named: str, code: str) -> bool:
        allowed = named.split()
        return code not in allowed and state_of.get(code) not in [*map(state_of.get, allowed)]

    others = np.array([is_other(named, code) for named, code in different], dtype=bool)
    elsewhere[both] = others[position]
    return elsewhere


def agreement(lonlat: Floats, stated: pd.Series) -> tuple[Booleans, Booleans]:
    """Return which points (n, 2) are in the country stated, and which in another."""
    possible: Booleans = np.asarray((np.abs(lonlat) <= [180, 90]).all(axis=1))
    lands = world()
    area = lands.at(np.where(possible[:, None], lonlat, np.nan))
    found = np.array([*lands.codes, None], dtype=object)[area]
    other = is_elsewhere(stated, found)
    known: Booleans = stated.notna().to_numpy(dtype=bool)
    return np.asarray(pd.notna(found), dtype=bool) & known & ~other, other


def sign_notes(table: geopandas.GeoDataFrame) -> list[str]:
    """Return a note if the points of an occurrence table are not where the table states.

    It says which sign is missing, if changing it puts most points of a sample there, or that
    longitude and latitude are exchanged, if that puts nearly all there.
    """
    # A sample of all records first: whole columns would take longer than the test.
    columns = ["country", "country_basis", "admin1", "admin1_basis", "geometry"]
    some = evenly_sampled(table[columns], EXAMINED_ROWS * _MORE)
    says = (some["country_basis"] == STATED) | (some["admin1_basis"] == STATED)
    some = some[says & ~some.geometry.isna()]
    some = evenly_sampled(some)
    stated = some["country"].where(some["country_basis"] == STATED)
    admin1 = some["admin1"].where(some["admin1_basis"] == STATED)
    of_states = countries_by_point(admin1.where(stated.isna()), lonlat_of(some.geometry))
    stated = coalesce(stated, of_states)
    some, stated = some[stated.notna()], stated.dropna()
    if not len(some):
        return []
    lonlat = lonlat_of(some.geometry)
    here, other = agreement(lonlat, stated)
    if here.mean() > _HARDLY_ANY:
        return []
    fits = {sign: agreement(lonlat * factors, stated)[0] for sign, factors in SIGNS.items()}
    likely = [sign for sign, there in fits.items() if there.mean() >= _MOST]
    counted = f"{int(here.sum())} of {len(some)} points are in the country or state that"
    if len(likely) == 1:
        there = int(fits[likely[0]].sum())
        return [
            f"THE SIGN OF THE {likely[0].upper()} IS MISSING OR WRONG: {counted} their row states, "
            f"and with the other sign {there}; "
            "minmap.repair(table, minmap.check(table, rules=['lost_sign'])) changes it."
        ]
    exchanged = agreement(lonlat[:, ::-1], stated)[0]
    if exchanged.mean() >= _NEARLY_ALL:
        return [
            f"LONGITUDE AND LATITUDE ARE EXCHANGED: {counted} their row states, and exchanged "
            f"{int(exchanged.sum())}; "
            "minmap.repair(table, minmap.check(table, rules=['swapped'])) exchanges them."
        ]
    if other.mean() < _NEARLY_ALL or len(some) < _FEWEST:
        return []
    found = labels("country").get(str(stated.iloc[0]), str(stated.iloc[0]))
    return [
        f"THE POINTS ARE NOT WHERE THE TABLE SAYS: {counted} their row states, such as {found}; "
        "check columns= and crs=, and see minmap.check(table)."
    ]
