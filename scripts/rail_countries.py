"""Find the countries that tracks pass, point by point.

Used by build_network.py beside it. A border on the map may lie 5 km off (minmap.places), and a
track that runs along it then seems to weave to and fro. So the countries are not taken edge by
edge: the whole network is sampled, and a stretch that the map puts abroad is brought home if it
leads from one country back into the same and the map is not exact enough to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from numpy.typing import NDArray
from rail_tracks import Track
from scipy.sparse.csgraph import connected_components
from tracing import PLANE, on_plane

from minmap.places import country_of, distance_to_country_km

STEP_M = 500.0
SLIVER_KM = 5.0  # minmap.places.map_error_km in this region
NEAR_BORDER_KM = 60.0  # no longer stretch is brought home for its nearness alone
UNKNOWN = -1

Ints = NDArray[np.int64]


@dataclass
class Samples:
    """Places along the tracks; those of the vertices come first and are shared."""

    vertices: list[str]
    track: list[Ints]  # the samples of each track, from a to b
    links: Ints  # (m, 2), samples side by side
    link_km: NDArray[np.float64]
    xy: NDArray[np.float64]
    label: Ints
    codes: list[str]
    fixed: NDArray[np.bool_]

    @classmethod
    def of(cls, tracks: list[Track]) -> Samples:
        vertices = sorted({vertex for t in tracks for vertex in (t.a, t.b)})
        number = {vertex: i for i, vertex in enumerate(vertices)}
        lines = on_plane(np.array([shapely.LineString(t.coords) for t in tracks]))
        drawn = shapely.length(lines) > 0
        lines[drawn] = shapely.segmentize(lines[drawn], STEP_M)
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        places = [xy[part] for part in _parts(owner, len(tracks))]
        at = np.zeros((len(vertices), 2))
        inner, along, count = [], [], len(vertices)
        for t, line in zip(tracks, places, strict=True):
            at[number[t.a]], at[number[t.b]] = line[0], line[-1]
            middle = np.arange(count, count + len(line) - 2)
            along.append(np.concatenate([[number[t.a]], middle, [number[t.b]]]))
            inner.append(line[1:-1])
            count += len(middle)
        everywhere = np.vstack([at, *inner])
        links = np.vstack([np.column_stack([s[:-1], s[1:]]) for s in along])
        km = np.hypot(*(everywhere[links[:, 0]] - everywhere[links[:, 1]]).T) / 1000
        lonlat = PLANE.transform(*everywhere.T, direction="INVERSE")
        label, codes = pd.factorize(country_of(gpd.GeoSeries.from_xy(*lonlat, crs=4326)))
        fixed = np.zeros(len(label), dtype=bool)
        return cls(
            vertices, along, links, km, everywhere, label.astype(np.int64), list(codes), fixed
        )

    def number(self, code: str) -> int:
        if code not in self.codes:
            self.codes.append(code)
        return self.codes.index(code)

    def pin(self, tracks: list[Track], nodes: Mapping[str, str], legs: Mapping[str, str]) -> None:
        """Use the countries of the catalogue for its nodes and legs."""
        for t, samples in zip(tracks, self.track, strict=True):
            if t.leg_id:
                allowed = [self.number(code) for code in legs[t.leg_id].split()]
                self.label[samples[~np.isin(self.label[samples], allowed)]] = UNKNOWN
        for i, vertex in enumerate(self.vertices):
            if vertex in nodes:
                self.label[i], self.fixed[i] = self.number(nodes[vertex]), True

    def fill(self) -> None:
        """Set the unknown country of points to that of their neighbours."""
        while True:
            a, b = self.links.T
            open_ = (self.label[a] == UNKNOWN) != (self.label[b] == UNKNOWN)
            if not open_.any():
                return
            a, b = np.where(
                (self.label[a] == UNKNOWN)[open_], self.links[open_].T[::-1], self.links[open_].T
            )
            self.label[b] = self.label[a]

    def bring_home(self, stations: set[str]) -> int:
        """Correct stretches that the map cannot distinguish from their neighbours; return how many.

        They begin and end at one other country, and are short, or have no station and stay near
        to it. A dead end with a station is left where it is.
        """
        count = 0
        off_km: dict[tuple[int, int, int], float] = {}
        while True:
            patch, km, abroad, borders = self._patches()
            free = abroad != UNKNOWN
            free[patch[self.fixed]] = False
            named = np.zeros(len(km), dtype=bool)
            named[patch[[i for i, vertex in enumerate(self.vertices) if vertex in stations]]] = True
            free &= (borders >= 2) | ~named
            free &= (km < SLIVER_KM) | (~named & (km < NEAR_BORDER_KM))
            for i in np.flatnonzero(free & (km >= SLIVER_KM)):
                here = np.flatnonzero(patch == i)
                key = (int(here[0]), len(here), int(abroad[i]))
                if key not in off_km:
                    off_km[key] = self._off_km(here, self.codes[abroad[i]])
                free[i] = off_km[key] < SLIVER_KM
            if not free.any():
                return count
            # The shortest first: its neighbours may be short as well.
            least = int(np.flatnonzero(free)[np.argmin(km[free])])
            self.label[patch == least] = abroad[least]
            count += 1

    def _off_km(self, chosen: Ints, code: str) -> float:
        """Return how far the chosen places get from a country."""
        lonlat = PLANE.transform(*self.xy[chosen].T, direction="INVERSE")
        points = gpd.GeoSeries.from_xy(*lonlat, crs=4326)
        codes = pd.Series(code, index=points.index)
        return float(distance_to_country_km(points, codes).max())

    def _patches(self) -> tuple[Ints, NDArray[np.float64], Ints, Ints]:
        """Return the patch of each sample; its km, its one neighbouring country, its borders."""
        a, b = self.links.T
        same = self.label[a] == self.label[b]
        ones = np.ones(int(same.sum()), dtype=np.int8)
        shape = (len(self.label), len(self.label))
        graph = scipy.sparse.coo_matrix((ones, (a[same], b[same])), shape)
        count, patch = connected_components(graph, directed=False)
        km = np.bincount(patch[a[same]], self.link_km[same], count)
        at = np.concatenate([patch[a[~same]], patch[b[~same]]])
        over = np.concatenate([self.label[b[~same]], self.label[a[~same]]])
        borders = np.bincount(at, minlength=count)
        lowest, highest = np.full(count, len(self.codes)), np.full(count, UNKNOWN)
        np.minimum.at(lowest, at, over)
        np.maximum.at(highest, at, over)
        return patch, km, np.where(lowest == highest, highest, UNKNOWN), borders

    def of_vertices(self) -> dict[str, str | None]:
        codes = [*self.codes, None]
        return {v: codes[self.label[i]] for i, v in enumerate(self.vertices)}

    def of_tracks(self) -> list[list[str]]:
        """Return the countries of each track from a to b."""
        return [
            [self.codes[label] for label, _ in groupby(self.label[samples]) if label != UNKNOWN]
            for samples in self.track
        ]

    def of_middles(self) -> list[str | None]:
        """Return the country halfway along each track."""
        codes = [*self.codes, None]
        return [codes[self.label[samples[len(samples) // 2]]] for samples in self.track]


def _parts(owner: Ints, count: int) -> list[slice]:
    ends = np.searchsorted(owner, np.arange(count + 1))
    return [slice(start, end) for start, end in pairwise(ends.tolist())]


def countries(
    tracks: list[Track], *, nodes: Mapping[str, str], legs: Mapping[str, str], stations: set[str]
) -> tuple[dict[str, str | None], list[list[str]], list[str | None]]:
    """Return the country of each vertex, those of each track in order, and that halfway.

    `nodes` and `legs` are what the catalogue says of its own.
    """
    samples = Samples.of(tracks)
    samples.pin(tracks, nodes, legs)
    samples.fill()
    print(f"stretches brought home: {samples.bring_home(stations)}")
    return samples.of_vertices(), samples.of_tracks(), samples.of_middles()
