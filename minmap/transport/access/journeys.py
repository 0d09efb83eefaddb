"""Journeys: from each occurrence over a connector to a gate, and on by the best route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from tqdm import tqdm

from minmap.geodesy.crs import require_layer
from minmap.geodesy.rings import wrapped
from minmap.places.country_polygons import lonlat_of
from minmap.transport.access.barriers import connector_lines
from minmap.transport.access.connectors import Connectors, connect
from minmap.transport.access.destination import Destination, country_codes, country_numbers
from minmap.transport.access.friction_raster import connect_over_raster, trace_over_raster
from minmap.transport.access.gate_candidates import has_border
from minmap.types import Booleans, Floats, Geometries, Integers


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
    in_water
        Shape (n,), whether the point lies in open water.
    connectors
        The gate of each point and the road to it.
    """

    destination: Destination
    lonlat: Floats
    country: Integers
    in_water: Booleans
    connectors: Connectors

    @classmethod
    def from_points(
        cls,
        lonlat: Floats,
        destination: Destination,
        *,
        on_chunk: Callable[[int], object] | None = None,
    ) -> Journeys:
        """Choose the gate of each point.

        Parameters
        ----------
        lonlat
            Shape (n, 2), EPSG:4326, degrees; NaN where there is no location.
        destination
            Where to.
        on_chunk
            Called with the number of points done since the last call.
        """
        country = country_numbers(lonlat)
        known = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
        in_water = np.zeros(len(lonlat), dtype=bool)
        in_water[known] = destination.barriers.water.contains(lonlat[known])
        avoided = np.isin(country_codes()[country].astype(str), destination.avoided_countries)
        usable = known[~in_water[known] & ~avoided[known]]
        if on_chunk is not None:
            on_chunk(len(lonlat) - len(usable))
        if destination.cost_raster is not None:
            connectors = connect_over_raster(lonlat, usable, destination)
        else:
            connectors = connect(
                lonlat,
                country,
                destination.gates,
                rows=usable,
                haul=destination.haul,
                detour_factor=destination.assumptions.detour_factor,
                road_kmh=destination.assumptions.road_kmh,
                barriers=destination.barriers,
                reach_km=destination.reach_km,
                on_chunk=on_chunk,
            )
        return cls(destination, lonlat, country, in_water, connectors)

    @classmethod
    def from_occurrences(
        cls, occurrences: gpd.GeoDataFrame, destination: Destination, *, progress: str | None = None
    ) -> Journeys:
        """Choose the gate of each occurrence, with a progress bar if it has a title.

        Raises
        ------
        CRSError, GeometryError
            As `minmap.access` does.
        """
        require_layer(occurrences, name="occurrences")
        lonlat = lonlat_of(occurrences.geometry)
        lonlat[~(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90))] = np.nan
        with tqdm(
            total=len(lonlat),
            desc=progress,
            unit="points",
            delay=2,
            disable=progress is None or None,
        ) as bar:
            return cls.from_points(wrapped(lonlat), destination, on_chunk=bar.update)

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

    def totals(self) -> tuple[Floats, Floats, Floats]:
        """Return km, hours and USD per tonne of the m journeys, loading included."""
        routes, assumed = self.destination.routes, self.destination.assumptions
        node, border, km = self.nodes, self.connector_borders, self.connectors.km[self.rows]
        loaded = routes.destination[node] != node
        hours = self.connectors.hours[self.rows] + routes.hours[node]
        hours += loaded * assumed.loading_hours + border * assumed.border_road_hours
        cost = km * assumed.road_usd_tkm + routes.cost_usd_t[node]
        cost += loaded * assumed.loading_usd_t + border * assumed.border_road_usd_t
        return km + routes.route_km[node], hours, cost

    def countries(self) -> Geometries:
        """Return the alpha-3 codes that each of the m journeys passes, in the order of travel."""
        route, texts = pd.factorize(self.destination.routes.countries[self.nodes])
        start = self.country[self.rows]
        gate = self.destination.gates.country[self.connectors.gate[self.rows]]
        # Write each combination once: there are far fewer than journeys.
        combinations, of_row = np.unique(
            np.column_stack([start, gate, route]), axis=0, return_inverse=True
        )
        codes, written = country_codes(), []
        for one, other, passed in combinations:
            names = [code for code in (codes[one], codes[other]) if code is not None]
            names += str(texts[passed]).split()
            follows = zip(names, [None, *names], strict=False)
            written.append(" ".join(name for name, before in follows if name != before))
        texts_of: Geometries = np.array(written, dtype=object)
        return texts_of[of_row.ravel()]

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
        routes = {
            node: self.destination.routes.line_from(node) for node in set(self.nodes.tolist())
        }
        for row, road, node in zip(self.rows, roads, self.nodes.tolist(), strict=True):
            route = routes[node]
            lonlat = road if route is None else np.vstack([road, shapely.get_coordinates(route)])
            lines[row] = shapely.LineString(lonlat)
        return lines
