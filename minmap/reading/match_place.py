"""Which columns of a table say where its records lie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from pyproj import CRS, Transformer

from minmap.coordinates import GAUSS_KRUGER
from minmap.errors import CRSError
from minmap.geodesy.stated_crs import missing_crs
from minmap.reading.match_claims import PAIR, PLACE, Claim, Taken, flat, too_thin
from minmap.reading.headings import CUT, QUALIFIED, WEAK, strengths
from minmap.reading.match_parts import require_complete, require_latitude_first
from minmap.reading.match_values import Values

_MOSTLY: Final = 0.8
# The smallest easting that begins with its zone, and what is beyond every northing.
_ZONED_FROM, _BEYOND_NORTHINGS = 2_100_000, 10_100_000


def place_columns(
    taken: Taken, likely: list[Claim], values: Mapping[str, Values], crs: str | None, label: str
) -> Taken:
    """Return the columns of longitude and latitude, or the one with both.

    Parameters
    ----------
    taken
        What the user says.
    likely
        What columns may be, the strongest first.
    values
        Of each column.
    crs
        What the user says that the coordinates are in, or None.
    label
        Of the file.

    Raises
    ------
    FileError
        If nothing says surely enough where the records lie.
    CRSError
        If the numbers are no degrees and `crs` is None, or are degrees and `crs` is a grid.
    """
    if "coordinates" in taken:
        return {}
    grid = crs is not None and (crs == GAUSS_KRUGER or CRS.from_user_input(crs).is_projected)
    if grid:
        # A table may have both, "lon" and "easting".
        on_grid = [c for c in likely if c.field in PAIR and values[c.column].on_grid >= _MOSTLY]
        likely = [*on_grid, *(claim for claim in likely if claim not in on_grid)]
    found: Taken = {field: taken[field] for field in PAIR if field in taken}
    for claim in likely:
        free = claim.field in PAIR and claim.field not in found
        if not free or claim.column in flat(found.values()):
            continue
        if _is_place(claim, values[claim.column], grid=grid, known=crs is not None):
            found[claim.field] = (claim.column,)
    if len(found) == len(PAIR):
        told = all(field in taken for field in PAIR)
        return found if told else _looked_at(found, values, crs, label, grid=grid)
    both = next((c for c in likely if c.field == "coordinates" and _is_pair(c)), None)
    if both is not None and not any(field in taken for field in PAIR):
        require_latitude_first(both.column, values[both.column], label)
        return {"coordinates": (both.column,)}
    cure = dict.fromkeys(PAIR, "...")
    near = [claim for claim in likely if claim.field in PLACE]
    raise too_thin(label, near, "where its records lie", cure)


def _looked_at(
    found: Taken, values: Mapping[str, Values], crs: str | None, label: str, *, grid: bool
) -> Taken:
    """Return the pair that nobody has named, exchanged if need be; refuse one in another system."""
    columns = {field: found[field][0] for field in PAIR}
    pair = [values[column] for column in columns.values()]
    if crs is None:
        _require_degrees(pair, label)
    if not grid:
        require_complete(columns, values, label)
        return found
    if all(sampled.filled and sampled.in_degrees >= _MOSTLY for sampled in pair):
        raise CRSError(
            f"{label}: crs={crs!r} is a grid, but {' and '.join(columns.values())} hold degrees; "
            f"leave crs out, or name the columns of the grid: columns={columns}."
        )
    weak = all(strengths(column).get(field, 1.0) < CUT for field, column in columns.items())
    if weak and crs != GAUSS_KRUGER and _is_exchanged(pair, CRS.from_user_input(crs)):
        return dict(zip(PAIR, (found["latitude"], found["longitude"]), strict=True))
    return found


def _is_exchanged(pair: list[Values], crs: CRS) -> bool:
    """Tell whether only the second column as easting leads to where a system is used.

    In Russian usage X is the northing.
    """
    area = crs.area_of_use
    if area is None:
        return False
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    x, y = (_middle(sampled) for sampled in pair)
    places = (to_degrees.transform(*place) for place in ((x, y), (y, x)))
    return [_holds(area.bounds, *place) for place in places] == [False, True]


def _holds(area: tuple[float, ...], longitude: float, latitude: float) -> bool:
    west, south, east, north = area
    across = (longitude - west) % 360 <= (east - west) % 360
    return across and south <= latitude <= north


def _middle(sampled: Values) -> float:
    # Between two zones there is no easting, so a number of the table stands for all.
    return float(np.nanpercentile(sampled.grid.value, 50, method="nearest"))


def _is_place(claim: Claim, sampled: Values, *, grid: bool, known: bool) -> bool:
    if not sampled.filled:
        return claim.heading >= QUALIFIED
    if grid:
        readable = float(np.isfinite(sampled.grid.value).mean())
        return claim.heading >= WEAK and readable >= 0.5
    # Refused later, with the systems that the numbers may be in.
    if not known and claim.heading >= WEAK and sampled.on_grid >= _MOSTLY:
        return True
    if sampled.lettered >= 0.8 and claim.values >= 0.8:
        return True
    least = 0.5 if claim.heading >= CUT else 0.8
    return claim.heading >= WEAK and claim.values >= (least if claim.heading < QUALIFIED else 0.3)


def _is_pair(claim: Claim) -> bool:
    return claim.values >= (0.6 if claim.heading >= WEAK else 0.9)


def _require_degrees(pair: list[Values], label: str) -> None:
    if not all(sampled.on_grid >= _MOSTLY for sampled in pair):
        return
    x, y = map(_middle, pair)
    if y > x and y >= _BEYOND_NORTHINGS:
        x, y = y, x  # the Russian X is the northing
    error = missing_crs(label, [x, y, x, y])
    zoned = x >= _ZONED_FROM
    hint = f" For eastings that begin with their zone: crs={GAUSS_KRUGER!r}." if zoned else ""
    raise CRSError(f"{error}{hint}")
