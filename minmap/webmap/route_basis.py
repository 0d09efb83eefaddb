"""What the numbers of routes rest on, for the page: assumptions and border crossings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import geopandas as gpd
import pandas as pd

from minmap.scene.card_columns import words_of_places
from minmap.scene.credits import credit_of
from minmap.transport.network.border_crossings import given_crossings
from minmap.transport.network.parameters import assumptions

_OFF_ROAD: Final = ("detour_factor", "off_road_kmh", "road_usd_tkm", "road_time_cost_share")
_ROAD: Final = (
    "road_kmh", "motorway_speed_factor", "tertiary_speed_factor", "road_usd_tkm",
    "road_time_cost_share",
)  # fmt: skip
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "off_road": ("road_kmh", *_OFF_ROAD),
    "road": _ROAD,
    "rail": ("rail_kmh", "rail_usd_tkm"),
    "sea": ("sea_kmh", "sea_usd_tkm"),
    "loading": ("loading_hours", "loading_usd_t"),
    "transshipment": ("transshipment_hours", "transshipment_usd_t"),
    "gauge_break": ("gauge_break_hours", "gauge_break_usd_t"),
    "value_of_time": ("value_of_time_usd_th",),
}
"""Parts of a route, which the page tells from the columns of a record, and their assumptions."""
_NEEDED: Final = frozenset({"connector_km", "rail_km", "road_km", "sea_km", "crossings"})
_DATED: Final = "August 2021"
"""What the credit of the shipped roads says of their date."""
_ENDS: Final = ("_low", "", "_high")


@dataclass(frozen=True)
class RouteBasis:
    """What the page says of the numbers of a table of `minmap.access` or `compare_access`.

    Attributes
    ----------
    objective
        The quantity that the routes minimise; None where cases differ.
    assumptions, crossings
        `AssumptionSpec` and `PassageSpec` of `minmap.webmap.record_spec`.
    roads
        The credit of the roads, with their date; None without dated roads.
    """

    objective: str | None
    assumptions: tuple[dict[str, Any], ...]
    crossings: tuple[dict[str, Any], ...]
    roads: str | None

    @classmethod
    def of(cls, table: gpd.GeoDataFrame) -> Self | None:
        """Return the basis of a table; None for a table of any other kind.

        Examples
        --------
        >>> from shapely import Point
        >>> from minmap.transport.accessibility import access
        >>> mine = gpd.GeoDataFrame(geometry=[Point(51.3, 43.7)], crs=4326)
        >>> basis = RouteBasis.of(access(mine, to="aktau_port", assumptions={"road_kmh": 40}))
        >>> {row["key"]: row["range"] for row in basis.assumptions}["road_kmh"]
        (40.0, 40.0, 40.0)
        >>> RouteBasis.of(mine) is None
        True
        """
        cases = _cases(table)
        if not cases or not set(table.columns) >= _NEEDED:
            return None
        parts = set(_parts(table))
        rows = [row for case, one in cases.items() for row in _rows(case, one, parts)]
        objectives = {one["access"].get("objective") for one in cases.values()}
        credits_ = map(credit_of, table.attrs.get("sources", ()))
        return cls(
            objectives.pop() if len(objectives) == 1 else None,
            tuple(_merged(rows, len(cases))),
            tuple(_passages(table)),
            next((text for text in credits_ if text and _DATED in text), None),
        )

    def localized(self, language: str) -> dict[str, Any]:
        """Return the `BasisSpec` of `minmap.webmap.record_spec`, with names for a language."""
        words = words_of_places([row["name"] for row in self.crossings], language)
        named = [row | {"name": words.get(row["name"], row["name"])} for row in self.crossings]
        spec = {"assumptions": list(self.assumptions), "crossings": named}
        return spec | {
            key: text
            for key, text in (("objective", self.objective), ("roads", self.roads))
            if text is not None
        }


def _cases(table: gpd.GeoDataFrame) -> dict[str | None, Mapping[str, Any]]:
    """Return arguments and assumptions by the name of the case; None names the only one."""
    own, cases = table.attrs, table.attrs.get("cases", {})
    given = {None: own} if {"access", "assumptions"} <= own.keys() else dict(cases)
    return {name: one for name, one in given.items() if isinstance(one.get("assumptions"), dict)}


def _parts(table: gpd.GeoDataFrame) -> Iterator[str]:
    """Yield the parts that at least one route has."""
    yield "value_of_time"
    by = {"off_road": "connector_km", "road": "road_km", "rail": "rail_km", "sea": "sea_km"}
    used = {part: (table[column].fillna(0) > 0).any() for part, column in by.items()}
    yield from (part for part, is_used in used.items() if is_used)
    if used["rail"] or used["sea"]:
        yield "loading"
    if used["rail"] and used["sea"]:
        yield "transshipment"
    if "gauge_breaks" in table and (table["gauge_breaks"].fillna(0) > 0).any():
        yield "gauge_break"


def _rows(case: str | None, one: Mapping[str, Any], parts: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the assumptions of a case, those that the user replaced without a source."""
    used = one["assumptions"]
    for row in assumptions().to_dict("records"):
        key = row["key"]
        own = [part for part, keys in PARTS.items() if key in keys and part in parts]
        if key not in used or not own:
            continue
        low, value, high = (float(number) for number in used[key])
        if key == "value_of_time_usd_th" and not high:
            continue
        is_ours = [low, value, high] == [row["low"], row["value"], row["high"]]
        yield {
            **{name: str(row[name]) for name in ("key", "meaning", "unit")},
            "range": (low, value, high),
            "parts": own,
            "source": str(row["source"]) if is_ours else None,
            "case": case,
        }


def _merged(rows: list[dict[str, Any]], cases: int) -> Iterator[dict[str, Any]]:
    """Yield each assumption once if all cases share it, else with the name of its case."""
    for row in rows:
        same = [other for other in rows if {**other, "case": None} == {**row, "case": None}]
        bare = {name: value for name, value in row.items() if name != "case"}
        if len(same) < cases:
            yield bare | {"case": row["case"]}
        elif row is same[0]:
            yield bare


def _passages(table: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Yield the border crossings that routes pass, in the order of the list of crossings."""
    used = {name for text in table["crossings"].dropna().unique() for name in str(text).split()}
    given = table.attrs.get("crossings")
    listed = given_crossings(None) if given is None else pd.DataFrame(given)
    for row in listed[listed["crossing_id"].isin(used)].to_dict("records"):
        pair = [row[name] for name in ("country_a", "country_b")]
        figures = {
            measure: [
                tuple(float(row[f"{measure}_{way}{end}"]) for end in _ENDS) for way in ("ab", "ba")
            ]
            for measure in ("hours", "usd_t")
        }
        year, source = row.get("year"), row.get("source")
        yield {
            "id": str(row["crossing_id"]),
            "name": str(row["crossing_id"] if pd.isna(row["name"]) else row["name"]),
            "countries": None if any(map(pd.isna, pair)) else pair,
            **figures,
            "year": None if pd.isna(year) else str(year).removesuffix(".0"),
            "source": None if pd.isna(source) else str(source),
        }
