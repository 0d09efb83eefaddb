"""The columns of the place of each record in an unknown table, and which axis is which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from minmap.coordinates.reference_systems import is_grid
from minmap.errors import FileError
from minmap.files.cells import Cells
from minmap.reading import column_evidence
from minmap.reading.column_assignment import Assigned
from minmap.reading.column_evidence import Candidate, Values
from minmap.reading.coordinate_match import coordinate_columns, other_pairs
from minmap.reading.degree_parts import (
    DegreeParts,
    degree_parts,
    notes_on_named,
    parts_with_letters,
    with_joined,
)
from minmap.reading.exchanged_axes import tested_axes, tested_order
from minmap.reading.headings import WEAK, in_words, strengths
from minmap.reading.overrides import PAIR, PLACE
from minmap.vocabulary.spelling import normalise

_SHOWN: Final = 3
# Share of the latitudes that must be possible ones, as for any coordinates under their name.
_POSSIBLE: Final = 0.3
_LATITUDES: Final = ("latitude", "lat")
_LONGITUDES: Final = ("longitude", "long", "lon", "lng")


@dataclass(frozen=True)
class Place:
    """The columns of the coordinates with notes, and the table in which these are whole.

    Attributes
    ----------
    columns
        Columns of ``"longitude"`` and ``"latitude"``, or of ``"coordinates"``; of degrees and
        minutes that of the degrees.
    notes
        What is to be known of them.
    values, cells
        Values of each column, and the table, with whole coordinates in the columns of degrees.
    parts
        Those of degrees, minutes and seconds that are taken.
    longitude_first
        Whether pairs in one column, without letters, have the longitude first.
    """

    columns: dict[str, str]
    notes: list[str]
    values: Mapping[str, Values]
    cells: Cells
    parts: DegreeParts = field(default_factory=DegreeParts)
    longitude_first: bool = False

    def taken(self, columns: Mapping[str, str]) -> Assigned:
        """Return columns of coordinates by field, with those of their minutes, seconds and side."""
        joined = {one.degrees: one.columns for one in self.parts.of_axes.values()}
        return {name: joined.get(column, (column,)) for name, column in columns.items()}


class Tested(NamedTuple):
    """The columns of longitude and latitude, perhaps exchanged, and notes."""

    columns: Mapping[str, str]
    longitude_first: bool
    notes: list[str]


def place_of(
    cells: Cells,
    named: Mapping[str, str],
    candidates: list[Candidate],
    values: Mapping[str, Values],
    *,
    system: str | None,
    label: str,
) -> Place:
    """Return the columns of the coordinates of a table.

    Parameters
    ----------
    cells
        The table. Not changed.
    named, candidates, values, label
        As for `minmap.reading.coordinate_match.coordinate_columns`.
    system
        CRS of the coordinates that the user gives, or None.
    """
    # As everywhere, coordinates that the user names replace the geometry of the file.
    if cells.geometry is not None and named.keys().isdisjoint(PLACE):
        return Place({}, [], values, cells)
    parts = degree_parts(values)
    if not named.keys().isdisjoint(PLACE):
        columns, notes = coordinate_columns(
            named, candidates, values, parts=DegreeParts(), crs=system, label=label
        )
        of_pair = longitude_is_first(named.get("coordinates", ""))
        notes = [*notes_on_named(named, parts), *notes]
        return Place(columns, notes, values, cells, longitude_first=of_pair)
    joined = with_joined(cells, parts.parts.keys(), parts.parts, parts.sides)
    whole = column_evidence.sampled_values(joined) if parts.of_axes else values
    columns, notes = coordinate_columns(
        named, candidates, whole, parts=parts, crs=system, label=label
    )
    of_pair = longitude_is_first(columns.get("coordinates", ""))
    if parts.parts.keys().isdisjoint(columns.values()):
        taken = DegreeParts({}, parts.no_coordinates)
        place = Place(columns, notes, values, cells, taken, of_pair)
    else:
        place = Place(columns, notes, whole, joined, parts)
    _require_all_parts(place, values, label)
    return place


def _require_all_parts(place: Place, values: Mapping[str, Values], label: str) -> None:
    """Refuse degrees whose minutes or seconds have letters, and are not read with them."""
    columns = {name: column for name, column in place.columns.items() if name in PAIR}
    used = [column for taken in place.taken(columns).values() for column in taken]
    if left := parts_with_letters([*columns.values()], used, values):
        raise FileError(
            f"{label}: {' and '.join(left)} seem to be minutes or seconds of "
            f"{' and '.join(columns.values())}, but letters or signs stand beside the numbers; "
            "write the letters of the side into a column of its own, or all parts into one cell, "
            f"such as '41 30 15 N'. If that is not so, name the columns: columns={columns}."
        )


def longitude_is_first(heading: str) -> bool:
    """Return whether the heading of a column of pairs names the longitude first.

    Examples
    --------
    >>> longitude_is_first("LonLat"), longitude_is_first("Координаты (долгота, широта)")
    (True, True)
    >>> longitude_is_first("lat, lon"), longitude_is_first("Location")
    (False, False)
    """
    words = normalise(in_words(heading)).split()
    if any(word == x + y for word in words for x in _LONGITUDES for y in _LATITUDES):
        return True
    named = (axis for word in words for axis in PAIR if strengths(word).get(axis, 0.0) >= WEAK)
    return [*named] == ["longitude", "latitude"]


def tested_place(
    place: Place,
    taken: Assigned,
    named: Mapping[str, str],
    candidates: list[Candidate],
    *,
    system: str | None,
    label: str,
) -> Tested:
    """Return which axis of degrees is which, by the country and the state of each row.

    Parameters
    ----------
    place
        The coordinates.
    taken
        Columns of the other fields.
    named, candidates, system, label
        As for `place_of`. Coordinates that the user names stay as they are.
    """
    untested = Tested(place.columns, place.longitude_first, [])
    if not named.keys().isdisjoint(PLACE) or (system is not None and is_grid(system)):
        return untested
    country, admin1 = (next(iter(taken.get(name, ())), None) for name in ("country", "admin1"))
    if "coordinates" in place.columns:
        order = tested_order(
            place.cells,
            place.columns["coordinates"],
            country,
            admin1,
            longitude_first=place.longitude_first,
        )
        return Tested(place.columns, order.longitude_first, [order.note] if order.note else [])
    if {*place.columns} != {*PAIR}:
        return untested
    axes = tested_axes(place.cells, place.columns, country, admin1)
    _require_latitudes(axes.columns, candidates, place.values, label)
    notes = [axes.note] if axes.note else []
    used = {*axes.columns.values(), *place.parts.no_coordinates}
    notes += _other_places(used, candidates, place.values)
    return Tested(axes.columns, longitude_first=False, notes=notes)


def _require_latitudes(
    columns: Mapping[str, str],
    candidates: list[Candidate],
    values: Mapping[str, Values],
    label: str,
) -> None:
    """Refuse numbers beyond 90 as latitudes if nothing shows that the axes are exchanged."""
    sampled = values[columns["latitude"]]
    if sampled.filled and sampled.share("latitude") < _POSSIBLE * (1 - sampled.shares["whole"] / 2):
        near = [candidate for candidate in candidates if candidate.field in PLACE]
        raise column_evidence.too_little_evidence(
            label, near, "the coordinates of its records", dict.fromkeys(PAIR, "...")
        )


def _other_places(
    used: set[str], candidates: list[Candidate], values: Mapping[str, Values]
) -> list[str]:
    """Return a note on other pairs of coordinates that the table has."""
    others = other_pairs(used, candidates, values)
    if not others:
        return []
    shown = " and ".join(f"{x} with {y}" for x, y in others[:_SHOWN])
    cure = dict(zip(PAIR, others[0], strict=True))
    return [f"Other coordinates were not taken: {shown}; for these give columns={cure}."]
