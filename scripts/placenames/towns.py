"""Towns of GeoNames: the zoom from which each is named, and its names."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from natural_earth import REGION

from minmap.scene import world_grid
from minmap.scene.place_names import Naming

LEAST, LEAST_FAR = 1_000, 100_000  # inhabitants inside and outside of the region
NOT_TOWNS = ["PPLX", "PPLQ", "PPLH", "PPLW", "PPLCH"]  # parts of towns, and abandoned ones
# The fewest inhabitants of a town that is named from a zoom on.
PEOPLE = {3: 3_000_000, 4: 700_000, 5: 200_000, 6: 50_000, 7: 15_000, 8: 4_000, 9: 0}
APART_PX = (64, 18)  # between two towns of a zoom
# Towns this many times as important as a zoom requires may be half as far apart.
IMPORTANT = 4
LARGE_CAPITAL = 2_000_000  # its importance
# Countries whose names GeoNames spells with the accents of a transliteration; English has none.
TRANSLITERATED = re.compile(
    "AE|AF|AM|BD|BG|BH|BT|BY|CN|CY|DZ|EG|ET|GE|GR|IL|IN|IQ|IR|JO|JP|KG|KP|KR|KW|KZ|LA|LB|LY|MA|MK"
    "|MM|MN|MV|NP|OM|PK|PS|QA|RS|RU|SA|SD|SY|TH|TJ|TW|UA|UZ|YE"
)
APOSTROPHES = re.compile("[`´ʹʼ‘’ʻ']")
CITY = re.compile(" (Shahri|Shahar)$")  # the word for a town in Uzbek
RUSSIAN = re.compile(r"[А-ЯЁ][А-Яа-яЁё]*([ -][А-Яа-яЁё]+)*")
NOT_NAMES = re.compile(r"район|область|город|село|посёлок|поселок|станица|уезд|губерния|аул\b")
# The towns of these numbers of GeoNames were renamed.
RENAMED = {1519030: "Шу", 1526384: "Алматы", 1528249: "Манас"}
# GeoNames has Russian names of these first. Those of today, Natural Earth's, are its alternates.
OWN_NAMES = {2028462: "Ulaanbaatar", 1520316: "Oskemen"}
# Former names of towns, which older tables have. Only those that GeoNames has too are taken.
FORMER = {
    1526273: ("Nur-Sultan", "Akmola", "Tselinograd"),
    1526384: ("Alma-Ata",),
    1528675: ("Frunze",),
    610612: ("Shevchenko",),
    610529: ("Guriev",),
    601594: ("Krasnovodsk",),
    1514879: ("Leninabad",),
    1221874: ("Stalinabad",),
    1219649: ("Chardzhou",),
    611717: ("Tiflis",),
    616635: ("Leninakan",),
    616530: ("Kirovakan",),
    586523: ("Kirovabad",),
}
LEAST_ALIKE = 0.7  # of a Russian name, spelled in Latin letters, and the town's
LARGE = 50_000  # inhabitants of a town whose Russian name may be quite another
SAME_TOWN_DEGREES = 0.5
ALIKE = 0.9  # names that search takes for one
LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
IN_LATIN = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
LATIN = dict(zip(LETTERS, IN_LATIN.replace("_", "").split(" "), strict=True))


def towns(folder: Path) -> pd.DataFrame:
    found = read(folder)
    known = natural_earth(folder)
    named = known_russian(found, known)
    alternates = found.alternate_names.fillna("").str.split("|")
    russian = [
        own if isinstance(own, str) else russian_of(name, more)
        for own, name, more in zip(named, found.ascii_name, alternates, strict=True)
    ]
    names = english(found)
    is_capital = found.feature_code == "PPLC"
    return pd.DataFrame(
        {
            "name": names,
            "ru": russian,
            "region": found.iso2,
            "zoom": zooms(found),
            "naming": np.where(is_capital, Naming.CAPITAL, Naming.TOWN),
            "lon": found.lon,
            "lat": found.lat,
            "weight": weights(found),
            "others": [
                others(name, {own, *known.spellings.get(key, []), *FORMER.get(key, ())} & {*more})
                for key, name, own, more in zip(
                    found.geonameid, names, found.ascii_name, alternates, strict=True
                )
            ],
        }
    )


def read(folder: Path) -> pd.DataFrame:
    found = pd.read_parquet(folder / "places" / "geonames_cities.parquet")
    found = found[~found.feature_code.isin(NOT_TOWNS)]
    west, south, east, north = REGION
    inside = found.lon.between(west, east) & found.lat.between(south, north)
    is_seat = found.feature_code.isin(["PPLC", "PPLA"])
    enough = found.population >= np.where(inside, LEAST, LEAST_FAR)
    kept = enough | (is_seat & inside) | (found.feature_code == "PPLC")
    return found[kept].reset_index(drop=True)


def english(found: pd.DataFrame) -> pd.Series:
    names = found.name.str.replace(CITY, "", regex=True)
    names = found.geonameid.map(OWN_NAMES).fillna(names)
    return names.map(plain).where(found.iso2.str.fullmatch(TRANSLITERATED), names)


def plain(name: str) -> str:
    """Return a name without accents and apostrophes."""
    letters = unicodedata.normalize("NFKD", APOSTROPHES.sub("", name))
    return "".join(one for one in letters if not unicodedata.combining(one))


def natural_earth(folder: Path) -> pd.DataFrame:
    """Return the Russian name and the other English spellings of towns by their geonameid."""
    files = ["ne_10m_populated_places_clip", "ne_10m_populated_places_world"]
    tables = [gpd.read_file(folder / "basemap" / f"{name}.gpkg") for name in files]
    table = pd.concat([one.rename(columns=str.lower) for one in tables], ignore_index=True)
    table = table[table.geonameid > 0].drop_duplicates("geonameid").set_index("geonameid")
    table.index = table.index.astype(int)
    # Without what tells namesakes apart in an encyclopedia.
    russian = table.name_ru.str.replace(r"\s*\(.*\)$", "", regex=True)
    columns = ["name", "nameascii", "name_en", "namealt"]
    spellings = [
        [part for text in row if isinstance(text, str) for part in re.split(r"[|;/]", text)]
        for row in table[columns].itertuples(index=False)
    ]
    is_russian = russian.fillna("").map(lambda name: RUSSIAN.fullmatch(name) is not None)
    made = {"name_ru": russian.where(is_russian), "spellings": spellings}
    places = {"nameascii": table.nameascii, "lon": table.geometry.x, "lat": table.geometry.y}
    return pd.DataFrame(made | places)


def latin(text: str) -> str:
    return "".join(LATIN.get(letter, letter) for letter in text.lower())


def russian_of(name: str, alternates: list[str]) -> str | None:
    """Return the alternate in Russian letters that is nearest to a name in Latin letters."""
    best, found = LEAST_ALIKE, None
    for one in alternates:
        if RUSSIAN.fullmatch(one) is None or NOT_NAMES.search(one.lower()):
            continue
        alike = SequenceMatcher(None, name.lower(), latin(one)).ratio()
        if alike > best:
            best, found = alike, one
    return found


def known_russian(found: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return the Russian names of Natural Earth, by geonameid, else by name and place.

    That of a small town must be like its name: it may be one of before a renaming.
    """
    pairs = (
        found[["ascii_name", "lat", "lon"]]
        .reset_index()
        .merge(known.reset_index(), left_on="ascii_name", right_on="nameascii")
    )
    gap = np.hypot(pairs.lat_x - pairs.lat_y, pairs.lon_x - pairs.lon_y)
    by_name = pairs[gap < SAME_TOWN_DEGREES].groupby("index").name_ru.first()
    named = found.geonameid.map(known.name_ru).fillna(by_name)
    renamed = found.geonameid.map(RENAMED)
    alike = [
        isinstance(own, str) and SequenceMatcher(None, name.lower(), latin(own)).ratio()
        for name, own in zip(found.ascii_name, named, strict=True)
    ]
    named = named.where((found.population >= LARGE) | (np.array(alike) > LEAST_ALIKE))
    return renamed.fillna(named)


