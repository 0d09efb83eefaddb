"""The names of the base map: of towns, countries and waters."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from functools import cache
from math import hypot
from typing import Final

import numpy as np
import pandas as pd

from minmap.figure.map_frame import MapFrame
from minmap.figure.names import DOT_MM, FINER, Name
from minmap.figure.records import Symbols
from minmap.figure.regions import SeenLand
from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import world
from minmap.scene.place_names import Naming, ground_names
from minmap.types import Booleans, Floats, Integers

_WATER_HALO: Final = "#cfe0e8"
_WATER_INK, _COUNTRY_INK = "#37647c", "#5e5266"
_NEAR_MM: Final = 5.0  # within which two equal names name one place
_AT_STOP_MM: Final = 3.0  # within which a town and a node are one place
_LARGE: Final = 0.04  # share of a map, from which a country is named at each scale
_MOST_COVERED: Final = 0.03  # of a name by symbols


def base_names(frame: MapFrame, language: str, drawn: Sequence[Name]) -> list[Name]:
    """Return the names of the base map at the scale of a frame, the most important first.

    Those of places that the names of layers, which are `drawn`, name are left out.
    """
    table, countries = _names()
    places = frame.to_mm(frame.projection.forward(table[["lon", "lat"]].to_numpy()))
    land = SeenLand.of(frame)
    is_large = np.append(land.shares(), 0.0)[countries] >= _LARGE
    is_named = (table["zoom"] <= frame.zoom + FINER).to_numpy() & _inside(frame, places)
    chosen = np.flatnonzero(is_named | is_large)
    shown = table.iloc[chosen]
    texts = shown["name"].where(shown["ru"].isna() | (language != "ru"), shown["ru"])
    found = []
    for row, text, english, naming in zip(
        chosen.tolist(), texts, shown["name"], shown["naming"], strict=True
    ):
        made = _base_name(text, places[row].tolist(), Naming(naming))
        name = replace(made, most_covered=_MOST_COVERED)
        if countries[row] != NOWHERE:
            name = replace(name, region=land.region(int(countries[row]), places[row]))
        if not any(_is_same(name, one, {text.casefold(), english.casefold()}) for one in drawn):
            found.append(name)
    return found


def dots_of(names: Iterable[Name]) -> Symbols:
    """Return the dots of towns as symbols."""
    dots = [(name.x, name.y) for name in names if name.dot]
    xy_mm = np.array(dots, dtype=np.float64).reshape(-1, 2)
    return Symbols(np.arange(len(dots)), xy_mm, np.full(len(dots), DOT_MM))


@cache
def _names() -> tuple[pd.DataFrame, Integers]:
    """Return the names, and for each that of a country the index of its area; else `NOWHERE`."""
    table = ground_names()
    table = table[table["naming"] <= Naming.WATER]
    rows = np.flatnonzero(table["naming"] == Naming.COUNTRY)
    own = world().at(table[["lon", "lat"]].to_numpy()[rows])
    # Macao is drawn as a part of China.
    first = ~pd.Series(own).duplicated().to_numpy()
    countries = np.full(len(table), NOWHERE)
    countries[rows[first]] = own[first]
    return table, countries


def _inside(frame: MapFrame, places: Floats) -> Booleans:
    """Return which places are in a frame with room for a dot."""
    most = np.array([frame.width_mm, frame.height_mm]) - 2 * DOT_MM
    return np.asarray(((places > 2 * DOT_MM) & (places < most)).all(axis=1))


def _is_same(name: Name, drawn: Name, spellings: Container[str]) -> bool:
    """Return whether a name of a layer names what a name of the base map does.

    A town may be spelled in another way than the node of a corridor there; of equal names, those
    of towns and of areas name other places.
    """
    apart_mm = hypot(name.x - drawn.x, name.y - drawn.y)
    if name.dot and drawn.is_stop and apart_mm < _AT_STOP_MM:
        return True
    are_areas = name.reach_mm is None and drawn.reach_mm is None
    return drawn.text.casefold() in spellings and (are_areas or apart_mm < _NEAR_MM)


def _base_name(text: str, place: Sequence[float], naming: Naming) -> Name:
    x, y = place
    if naming == Naming.COUNTRY:
        return Name(text.upper(), x, y, 7, bold=True, color=_COUNTRY_INK)
    if naming == Naming.WATER:
        return Name(text, x, y, 7, italic=True, color=_WATER_INK, halo=_WATER_HALO)
    is_capital = naming == Naming.CAPITAL
    return Name(text, x, y, 6.5, bold=is_capital, reach_mm=DOT_MM, dot=True)
