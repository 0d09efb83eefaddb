"""A map of pairs of records, on which a person decides which pairs are of one site."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, shown
from minmap.errors import MinmapError
from minmap.geodesy.crs import WGS84
from minmap.geodesy.ellipsoid import to_ecef, to_lonlat
from minmap.linking.evidence_sides import with_sides
from minmap.linking.link_files import links_given
from minmap.linking.merging import merge
from minmap.linking.site_links import require_plain_ids, require_same_names
from minmap.maps.map import Map
from minmap.scene.code_labels import page_terms, words_of
from minmap.table import conform_with_notes, require_distinct_names
from minmap.types import TEXT, Floats

_NEEDED: Final = ("left_id", "right_id", "probability", "distance_km", "evidence", "decision")
_CURE: Final = "give the table that minmap.link returns, or rows of it"
_CODED: Final = ("country", "status", "site_type")
"""Columns of one code."""
_AS_GIVEN: Final = ("name", "other_names", "status_year", "location_uncertainty_m", "url")
_TITLE: Final = "Are these records of one site?"
_CROSS_PX: Final = 10
"""The side of all crosses: sizes by class would show the surest pairs largest."""
_ORDER: Final = (
    "name", "other_names", "id", "country", "province", "commodities", "minor_commodities",
    "deposit_type", "site_type", "status", "status_year", "location_uncertainty_m", "url",
    "longitude", "latitude",
)  # fmt: skip


@check_keywords
def review(
    links: pd.DataFrame | str | os.PathLike[str],
    *tables: gpd.GeoDataFrame,
    title: str | None = None,
    language: str = "en",
) -> Map:
    """Return a map on which a person decides which pairs of records are of one site.

    The page begins with what to do. Each pair is a cross halfway between its records, and a line
    joins both. Its card has the probability, the evidence for and against one site, and the fields
    of both records side by side, with what is the same and what differs. The keys 1, 2 and 3 answer
    "same site", "different sites" and "not sure". Each leads to the next pair that the filters show
    and can be undone. The browser keeps the answers where it may. "Save" writes the decisions and
    notes to ``decisions.csv``, which the page reads again and `minmap.link` takes:
    ``link(a, b, decisions="decisions.csv")``.

    Parameters
    ----------
    links
        Pairs, as `minmap.link` returns them; choose with pandas those that are doubtful, and those
        that are joined or not against their probability, as in the example. Decisions and notes in
        it are shown, and saved again. Not changed. Or the path of their CSV file.
    *tables
        The occurrence tables that were linked. Not changed.
    title
        Title of the page. None asks whether these are records of one site.
    language
        BCP 47 tag of the page, as in `minmap.Map`: ``en`` or ``ru``. The evidence is in English, as
        in `links`.

    Returns
    -------
    Map
        The pairs, those joined or not against their probability first, then the most doubtful,
        above the records of the tables. Pairs without any location are not on it.

    Raises
    ------
    MinmapError
        If `links` lacks a column, has two of one name or has no row, a probability or distance is
        no number, an id is in none of the tables or has another name there, or `language` is
        unknown.
    FileError
        If the file of `links` cannot be read.

    Examples
    --------
    >>> import minmap as mm
    >>> major = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> critical = mm.read(mm.sample("pp1802_central_asia.csv"))
    >>> links = mm.link(major, critical)
    >>> is_unsure = links["probability"].between(0.2, 0.95)
    >>> is_contrary = links["same_site"] != (links["probability"] > 0.5)
    >>> page = mm.review(links[is_unsure | is_contrary], major, critical)
    """
    links = links_given(links, cure=_CURE)
    require_distinct_names(links, what="links")
    lacking = [name for name in _NEEDED if name not in links]
    if lacking:
        raise MinmapError(f"links has no column {', '.join(lacking)}; {_CURE}.")
    require_plain_ids(links)
    if links.empty:
        raise MinmapError("links has no row, so that there is nothing to review.")
    known = [
        conform_with_notes(table, what=f"table {number}")[0]
        for number, table in enumerate(tables, start=1)
    ]
    _require_names(links, known)
    words = _Words(str(language).partition("-")[0].lower())
    line = f"# pair{'' if len(links) == 1 else 's'}, the most doubtful first"
    page = Map(
        title=words(_TITLE) if title is None else title,
        subtitle=words(line).replace("#", f"{len(links):,}"),
        language=language,
    )
    pairs = _pairs(links, known, words)
    linked = {*links["left_id"], *links["right_id"]}
    records = merge(*(table[table["occurrence_id"].isin(linked)] for table in known))
    pairs.attrs["sources"] = records.attrs["sources"]  # a pair is known from its records
    page.add(records, name=words("Records"), color="source", view="symbols")
    look: dict[str, Any] = {"color": "probability", "shape": "cross", "size": _CROSS_PX}
    return page.add(pairs, name=words("Pairs"), tooltip=["name"], **look)


def _require_names(links: pd.DataFrame, tables: list[gpd.GeoDataFrame]) -> None:
    facts = [pd.DataFrame(table[["occurrence_id", "name", "other_names"]]) for table in tables]
    if facts:
        require_same_names(links, pd.concat(facts))


class _Words:
    """The words of a language for a page of pairs: in English where minmap has no other."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._terms = page_terms(language)

    def __call__(self, text: str) -> str:
        return self._terms.get(text, text)

    def of_codes(self, column: str) -> dict[str, str]:
        return {code: self(word) for code, word in words_of(column, self.language).items()}


