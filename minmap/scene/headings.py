"""Headings of columns: their names as words, with their units, in the language of the page."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from minmap.scene.carried_columns import OURS
from minmap.scene.code_labels import page_terms
from minmap.table import UNITS
from minmap.vocabulary import commodities

_UNITS: Final = {
    "km": "km", "m": "m", "mm": "mm", "km2": "km²", "ha": "ha", "kt": "kt", "pct": "%",
    "ppm": "ppm", "ppb": "ppb", "gpt": "g/t", "usd": "USD",
}  # fmt: skip
"""Units by the last words of columns of numbers; mt may be metric tons or millions of them."""
_LENGTHS: Final = {
    "altitude", "depth", "diameter", "distance", "elev", "elevation", "from", "height", "interval",
    "length", "radius", "thickness", "to", "width",
}  # fmt: skip
"""What m is metres of; it may also be millions, or men."""
_OUR_UNITS: Final = {"usd_t": "USD/t", "t": "t", **_UNITS}
"""Units of minmap's own columns, whose last words mean nothing else."""
_TITLES: Final = {
    "admin1": "Province",
    "country_basis": "Basis of the country",
    "admin1_basis": "Basis of the province",
    "location_uncertainty_basis": "Basis of the uncertainty",
    "site_records": "Records of the site",
    "site_count": "Number of records of the site",
    "site_probability": "Probability of one site",
    "value_records": "Records of the values",
    "differing": "Stated differently",
    "entry_lon": "Longitude of the entry",
    "entry_lat": "Latitude of the entry",
}
"""Titles of minmap's own columns whose names do not say it in plain words."""
_RANGE_ENDS: Final = ("low", "high")
"""Last words of minmap's own columns with the ends of a range."""
_COUNTS: Final = frozenset(("population",))
"""Columns of counts, whose numbers have separators as those with a unit."""
_SQUARES: Final = {"km2": "km²", "m2": "m²", "m3": "m³"}
_ABBREVIATIONS: Final = {"ID", "PGE", "REE"}
_OXIDE: Final = re.compile(r"(?=.*\d)([A-Z]{1,2})(\d*)O(\d*)")
_SHORT: Final = 3  # letters of a name that may be an abbreviation or a symbol
_ENDING: Final = re.compile(r"\.[A-Za-z]\w{2,7}$")
"""The ending of a file in an archive, which is a layer."""


class _Title(str):
    """A title that minmap derived from the name of a column; the maker of the map gave none."""

    __slots__ = ()


def heading_of(
    name: str, *, has_numbers: bool = False, stated: str | None = None
) -> tuple[str, str | None]:
    """Return the words of a column as a title, and its unit.

    Parameters
    ----------
    name
        Name of the column.
    has_numbers
        Whether its values are numbers; no other values have a unit, but those of minmap's columns.
    stated
        The unit that the source of the table states (`stated_unit`). None: that of the name's end.

    Examples
    --------
    >>> heading_of("tonnage_mt", has_numbers=True, stated="Mt")
    ('Tonnage', 'Mt')
    >>> heading_of("AG_G_T", has_numbers=True, stated="g/t"), heading_of("ore_mt", stated="Mt")
    (('AG', 'g/t'), ('Ore mt', None))
    >>> heading_of("distance_km"), heading_of("DEPTH_M", has_numbers=True), heading_of("name_mt")
    (('Distance', 'km'), ('Depth', 'm'), ('Name mt', None))
    >>> heading_of("admin1")
    ('Province', None)
    >>> heading_of("usd_per_km", has_numbers=True), heading_of("within_5_km", has_numbers=True)
    (('Usd per km', None), ('Within 5 km', None))
    >>> heading_of("site_records")
    ('Records of the site', None)
    >>> heading_of("cost_usd_t_low"), heading_of("hours_high")
    (('Cost, low', 'USD/t'), ('Hours, high', None))
    """
    if name in _TITLES:
        return _Title(_TITLES[name]), None
    if name in OURS and (found := _our_heading(name)):
        return found
    if has_numbers and stated:
        return _title(_without_unit(name, stated)), stated
    if has_numbers and name in _COUNTS:
        return _title(name), ""
    label, _, ending = name.rpartition("_")
    unit = _UNITS.get(ending.lower())
    if has_numbers and unit is not None and _is_whole(label, ending.lower()):
        return _title(label), unit
    return _title(name), None


def _our_heading(name: str) -> tuple[str, str | None] | None:
    """Return the title and unit of a column of minmap whose name ends in a unit or a range."""
    base, _, end = name.rpartition("_")
    if end in _RANGE_ENDS and base in OURS:
        label, unit = heading_of(base)
        return _Title(f"{label}, {end}"), unit
    for ours, text in _OUR_UNITS.items():
        if name.endswith(f"_{ours}"):
            return _title(name.removesuffix(f"_{ours}")), text
    return None


