"""Which columns of a table say where its records lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pyproj import CRS

from minmap.coordinates import GAUSS_KRUGER
from minmap.errors import CRSError
from minmap.geodesy.placing import missing_crs
from minmap.sources.match_claims import PAIR, PLACE, Claim, Taken, flat, too_thin
from minmap.sources.match_names import CUT, QUALIFIED, WEAK
from minmap.sources.match_values import Values

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
        If the numbers are no degrees and `crs` is None.
    """
    if "coordinates" in taken:
        return {}
    grid = crs is not None and (crs == GAUSS_KRUGER or CRS.from_user_input(crs).is_projected)
    found: Taken = {field: taken[field] for field in PAIR if field in taken}
    for claim in likely:
        free = claim.field in PAIR and claim.field not in found
        if not free or claim.column in flat(found.values()):
            continue
        if _is_place(claim, values[claim.column], grid=grid, known=crs is not None):
            found[claim.field] = (claim.column,)
    if len(found) == len(PAIR):
        if crs is None:
            _require_degrees([values[found[field][0]] for field in PAIR], label)
        return found
    both = next((c for c in likely if c.field == "coordinates" and _is_pair(c)), None)
    if both is not None and not any(field in taken for field in PAIR):
        return {"coordinates": (both.column,)}
    cure = dict.fromkeys(PAIR, "...")
    near = [claim for claim in likely if claim.field in PLACE]
    raise too_thin(label, near, "where its records lie", cure)


def _is_place(claim: Claim, sampled: Values, *, grid: bool, known: bool) -> bool:
    if not sampled.filled:
        return claim.heading >= QUALIFIED
    if grid:
        readable = float(np.isfinite(sampled.grid.value).mean())
        return claim.heading >= WEAK and readable >= 0.5
    # Refused later, with the systems that the numbers may be in.
    if not known and claim.heading >= WEAK and sampled.on_grid >= 0.8:
        return True
    if sampled.lettered >= 0.8 and claim.values >= 0.8:
        return True
    least = 0.5 if claim.heading >= CUT else 0.8
    return claim.heading >= WEAK and claim.values >= (least if claim.heading < QUALIFIED else 0.3)


def _is_pair(claim: Claim) -> bool:
    return claim.values >= (0.6 if claim.heading >= WEAK else 0.9)


def _require_degrees(pair: list[Values], label: str) -> None:
    if not all(sampled.on_grid >= 0.8 for sampled in pair):
        return
    # Between two zones there is no easting, so a number of the table stands for all.
    x, y = (float(np.nanpercentile(sampled.grid.value, 50, method="nearest")) for sampled in pair)
    if y > x and y >= _BEYOND_NORTHINGS:
        x, y = y, x  # the Russian X is the northing
    error = missing_crs(label, [x, y, x, y])
    zoned = x >= _ZONED_FROM
    hint = f" For eastings that begin with their zone: crs={GAUSS_KRUGER!r}." if zoned else ""
    raise CRSError(f"{error}{hint}")
