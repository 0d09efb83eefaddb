"""Connectors along the least-cost path over a raster of the user's."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np
from affine import Affine
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minmap.errors import FileError
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.places.country_grid import world
from minmap.transport.access.barriers import open_water
from minmap.transport.access.connectors import Connectors
from minmap.transport.access.gate_candidates import Gates
from minmap.types import Booleans, Floats, Integers

# Some 150 bytes each while the paths are searched.
_MOST_CELLS: Final = 4_000_000
# To the east, north, north-east and north-west (rows run southwards): each pair of cells once.
_STEPS: Final = ((0, 1), (-1, 0), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Grid:
    """A window of the raster: hours per km, NaN where nothing passes."""

    hours_per_km: Floats
    lonlat: Floats
    transform: Affine

    def cell(self, lonlat: Floats) -> Integers:
        """Return the number of the cell that each place (n, 2) lies in, -1 outside."""
        rows, columns = self.hours_per_km.shape
        # The raster was warped to north up: no rotation.
        step, corner = self.transform, (self.transform.c, self.transform.f)
        column = np.floor((lonlat[:, 0] - corner[0]) / step.a).astype(np.int64)
        row = np.floor((lonlat[:, 1] - corner[1]) / step.e).astype(np.int64)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        return np.where(inside, row * columns + column, -1)


@dataclass(frozen=True)
class Paths:
    """The best path from each cell to a gate: what follows it, and what it adds up to."""

    following: Integers
    gate: Integers
    km: Floats
    hours: Floats


@dataclass(frozen=True, eq=False)
class Friction:
    """A raster of hours per km; cells without a value cannot be passed.

    Attributes
    ----------
    path
        Any raster that rasterio opens, in any CRS; its first band is used.
    gates
        Where to.
    by
        What is made least: ``"km"``, ``"hours"`` or ``"usd_t"``.
    road_usd_tkm
        Price of a km, for the last of these.
    reach_km
        How long a path may be.
    avoided_countries
        Alpha-3 codes of countries that are not passed.
    """

    path: str | PathLike[str]
    gates: Gates
    by: str
    road_usd_tkm: float
    reach_km: float
    avoided_countries: tuple[str, ...]

    def connect(self, lonlat: Floats) -> Connectors:
        """Choose the gate of each point (n, 2) by the least-cost path."""
        return self.traced(lonlat)[0]

    def traced(self, lonlat: Floats) -> tuple[Connectors, list[Floats]]:
        """Choose the gate of each point, and give the cells passed as lonlat (m, 2)."""
        found = Connectors.none(len(lonlat))
        if not len(lonlat):
            return found, []
        grid = self._grid(lonlat)
        paths = _paths(grid, self)
        cell = grid.cell(lonlat)
        # Behind the last cell stands the one for places outside.
        gate = np.append(paths.gate, -1)[cell]
        first_km = surface_distance_m(to_ecef(lonlat), to_ecef(grid.lonlat[cell])) / 1000
        km = np.append(paths.km, np.inf)[cell] + first_km
        within = np.flatnonzero((gate >= 0) & (km <= self.reach_km))
        pace = grid.hours_per_km.ravel()[cell[within]]
        found.gate[within], found.km[within] = gate[within], km[within]
        found.hours[within] = paths.hours[cell[within]] + first_km[within] * pace
        found.barred[(gate < 0) & (cell >= 0)] = True
        return found, [_trace(paths, grid, at) for at in np.where(found.gate >= 0, cell, -1)]

    def _grid(self, lonlat: Floats) -> Grid:
        """Read what lies within reach of the points; mask water and avoided countries."""
        from minmap.rasters.dataset import open_raster  # noqa: PLC0415  # slow to load, and few need it

        try:
            with open_raster(Path(self.path)) as source:
                values, transform = self._read(source, lonlat)
        except (FileError, ValueError) as error:
            raise FileError(f"cost_raster={str(self.path)!r}: {error}") from error
        values[~(values >= 0)] = np.nan
        row, column = np.indices(values.shape)
        x = transform.c + (column.ravel() + 0.5) * transform.a
        y = transform.f + (row.ravel() + 0.5) * transform.e
        centres = np.column_stack([x, y])
        closed = open_water().holds(centres)
        if self.avoided_countries:
            own = np.flatnonzero(np.isin(world().codes, self.avoided_countries))
            closed |= np.isin(world().at(centres), own)
        values.ravel()[closed] = np.nan
        return Grid(values, centres, transform)

    def _read(self, source: Any, lonlat: Floats) -> tuple[Floats, Affine]:
        """Read the cells about the points from an open raster, with the place of the first."""
        from rasterio.vrt import WarpedVRT  # noqa: PLC0415  # slow to load, and few need it
        from rasterio.windows import Window  # noqa: PLC0415

        up = self.reach_km / 110.5
        aside = up / max(np.cos(np.radians(min(np.abs(lonlat[:, 1]).max() + up, 85.0))), 0.05)
        (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
        with WarpedVRT(source, crs="EPSG:4326") as raster:
            a, _, c, _, e, f = raster.transform[:6]
            columns = (np.array([west - aside, east + aside]) - c) / a
            rows = (np.array([north + up, south - up]) - f) / e
            left, right = np.clip(columns, 0, raster.width).astype(int).tolist()
            top, bottom = np.clip(rows, 0, raster.height).astype(int).tolist()
            window = Window(left, top, right - left, bottom - top)
            if right == left or bottom == top:
                raise FileError(
                    "it does not lie about the occurrences; give one that covers them and the "
                    "gates within reach."
                )
            if window.width * window.height > _MOST_CELLS:
                raise FileError(
                    f"it has {window.width * window.height:,} cells within reach, more than "
                    f"{_MOST_CELLS:,}; give a coarser one, fewer occurrences at once, or a smaller "
                    "reach_km."
                )
            values = raster.read(1, window=window, masked=True).astype(float).filled(np.nan)
        return values, Affine(a, 0.0, c + left * a, 0.0, e, f + top * e)


def _paths(grid: Grid, friction: Friction) -> Paths:
    """Search the least-cost paths from the gates to all cells.

    Dijkstra from one vertex that stands for the destination: it is joined to the cell of each gate
    by what the way from there weighs.
    """
    one, other, km = _neighbours(grid)
    pace = grid.hours_per_km.ravel()
    hours = km * (pace[one] + pace[other]) / 2
    weight = {
        "km": km,
        "hours": hours,
        "usd_t": km * friction.road_usd_tkm,
    }[friction.by]
    cells = pace.size
    gate, at = _gates_on(grid, friction.gates)
    ends = np.full(len(gate), cells), at
    # A weight of 0 would be no edge to a sparse graph.
    weights = np.concatenate([np.maximum(weight, 1e-12), friction.gates.weight[gate] + 1e-12])
    pairs = np.concatenate([one, ends[0]]), np.concatenate([other, ends[1]])
    graph: csr_array[np.float64] = csr_array((weights, pairs), shape=(cells + 1, cells + 1))
    root = np.array([cells])
    totals, befores = dijkstra(graph, directed=False, indices=root, return_predecessors=True)
    total, before = totals[0], befores[0]
    following = np.arange(cells)
    inner = np.flatnonzero((before[:cells] >= 0) & (before[:cells] != cells))
    following[inner] = before[inner]
    step_km = np.zeros(cells)
    places = to_ecef(grid.lonlat)
    step_km[inner] = surface_distance_m(places[inner], places[following[inner]]) / 1000
    step_hours = np.zeros(cells)
    step_hours[inner] = step_km[inner] * (pace[inner] + pace[following[inner]]) / 2
    last, km_sum, hours_sum = _added_up(following, step_km, step_hours)
    gate_at = np.full(cells, -1)
    gate_at[at] = gate
    gate_of = np.where(np.isfinite(total[:cells]), gate_at[last], -1)
    return Paths(following, gate_of, km_sum, hours_sum)


def _gates_on(grid: Grid, gates: Gates) -> tuple[Integers, Integers]:
    """Return the best gate of each passable cell that has one, and the cell."""
    cell = grid.cell(gates.ashore)
    order = np.argsort(gates.weight, kind="stable")
    order = order[cell[order] >= 0]
    order = order[np.isfinite(grid.hours_per_km.ravel()[cell[order]])]
    at, first = np.unique(cell[order], return_index=True)
    return order[first], at


def _neighbours(grid: Grid) -> tuple[Integers, Integers, Floats]:
    """Return pairs of passable neighbours, diagonal ones too, and how far apart they are."""
    rows, columns = grid.hours_per_km.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    open_: Booleans = np.isfinite(grid.hours_per_km)
    places = to_ecef(grid.lonlat[::columns])
    ones, others, kms = [], [], []
    for down, right in _STEPS:
        here = _shifted(rows, -down), _shifted(columns, -right)
        there = _shifted(rows, down), _shifted(columns, right)
        both = open_[here] & open_[there]
        # Cells of one row are equally far from their neighbours.
        row = number[here][:, 0] // columns
        step = np.array([abs(right), abs(down)])
        end = grid.lonlat[row * columns] + step * [grid.transform.a, -grid.transform.e]
        km = surface_distance_m(places[row], to_ecef(end)) / 1000
        ones.append(number[here][both])
        others.append(number[there][both])
        kms.append(np.broadcast_to(km[:, None], both.shape)[both])
    return np.concatenate(ones), np.concatenate(others), np.concatenate(kms)


def _shifted(count: int, by: int) -> slice:
    return slice(max(by, 0), count + min(by, 0))


def _added_up(following: Integers, km: Floats, hours: Floats) -> tuple[Integers, Floats, Floats]:
    """Add up what lies ahead of each cell; each round doubles how far it looks."""
    ahead = following
    while True:
        further = ahead[ahead]
        if np.array_equal(further, ahead):
            return ahead, km, hours
        km, hours = km + km[ahead], hours + hours[ahead]
        ahead = further


def _trace(paths: Paths, grid: Grid, cell: int) -> Floats:
    if cell < 0:
        return np.empty((0, 2))
    passed = [cell]
    while paths.following[passed[-1]] != passed[-1]:
        passed.append(int(paths.following[passed[-1]]))
    lonlat: Floats = grid.lonlat[passed]
    return lonlat