def words_of_file(path: str | os.PathLike[str], layer: str | None = None) -> str:
    """Return the name of a file, or of one of its layers, as that of a layer of the map.

    Examples
    --------
    >>> words_of_file("data/central_asia_lakes.shp"), words_of_file("field.gpkg", "deep_wells")
    ('central asia lakes', 'deep wells')
    >>> words_of_file("field.zip", "shapes/deep_wells.shp")
    'deep wells'
    """
    name = Path(path).stem if layer is None else _ENDING.sub("", PurePosixPath(layer).name) or layer
    return " ".join(name.replace("_", " ").split()) or name


def stated_unit(table: pd.DataFrame, column: object) -> str | None:
    """Return the unit that ``attrs`` of a table state for a column; None without it.

    Examples
    --------
    >>> ore = pd.DataFrame({"tonnage_mt": [1.5]})
    >>> ore.attrs["units"] = {"tonnage_mt": "Mt"}
    >>> stated_unit(ore, "tonnage_mt"), stated_unit(ore, "name")
    ('Mt', None)
    """
    units = table.attrs.get(UNITS)
    unit = units.get(str(column)) if isinstance(units, Mapping) else None
    return unit if isinstance(unit, str) and unit else None


def _without_unit(name: str, unit: str) -> str:
    """Return the name of a column without a unit at its end."""
    spelled = [word for word, text in _UNITS.items() if text == unit]
    for ending in (unit.lower().replace("/", "_"), *spelled):
        label = name[: -len(ending) - 1]
        if label and name.lower().endswith(f"_{ending}"):
            return label
    return name


def _is_whole(label: str, unit: str) -> bool:
    """Return whether words have a meaning without the unit after them."""
    words = label.lower().split("_")
    if unit == "m" and words[-1] not in _LENGTHS:
        return False
    return any(words) and not words[-1].isdigit() and not {"per", *_UNITS}.intersection(words)


def _title(name: str) -> _Title:
    """Return a name with spaces, and in small letters but the first if it has capitals only."""
    words = name.replace("_", " ").split()
    if name.isupper() and len(name) > _SHORT:
        words = [word if word in _ABBREVIATIONS else _oxide(word) or word.lower() for word in words]
    return _Title(_capitalized(" ".join(_SQUARES.get(word, word) for word in words) or name))


def _oxide(word: str) -> str | None:
    """Return an oxide that is written in capitals as chemists write it; None for other words."""
    found = _OXIDE.fullmatch(word)
    if found is None:
        return None
    element, count, oxygen = found.groups()
    known = {"C", *commodities()["code"]}
    return f"{element.title()}{count}O{oxygen}" if element.title() in known else None


def title_of(name: str, *, has_numbers: bool = False) -> str:
    """Return the words of a column as a title.

    Examples
    --------
    >>> title_of("distance_km"), title_of("ORE_TYPE"), title_of("pH_value"), title_of("CU")
    ('Distance', 'Ore type', 'pH value', 'CU')
    >>> title_of("SIO2"), title_of("AL2O3_TOTAL"), title_of("CO2_FREE"), title_of("XO2_SITE")
    ('SiO2', 'Al2O3 total', 'CO2 free', 'Xo2 site')
    """
    return heading_of(name, has_numbers=has_numbers)[0]


def headed(name: str, *, has_numbers: bool, stated: str | None = None) -> dict[str, Any]:
    """Return the title and the unit of the legend of a column; see `heading_of`."""
    title, unit = heading_of(name, has_numbers=has_numbers, stated=stated)
    return {"title": title, "unit": unit}


def _capitalized(words: str) -> str:
    is_plain = words.partition(" ")[0].islower()
    return words[:1].upper() + words[1:] if is_plain else words


def title_in(title: str | None, language: str, unit: str | None = None) -> str | None:
    """Return a title in a language, if minmap made it of a column, and without its unit at the end.

    Examples
    --------
    >>> title_in(title_of("distance_km"), "ru"), title_in("Distance", "ru")
    ('Расстояние', 'Distance')
    >>> title_in(title_of("ore_t"), "en", "t"), title_in(title_of("t_per_year"), "en", "t")
    ('Ore', 'T per year')
    """
    if not isinstance(title, _Title):
        return title
    words, _, last = title.rpartition(" ")
    if words and unit is not None and last.lower() == unit.lower() and not words.endswith(" per"):
        return words.rstrip(",;")
    found = page_terms(language).get(title[:1].lower() + title[1:])
    return title if found is None else _capitalized(found)