def others(name: str, spellings: set[str]) -> str | None:
    """Return spellings that search would not take for a name, parted by bars."""
    kept: list[str] = []
    for one in sorted(spellings):
        known = [plain(old).lower() for old in (name, *kept)]
        near = [SequenceMatcher(None, one.lower(), old).ratio() for old in known]
        if one.isascii() and max(near) < ALIKE:
            kept.append(one)
    return "|".join(kept[:3]) or None


def weights(found: pd.DataFrame) -> pd.Series:
    """Return how important towns are: their inhabitants, more for seats of governments."""
    factor = found.feature_code.map({"PPLC": 10.0, "PPLA": 2.5}).fillna(1.0)
    return found.population.clip(lower=500) * factor


def zooms(found: pd.DataFrame) -> np.ndarray:
    """Return the zoom from which each town is named.

    It is the first at which no more important town is near it, and for which it has the people.
    """
    weight = weights(found).to_numpy()
    order = np.argsort(-weight, kind="stable")
    x, y = (values.astype(float) for values in world_grid.to_world(found.lon, found.lat))
    # Beyond the last zoom there is room for all.
    rank = np.full(len(found), max(PEOPLE) + 1)
    for zoom, people in PEOPLE.items():
        px = world_grid.WORLD / 2 ** (8 + zoom)
        squares = Squares(x / px / APART_PX[0], y / px / APART_PX[1])
        for town in sorted(order, key=lambda row: rank[row] >= zoom):
            if rank[town] > zoom:
                apart = 0.5 if weight[town] > IMPORTANT * people else 1.0
                if weight[town] < people or squares.is_near(town, apart):
                    continue
                rank[town] = zoom
            squares.add(town)
    latest = np.where(weight >= LARGE_CAPITAL, 4, 5)
    return np.where(found.feature_code == "PPLC", np.minimum(rank, latest), rank)


class Squares:
    """The towns that are named at a zoom, by the square in which each is."""

    def __init__(self, columns: np.ndarray, rows: np.ndarray) -> None:
        self.columns, self.rows = columns, rows
        self.taken: dict[tuple[int, int], list[int]] = {}

    def add(self, town: int) -> None:
        place = int(self.columns[town]), int(self.rows[town])
        self.taken.setdefault(place, []).append(town)

    def is_near(self, town: int, apart: float) -> bool:
        column, row = self.columns[town], self.rows[town]
        around = ((int(column) + dx, int(row) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        return any(
            abs(self.columns[other] - column) < apart and abs(self.rows[other] - row) < apart
            for square in around
            for other in self.taken.get(square, ())
        )
