"""Connectors along the least-cost path over a raster that the user gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy
from affine import Affine

from minmap.errors import FileError
from minmap.geodesy.crs import WGS84
from minmap.geodesy.ellipsoid import degrees_around, surface_distance_m, to_ecef
from minmap.places.country_polygons import world
from minmap.transport.accessibility.barriers import move_ashore, open_water
from minmap.transport.accessibility.starts import Starts
from minmap.types import Booleans, Floats, Integers

if TYPE_CHECKING:
    from minmap.transport.accessibility.destination import Destination

# The search needs some 150 bytes for each cell.
_MOST_CELLS: Final = 4_000_000
# To the east, north, north-east and north-west (rows run southwards): each pair of cells once.
_STEPS: Final = ((0, 1), (-1, 0), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Grid:
    """A window of the raster: hours per km, NaN in cells that cannot be passed."""

    hours_per_km: Floats
    lonlat: Floats
    transform: Affine

    def cell(self, lonlat: Floats) -> Integers:
        """Return the number of the cell that each point (n, 2) lies in, -1 outside."""
        rows, columns = self.hours_per_km.shape
        # The raster was warped to north up: no rotation.
        step, corner = self.transform, (self.transform.c, self.transform.f)
        column = np.floor((lonlat[:, 0] - corner[0]) / step.a).astype(np.int64)
        row = np.floor((lonlat[:, 1] - corner[1]) / step.e).astype(np.int64)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        return np.where(inside, row * columns + column, -1)


@dataclass(frozen=True)
class Paths:
    """The best path from each cell to a gate: the next cell, the gate, km and hours."""

    following: Integers
    gate: Integers
    km: Floats
    hours: Floats


def start_over_raster(lonlat: Floats, rows: Integers, destination: Destination) -> Starts:
    """Choose the entries of points by the least-cost path over ``destination.cost_raster``.

    Parameters
    ----------
    lonlat
        Shape (n, 2), EPSG:4326, degrees.
    rows
        The points to choose an entry for.
    destination
        Where to. Its raster has hours per km; cells without a value cannot be passed.

    Raises
    ------
    FileError
        If the raster cannot be read, or does not lie about the points.
    """
    starts = replace(Starts.none(len(lonlat)), hours=np.full(len(lonlat), np.nan))
    if rows.size:
        cell, _, paths = _search(lonlat[rows], destination, starts, rows)
        starts.barred[rows[(paths.gate[cell] < 0) & (cell >= 0)]] = True
    return starts


def trace_over_raster(lonlat: Floats, destination: Destination) -> list[Floats]:
    """Return the cells that the connector of each point (n, 2) passes, as lonlat (m, 2)."""
    starts, rows = Starts.none(len(lonlat)), np.arange(len(lonlat))
    if not rows.size:
        return []
    cell, grid, paths = _search(lonlat, destination, starts, rows)
    return [_trace(paths, grid, start) for start in np.where(starts.chosen.node >= 0, cell, -1)]


def _search(
    lonlat: Floats, destination: Destination, starts: Starts, rows: Integers
) -> tuple[Integers, Grid, Paths]:
    """Write the best entries into `rows` of `starts`.

    Return the raster cell of each point, the grid, and the best path from every cell.
    """
    grid = _grid(lonlat, destination)
    paths = _paths(grid, destination)
    cell = grid.cell(lonlat)
    # Cell -1 is a value behind the last cell, for points outside.
    gate = np.append(paths.gate, -1)[cell]
    first_km = surface_distance_m(to_ecef(lonlat), to_ecef(grid.lonlat[cell])) / 1000
    km = np.append(paths.km, np.inf)[cell] + first_km
    within = np.flatnonzero((gate >= 0) & (km <= destination.reach_km))
    pace = grid.hours_per_km.ravel()[cell[within]]
    chosen, to = starts.chosen, rows[within]
    chosen.node[to], chosen.km[to] = gate[within], km[within]
    chosen.foot[to] = to_ecef(destination.network.lonlat[gate[within]])
    if starts.hours is not None:
        starts.hours[to] = paths.hours[cell[within]] + first_km[within] * pace
    return cell, grid, paths


def _grid(lonlat: Floats, destination: Destination) -> Grid:
    """Read the cells within reach of the points; mask water and avoided countries."""
    from minmap.rasters.dataset import open_raster  # noqa: PLC0415  # slow to load, and few need it

    path = Path(str(destination.cost_raster))
    try:
        with open_raster(path) as source:
            values, transform = _read(source, lonlat, destination.reach_km)
    except (FileError, ValueError) as error:
        raise FileError(f"cost_raster={str(path)!r}: {error}") from error
    values[~(values >= 0)] = np.nan
    row, column = np.indices(values.shape)
    x = transform.c + (column.ravel() + 0.5) * transform.a
    y = transform.f + (row.ravel() + 0.5) * transform.e
    centres = np.column_stack([x, y])
    closed = open_water().contains(centres)
    if destination.avoided_countries:
        own = np.flatnonzero(np.isin(world().codes, destination.avoided_countries))
        closed |= np.isin(world().at(centres), own)
    values.ravel()[closed] = np.nan
    return Grid(values, centres, transform)


def _read(source: Any, lonlat: Floats, reach_km: float) -> tuple[Floats, Affine]:
    """Read the cells around the points from an open raster, and the transform of the window."""
    from rasterio.vrt import WarpedVRT  # noqa: PLC0415  # slow to load, and few need it
    from rasterio.windows import Window  # noqa: PLC0415

    aside, up = degrees_around(np.abs(lonlat[:, 1]).max(), reach_km)
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    with WarpedVRT(source, crs=WGS84) as raster:
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


def _paths(grid: Grid, destination: Destination) -> Paths:
    """Search the least-cost paths from the gates to all cells.

    The search is Dijkstra's, from one vertex that represents the destination. An edge connects this
    vertex to the cell of each gate, with the weight of the route from the gate.
    """
    one, other, km = _neighbours(grid)
    pace = grid.hours_per_km.ravel()
    hours = km * (pace[one] + pace[other]) / 2
    values = {"km": km, "hours": hours, "usd_t": km * destination.raster_usd_tkm}
    weight = destination.routes.costs.combined(destination.objective, values)
    cells = pace.size
    gate, at = _entries_on(grid, destination)
    ends = np.full(len(gate), cells), at
    # A weight of 0 would be no edge to a sparse graph.
    weights = np.concatenate(
        [np.maximum(weight, 1e-12), destination.entries.gate_weight[gate] + 1e-12]
    )
    pairs = np.concatenate([one, ends[0]]), np.concatenate([other, ends[1]])
    graph: scipy.sparse.csr_array[np.float64] = scipy.sparse.csr_array(
        (weights, pairs), shape=(cells + 1, cells + 1)
    )
    root = np.array([cells])
    totals, befores = scipy.sparse.csgraph.dijkstra(
        graph, directed=False, indices=root, return_predecessors=True
    )
    total, before = totals[0], befores[0]
    following = np.arange(cells)
    inner = np.flatnonzero((before[:cells] >= 0) & (before[:cells] != cells))
    following[inner] = before[inner]
    step_km = np.zeros(cells)
    places = to_ecef(grid.lonlat)
    step_km[inner] = surface_distance_m(places[inner], places[following[inner]]) / 1000
    step_hours = np.zeros(cells)
    step_hours[inner] = step_km[inner] * (pace[inner] + pace[following[inner]]) / 2
    last, km_sum, hours_sum = _sums_to_gate(following, step_km, step_hours)
    gate_at = np.full(cells, -1)
    gate_at[at] = gate
    gate_of = np.where(np.isfinite(total[:cells]), gate_at[last], -1)
    return Paths(following, gate_of, km_sum, hours_sum)


def _entries_on(grid: Grid, destination: Destination) -> tuple[Integers, Integers]:
    """Return the best node of each passable cell that a lorry can enter by, and the cell."""
    weight, network = destination.entries.gate_weight, destination.network
    node = destination.entry_nodes
    cell = np.full(len(weight), -1)
    cell[node] = grid.cell(move_ashore(network.lonlat[node]))
    order = np.argsort(weight, kind="stable")
    order = order[(cell[order] >= 0) & np.isfinite(weight[order])]
    order = order[np.isfinite(grid.hours_per_km.ravel()[cell[order]])]
    at, first = np.unique(cell[order], return_index=True)
    return order[first], at


def _neighbours(grid: Grid) -> tuple[Integers, Integers, Floats]:
    """Return pairs of passable neighbours, diagonal ones too, and the km between them."""
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


def _sums_to_gate(
    following: Integers, km: Floats, hours: Floats
) -> tuple[Integers, Floats, Floats]:
    """Return the last cell of the path from each cell, and its km and hours.

    Each round doubles the number of steps that the sums cover.
    """
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
    return grid.lonlat[passed]
