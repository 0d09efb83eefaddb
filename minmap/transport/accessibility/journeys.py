"""Journeys: from each occurrence over a connector to a gate, and on by the best route."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy
import shapely
from tqdm import tqdm

from minmap.geodesy.crs import require_layer
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.geodesy.vertices import wrapped
from minmap.places.country_polygons import lonlat_of
from minmap.transport.accessibility.barriers import connector_lines, move_ashore
from minmap.transport.accessibility.connectors import Connectors, connect
from minmap.transport.accessibility.destination import Destination, country_codes, country_numbers
from minmap.transport.accessibility.friction_raster import connect_over_raster, trace_over_raster
from minmap.transport.accessibility.gate_candidates import has_border
from minmap.types import Booleans, Floats, Geometries, Integers

# Number of gates around an occurrence that a reason takes into account.
_NEAREST: Final = 8


@dataclass(frozen=True, eq=False)
class Journeys:
    """The journey of each of n points to a destination.

    Attributes
    ----------
    destination
        Where they lead.
    lonlat
        Shape (n, 2), EPSG:4326, degrees; NaN where there is no location.
    country
        Shape (n,), number of the country that each point lies in, -1 where unknown.
    unusable
        Shape (n,), why no connector can start at the point, whatever gates there are; None if one
        can.
    connectors
        The gate of each point and the road to it.
    """

    destination: Destination
    lonlat: Floats
    country: Integers
    unusable: Geometries
    connectors: Connectors

    @classmethod
    def from_points(
        cls,
        lonlat: Floats,
        destination: Destination,
        *,
        progress: str | None = None,
        unit: str = "points",
    ) -> Self:
        """Choose the gate of each point.

        Parameters
        ----------
        lonlat
            Shape (n, 2), EPSG:4326, degrees; NaN where there is no location.
        destination
            Where to.
        progress, unit
            Title of the progress bar and what it counts; without a title there is none.
        """
        country = country_numbers(lonlat)
        unusable = _unusable(lonlat, country, destination)
        usable = np.flatnonzero(pd.isna(unusable))
        if destination.cost_raster is not None:
            connectors = connect_over_raster(lonlat, usable, destination)
            return cls(destination, lonlat, country, unusable, connectors)
        with tqdm(
            total=len(usable), desc=progress, unit=unit, delay=2, disable=progress is None or None
        ) as bar:
            connectors = connect(
                lonlat,
                country,
                destination.gates,
                rows=usable,
                haul=destination.haul,
                detour_factor=destination.assumptions["detour_factor"],
                road_kmh=destination.assumptions["road_kmh"],
                barriers=destination.barriers,
                reach_km=destination.reach_km,
                on_chunk=bar.update,
            )
        return cls(destination, lonlat, country, unusable, connectors)

    @classmethod
    def from_occurrences(
        cls, occurrences: gpd.GeoDataFrame, destination: Destination, *, progress: str | None = None
    ) -> Self:
        """Choose the gate of each occurrence, with a progress bar if it has a title.

        Raises
        ------
        CRSError, GeometryError
            As `minmap.access` does.
        """
        require_layer(occurrences, name="occurrences")
        lonlat = lonlat_of(occurrences.geometry)
        lonlat[~(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90))] = np.nan
        return cls.from_points(wrapped(lonlat), destination, progress=progress)

    @cached_property
    def rows(self) -> Integers:
        """Positions of the m points that have a journey, in order."""
        return np.flatnonzero(self.connectors.gate >= 0)

    @cached_property
    def nodes(self) -> Integers:
        """Shape (m,), position of the gate of each journey in ``network.nodes``."""
        return self.destination.gates.node[self.connectors.gate[self.rows]]

    @cached_property
    def connector_borders(self) -> Integers:
        """Shape (m,), 1 where the connector ends in another country than it starts in, else 0."""
        start = self.country[self.rows]
        end = self.destination.gates.country[self.connectors.gate[self.rows]]
        return has_border(start, end).astype(np.int64)

    def reasons(self) -> Geometries:
        """Return for each of the n points why it has no journey, None where it has one."""
        texts = self.unusable.copy()
        rows = np.flatnonzero((self.connectors.gate < 0) & pd.isna(texts))
        if rows.size:
            texts[rows] = _reasons_on_land(self, rows)
        return texts

    def totals(self) -> pd.DataFrame:
        """Return the totals of the m journeys, loading included, with `rows` as their index."""
        routes, assumed = self.destination.routes, self.destination.assumptions
        node, border, km = self.nodes, self.connector_borders, self.connectors.km[self.rows]
        loaded = routes.destination[node] != node
        hours = self.connectors.hours[self.rows] + routes.hours[node]
        hours += loaded * assumed["loading_hours"] + border * assumed["border_road_hours"]
        cost = km * assumed["road_usd_tkm"] + routes.cost_usd_t[node]
        cost += loaded * assumed["loading_usd_t"] + border * assumed["border_road_usd_t"]
        totals = {"total_km": km + routes.route_km[node], "hours": hours, "cost_usd_t": cost}
        return pd.DataFrame(totals, index=self.rows)

    def countries(self) -> Geometries:
        """Return the alpha-3 codes that each of the m journeys passes, in the order of travel."""
        start, passed = self.country[self.rows], self.destination.routes.countries[self.nodes]
        gate = self.destination.gates.country[self.connectors.gate[self.rows]]
        # Write each combination once: there are far fewer than journeys.
        ways = pd.MultiIndex.from_arrays([start, gate, passed])
        combinations, codes = ways.unique(), country_codes()
        written = np.full(len(combinations), None, dtype=object)
        for n, (one, other, route) in enumerate(combinations):
            names = [code for code in (codes[one], codes[other], *route.split()) if code]
            written[n] = " ".join(name for name, _ in groupby(names))
        return written[combinations.get_indexer(ways)]

    def lines(self) -> Geometries:
        """Draw each journey as a line in EPSG:4326; None where there is none."""
        lines = np.full(len(self.lonlat), None, dtype=object)
        start = self.lonlat[self.rows]
        end = self.destination.gates.lonlat[self.connectors.gate[self.rows]]
        if self.destination.cost_raster is None:
            roads = [shapely.get_coordinates(line) for line in connector_lines(start, end)]
        else:
            cells = trace_over_raster(start, self.destination)
            roads = [np.vstack(parts) for parts in zip(start, cells, end, strict=True)]
        nodes, line_from = self.nodes.tolist(), self.destination.routes.line_from
        routes = {node: shapely.get_coordinates(line_from(node)) for node in set(nodes)}
        for row, road, node in zip(self.rows, roads, nodes, strict=True):
            lines[row] = shapely.LineString(np.vstack([road, routes[node]]))
        return lines


def _unusable(lonlat: Floats, country: Integers, destination: Destination) -> Geometries:
    """Return why no connector can start at a point; None if one can."""
    reason = np.full(len(lonlat), None, dtype=object)
    codes = country_codes()[country]
    avoided = np.isin(codes.astype(str), destination.avoided_countries)
    reason[avoided] = [f"lies in {code}, which is avoided" for code in codes[avoided]]
    located = np.isfinite(lonlat).all(axis=1)
    known = np.flatnonzero(located)
    reason[known[destination.barriers.water.contains(lonlat[known])]] = "lies in open water"
    reason[~located] = "no location"
    return reason


def _reasons_on_land(journeys: Journeys, rows: Integers) -> list[str]:
    destination, barred = journeys.destination, journeys.connectors.barred[rows]
    nodes = destination.network.nodes
    node = np.flatnonzero(nodes["gate"].to_numpy(dtype=np.bool_))
    if not node.size:
        return ["the network has no gate"] * len(rows)
    if destination.cost_raster is not None:
        reach = f"{destination.reach_km:g} km"
        too_long = f"the best path over cost_raster is longer than {reach}, or none leads out"
        return ["cost_raster leads from here to no gate" if b else too_long for b in barred]
    start = to_ecef(journeys.lonlat[rows])
    gates = shapely.get_coordinates(nodes.geometry.to_numpy()[node])
    count = min(_NEAREST, len(node))
    near = np.asarray(scipy.spatial.cKDTree(to_ecef(gates)).query(start, k=range(1, count + 1))[1])
    point, gate = np.repeat(rows, count), near.ravel()
    km = surface_distance_m(np.repeat(start, count, axis=0), to_ecef(gates[gate])) / 1000
    wet, closed = _obstacles(journeys.lonlat[point], node[gate], km, destination)
    within = km <= destination.reach_km
    cut_off = within & ~wet & ~closed & ~destination.routes.reached[node[gate]]
    within, wet, closed, cut_off = (a.reshape(near.shape) for a in (within, wet, closed, cut_off))
    first = near[np.arange(len(rows)), cut_off.argmax(axis=1)]
    no_route = destination.no_route_from(node[first])
    return [
        no_route[row]
        if cut_off[row].any()
        else _no_usable_gate(wet[row, within[row]], closed[row, within[row]], destination)
        for row in range(len(rows))
    ]


def _obstacles(
    start: Floats, gate: Integers, km: Floats, destination: Destination
) -> tuple[Booleans, Booleans]:
    """Return whether open water lies between points and gates, and if not, an avoided country.

    Parameters
    ----------
    start
        Shape (n, 2), the points.
    gate
        Shape (n,), the position in ``network.nodes`` of a gate for each.
    km
        Shape (n,), the distance between them.
    destination
        Its barriers are used.
    """
    used, place = np.unique(gate, return_inverse=True)
    nodes = destination.network.nodes.iloc[used]
    avoided = nodes["country"].isin(destination.avoided_countries).to_numpy(dtype=np.bool_)
    end = move_ashore(nodes.get_coordinates().to_numpy())[place]
    wet = destination.barriers.water.crosses(start, end)
    closed = ~wet & (avoided[place] | destination.barriers.blocks(start, end, km))
    return wet, closed


def _no_usable_gate(wet: Booleans, closed: Booleans, destination: Destination) -> str:
    """Return the reason why none of the gates within reach can be used."""
    within = f"within {destination.reach_km:g} km"
    if not wet.size:
        return f"no gate {within}"
    countries = " ".join(destination.avoided_countries)
    if not closed.any():
        return f"every gate {within} lies across water"
    if not wet.any():
        return f"every gate {within} lies in or beyond {countries}, which is avoided"
    return f"every gate {within} lies across water or in or beyond {countries}"