def _pairs(links: pd.DataFrame, tables: list[gpd.GeoDataFrame], words: _Words) -> gpd.GeoDataFrame:
    """Return the pairs as points, each with the fields of both records."""
    records = _records(tables, words)
    sides = {}
    for side in ("left", "right"):
        ids = links[f"{side}_id"]
        unknown = ids[~ids.isin(records.index)]
        if len(unknown):
            raise MinmapError(
                f"links names {shown(unknown.iloc[0])}, which is in none of the tables; pass the "
                "tables that were linked, such as review(links, a, b)."
            )
        sides[side] = records.loc[ids].reset_index(drop=True)
    left, right = sides.values()
    probability, distance_km = (_numbers(links[name]) for name in ("probability", "distance_km"))
    _require_probabilities(probability)
    decision = links["decision"].astype(TEXT).str.strip().str.lower().to_numpy(dtype=object)
    order = np.lexsort((_sureness(links, probability), pd.notna(decision)))
    names = [_title(a, b) for a, b in zip(left["name"], right["name"], strict=True)]
    columns: dict[str, Any] = {
        "name": names,
        "probability": probability.round(3),
        "distance_km": distance_km,
        "evidence": links["evidence"]
        .astype(TEXT)
        .fillna("")
        .map(with_sides)
        .to_numpy(dtype=object),
        "decision": decision,
        "note": links["note"].to_numpy(dtype=object) if "note" in links else None,
        "review_order": np.argsort(order),
        **{f"{side}_{name}": part[name].array for name in _ORDER for side, part in sides.items()},
    }
    places = _between(*(part[["longitude", "latitude"]].to_numpy(float) for part in (left, right)))
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*places.T), crs=WGS84)


def _require_probabilities(probability: Floats) -> None:
    wrong = probability[(probability < 0) | (probability > 1)]
    if len(wrong):
        raise MinmapError(
            f"links contains the probability {wrong[0]:g}; write a number from 0 to 1."
        )


def _sureness(links: pd.DataFrame, probability: Floats) -> Floats:
    """Return how sure each pair is: 0 where it is joined or not against its probability."""
    sure = np.abs(probability - 0.5)
    if "same_site" not in links:
        return sure
    is_joined = links["same_site"].astype(str).str.strip().str.lower().eq("true").to_numpy()
    return np.where(is_joined == (probability > 0.5), sure, 0.0)


def _between(left: Floats, right: Floats) -> Floats:
    """Return the places halfway between two others, in degrees; the other one if one is missing.

    Examples
    --------
    >>> _between(np.array([[178.0, 0.0]]), np.array([[-179.0, 0.0]])).round(6)
    array([[179.5,   0. ]])
    >>> _between(np.array([[74.0, 48.0]]), np.array([[np.nan, np.nan]]))
    array([[74., 48.]])
    """
    middle = to_lonlat((to_ecef(left) + to_ecef(right)) / 2)[:, :2]
    for place in (left, right):
        is_missing = np.isnan(middle).any(axis=1)
        middle[is_missing] = place[is_missing]
    return middle


def _numbers(column: pd.Series) -> Floats:
    """Return the numbers of a column of links, also of texts with a decimal comma.

    Examples
    --------
    >>> _numbers(pd.Series(["0.55", "0,9", None])).tolist()
    [0.55, 0.9, nan]
    """
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    numbers = pd.to_numeric(column.astype(TEXT).str.replace(",", "."), errors="coerce")
    wrong = column[numbers.isna() & column.notna()]
    if len(wrong):
        raise MinmapError(
            f"links contains the {column.name} {shown(wrong.iloc[0])}; write a number such as 0.55."
        )
    return numbers.to_numpy(dtype=float)


def _records(tables: list[gpd.GeoDataFrame], words: _Words) -> pd.DataFrame:
    """Return the fields that a reviewer compares, with codes in words, by id."""
    parts = [_fields(table, words) for table in tables]
    records = pd.concat(parts) if parts else pd.DataFrame(columns=[*_ORDER])
    return records[~records.index.duplicated()]


def _fields(table: gpd.GeoDataFrame, words: _Words) -> pd.DataFrame:
    columns = {name: table[name] for name in _AS_GIVEN}
    for name in _CODED:
        columns[name] = table[name].map(words.of_codes(name), na_action="ignore")
    columns["province"] = table["admin1"]
    for name in ("commodities", "minor_commodities"):
        named = partial(_commodities, words=words.of_codes(name))
        columns[name] = table[name].map(named, na_action="ignore")
    types = table["deposit_type"].map(words.of_codes("deposit_type"), na_action="ignore")
    columns["deposit_type"] = table["deposit_type_text"].fillna(types)
    points = table.geometry.representative_point()
    ids = table["occurrence_id"]
    columns |= {"id": ids, "longitude": points.x, "latitude": points.y}
    return pd.DataFrame(columns).set_index(pd.Index(ids))


def _commodities(codes: str, words: Mapping[str, str]) -> str:
    """Return the names of codes that spaces separate.

    Examples
    --------
    >>> _commodities("Cu Au", {"Cu": "Copper"})
    'Copper, Au'
    """
    return ", ".join(words.get(code, code) for code in codes.split())


def _title(left: Any, right: Any) -> str:
    """Return both names; one if they are the same."""
    names = dict.fromkeys("?" if pd.isna(name) else str(name) for name in (left, right))
    return " – ".join(names)
