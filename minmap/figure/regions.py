"""Where the names of areas may be written: inside the part of them that a map shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from minmap.figure.map_frame import MapFrame
from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import world
from minmap.types import Booleans, Floats, Integers

_STEP_MM, _AREA_STEP_MM = 2.0, 0.5  # between places
_MOST_STEPS: Final = 16  # across an area
_ALONG: Final = np.linspace(-0.45, 0.45, 7)  # shares of the width of a name from its middle


@dataclass(frozen=True, eq=False)
class Region:
    """The part of an area that a map shows.

    Attributes
    ----------
    places_mm
        Places in it, shape (n, 2), in millimetres of the frame, the best first.
    holds
        Returns which of such places are in it.
    elsewhere
        Returns which are in what a name of it would not name.
    """

    places_mm: Floats
    holds: Callable[[Floats], Booleans]
    elsewhere: Callable[[Floats], Booleans]

    @classmethod
    def around(
        cls,
        anchor: Floats,
        places_mm: Floats,
        holds: Callable[[Floats], Booleans],
        elsewhere: Callable[[Floats], Booleans],
    ) -> Region:
        """Return a region whose best place is an anchor, or its middle if that is not in it.

        An area that is smaller than the steps between places has its anchor only.
        """
        if np.isfinite(anchor).all() and holds(anchor[None])[0]:
            places_mm = np.vstack([anchor, places_mm])
        else:
            anchor = places_mm.mean(axis=0) if len(places_mm) else anchor
        order = np.argsort(np.hypot(*(places_mm - anchor).T), kind="stable")
        return cls(places_mm[order], holds, elsewhere)

    def middles(self, width_mm: float) -> Floats:
        """Return the middles at which a name may be written, those with all of it inside first.

        Never is more of it elsewhere than inside.
        """
        along = np.column_stack([_ALONG * width_mm, np.zeros(len(_ALONG))])
        places = (self.places_mm[:, None] + along).reshape(-1, 2)
        inside, elsewhere = (
            which(places).reshape(-1, len(_ALONG)).sum(axis=1)
            for which in (self.holds, self.elsewhere)
        )
        fitting = np.flatnonzero(inside >= np.maximum(elsewhere, 1))
        order = np.argsort(inside[fitting] < len(_ALONG), kind="stable")
        found: Floats = self.places_mm[fitting[order]]
        return found


def area_region(area: Any, anchor: Floats, frame: MapFrame) -> Region:
    """Return the region of an area of the plane; `anchor` is a place in it, in millimetres."""
    shapely.prepare(area)
    corners = frame.to_mm(np.array(area.bounds).reshape(2, 2))
    low, high = np.clip(corners, 0, (frame.width_mm, frame.height_mm))
    counts = np.clip((high - low) / _AREA_STEP_MM, 1, _MOST_STEPS).astype(int)
    x, y = np.meshgrid(*((np.arange(count) + 0.5) / count for count in counts))
    places = low + np.column_stack([x.ravel(), y.ravel()]) * (high - low)
    origin, unit = np.array(frame.edges[:2]), frame.units_per_mm

    def holds(mm: Floats) -> Booleans:
        return _seen(frame, mm) & shapely.contains_xy(area, origin + mm * unit)

    return Region.around(anchor, places[holds(places)], holds, lambda mm: ~holds(mm))


@dataclass(frozen=True)
class SeenLand:
    """The countries of a map.

    Attributes
    ----------
    frame
        The frame of the map.
    places_mm
        Places of a grid over it, shape (n, 2), in millimetres.
    countries
        n indices of areas of `minmap.places.country_polygons.world`, or `NOWHERE`.
    """

    frame: MapFrame
    places_mm: Floats
    countries: Integers

    @classmethod
    def of(cls, frame: MapFrame) -> SeenLand:
        """Return the countries of the map of a frame."""
        sides = (frame.width_mm, frame.height_mm)
        x, y = np.meshgrid(*(np.arange(_STEP_MM / 2, side, _STEP_MM) for side in sides))
        places = np.column_stack([x.ravel(), y.ravel()])
        return cls(frame, places, world().at(frame.lonlat(places)))

    def shares(self) -> Floats:
        """Return the share of the map that each country of the world has."""
        seen = self.countries[self.countries != NOWHERE]
        return np.bincount(seen, minlength=len(world().codes)) / len(self.countries)

    def region(self, country: int, anchor: Floats) -> Region:
        """Return the region of a country; `anchor` is the usual place of its name."""

        def holds(mm: Floats) -> Booleans:
            return np.asarray(_seen(self.frame, mm) & (self._at(mm) == country))

        def elsewhere(mm: Floats) -> Booleans:
            return np.asarray(~np.isin(self._at(mm), (country, NOWHERE)))

        places = self.places_mm[self.countries == country]
        return Region.around(anchor, places, holds, elsewhere)

    def _at(self, mm: Floats) -> Integers:
        return world().at(self.frame.lonlat(mm))


def _seen(frame: MapFrame, mm: Floats) -> Booleans:
    return np.asarray(((mm > 0) & (mm < (frame.width_mm, frame.height_mm))).all(axis=1))
