"""Journeys: from each occurrence over a connector to the network, and on by the best route."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from tqdm import tqdm

from minmap.geodesy.crs import require_layer
from minmap.geodesy.ellipsoid import to_ecef, to_lonlat
from minmap.geodesy.vertices import wrapped
from minmap.places.country_polygons import lonlat_of
from minmap.transport.accessibility.barriers import connector_lines, open_water
from minmap.transport.accessibility.destination import Destination, country_codes, country_numbers
from minmap.transport.accessibility.entries import ABROAD, Entries
from minmap.transport.accessibility.friction_raster import start_over_raster, trace_over_raster
from minmap.transport.accessibility.nearer_gates import nearest_gates
from minmap.transport.accessibility.starts import Starts, choose_entries
from minmap.transport.network.best_paths import PathTotals
from minmap.transport.network.rates import off_road_rates
from minmap.transport.network.step_costs import MIDDLE
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Floats, Geometries, Integers, Texts

# A nearer gate is reported if the lorry could have saved this many km.
_SAVES_KM = 1.0


@dataclass(frozen=True, eq=False)
class Journeys:
    """The journey of each of n points to a destination.

    Attributes
    ----------
    destination
        Where they lead.
    lonlat
        Shape (n, 2), EPSG:4326, degrees; NaN where there is no location.
    area
        Shape (n,), number of the country that each point lies in, -1 where unknown.
    unusable
        Shape (n,), why no connector can start at the point, wherever it leads; None if one can.
    starts
        The entry of each point.
    """

    destination: Destination
    lonlat: Floats
    area: Integers
    unusable: Geometries
    starts: Starts

    @classmethod
    def from_points(
        cls,
        lonlat: Floats,
        destination: Destination,
        *,
        progress: str | None = None,
        unit: str = "points",
    ) -> Self:
        """Choose the entry of each point.

        Parameters
        ----------
        lonlat
            Shape (n, 2), EPSG:4326, degrees; NaN where there is no location.
        destination
            Where to.
        progress, unit
            Title of the progress bar and what it counts; without a title there is none.
        """
        area = country_numbers(lonlat)
        unusable = _unusable(lonlat, area, destination)
        usable = np.flatnonzero(pd.isna(unusable))
        if destination.cost_raster is not None:
            starts = start_over_raster(lonlat, usable, destination)
            return cls(destination, lonlat, area, unusable, starts)
        with tqdm(
            total=len(usable), desc=progress, unit=unit, delay=2, disable=progress is None or None
        ) as bar:
            starts = choose_entries(
                lonlat,
                area,
                usable,
                destination.entries,
                destination.homelands,
                on_chunk=bar.update,
            )
        return cls(destination, lonlat, area, unusable, starts)

    @classmethod
    def from_occurrences(
        cls, occurrences: gpd.GeoDataFrame, destination: Destination, *, progress: str | None = None
    ) -> Self:
        """Choose the entry of each occurrence, with a progress bar if it has a title.

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
        return np.flatnonzero(self.starts.chosen.node >= 0)

    @cached_property
    def entries(self) -> Entries:
        """The entries of the m journeys."""
        return self.starts.chosen.at(self.rows)

    @cached_property
    def vertices(self) -> Integers:
        """Shape (m,), the vertex of the graph at which the lorry arrives after its entry."""
        entry = self.entries
        return np.asarray(self.destination.entries.vertices(entry.edge, entry.end, entry.node))

    @cached_property
    def gates(self) -> Integers:
        """Shape (m,), the node at which the lorry is unloaded, or where its journey ends."""
        paths = self.destination.routes
        return np.asarray(paths.costs.graph.node[paths.lorry_vertex[self.vertices]])

    @cached_property
    def connectors(self) -> dict[str, Floats]:
        """``km`` (m,), ``hours`` and ``usd_t`` (m, 3) of the connectors off the roads."""
        km, assumed = self.entries.km, self.destination.assumptions
        if self.starts.hours is not None:
            hours = np.repeat(self.starts.hours[self.rows, None], 3, axis=1)
            return {"km": km, "hours": hours, "usd_t": np.outer(km, assumed["road_usd_tkm"])}
        per_km = {name: np.outer(km, rate) for name, rate in off_road_rates(assumed).items()}
        return per_km | {"km": per_km["km"][:, MIDDLE]}

    @cached_property
    def connector_borders(self) -> Integers:
        """Shape (m,), 1 where the connector leads abroad, as no road or gate is in the country.

        An unknown country at the entry is not a border.
        """
        area, graph = self.area[self.rows], self.destination.routes.costs.graph
        entered = np.array([*graph.codes, None], dtype=object)[graph.country[self.vertices]]
        abroad = self.destination.homelands.number[area] == ABROAD
        abroad &= ~pd.isna(entered) & (entered != country_codes()[area])
        return np.asarray(abroad).astype(np.int64)

    @cached_property
    def along(self) -> dict[str, Floats]:
        """Km, hours and USD per tonne on the first road, from the entry to its end."""
        entry = self.entries
        return self.destination.entries.along(entry.edge, entry.share, entry.end)

    @cached_property
    def onward(self) -> PathTotals:
        """The totals of the paths from `vertices`."""
        return self.destination.routes.from_vertices.take(self.vertices)

    @cached_property
    def ranges(self) -> dict[str, Floats]:
        """``hours`` and ``usd_t`` of the m journeys, shape (m, 3): low, middle and high."""
        assumed, search = self.destination.assumptions, self.destination.entries
        loads = (self.entries.edge < 0) & search.loads_first[self.entries.node]
        onward = {"hours": self.onward.hours, "usd_t": self.onward.cost_usd_t}
        passages, found = self.destination.routes.costs.passages, {}
        for name, totals in onward.items():
            loading = loads[:, None] * np.array(assumed[f"loading_{name}"])
            border = self.connector_borders[:, None] * passages.any_road(name)
            found[name] = self.connectors[name] + self.along[name] + loading + border + totals
        return found

    @cached_property
    def mode_km(self) -> Floats:
        """Shape (m, 3): km by rail, road and sea from the entry on."""
        km = self.onward.mode_km.copy()
        km[:, MODES.index("road")] += self.along["km"]
        return km

    def totals(self) -> pd.DataFrame:
        """Return the totals of the m journeys, loading included, with `rows` as their index."""
        totals = {
            "total_km": self.connectors["km"] + self.mode_km.sum(axis=1),
            "hours": self.ranges["hours"][:, MIDDLE],
            "cost_usd_t": self.ranges["usd_t"][:, MIDDLE],
        }
        return pd.DataFrame(totals, index=self.rows)

    def nearer_gates(self) -> tuple[Integers, Floats]:
        """Return the gate that each lorry passes by, and its distance by road, km.

        -1 and NaN where the lorry is unloaded at the nearest gate of its country.
        """
        paths, entry = self.destination.routes, self.entries
        costs = paths.costs
        km, gate = nearest_gates(paths)
        road = MODES.index("road")
        stop = paths.from_vertices.mode_km[paths.lorry_vertex[self.vertices], road]
        lorry_km = self.mode_km[:, road] - stop
        found, nearest = np.full(len(lorry_km), -1), np.full(len(lorry_km), np.nan)
        on = np.flatnonzero(entry.edge >= 0)
        ends, share = costs.graph.arrival[entry.edge[on]], entry.share[on]
        part = costs.km[entry.edge[on]][:, None] * np.column_stack([share, 1 - share])
        way, end = (km[ends] + part).min(axis=1), (km[ends] + part).argmin(axis=1)
        near = gate[ends[np.arange(len(on)), end]]
        passed = (near >= 0) & (near != self.gates[on]) & (lorry_km[on] - way > _SAVES_KM)
        found[on[passed]], nearest[on[passed]] = near[passed], way[passed]
        return found, nearest

    def countries(self) -> Texts:
        """Return the alpha-3 codes that each of the m journeys passes, in the order of travel."""
        paths = self.destination.routes
        start, own = self.area[self.rows], paths.costs.graph.country[self.vertices]
        passed = paths.tree.countries[self.vertices]
        # Write each combination once: there are far fewer than journeys.
        ways = pd.MultiIndex.from_arrays([start, own, passed])
        combinations, codes = ways.unique(), country_codes()
        of_graph = [*paths.costs.graph.codes, None]
        written = np.full(len(combinations), None, dtype=object)
        for n, (one, other, route) in enumerate(combinations):
            names = [code for code in (codes[one], of_graph[other], *route.split()) if code]
            written[n] = " ".join(name for name, _ in groupby(names))
        return written[combinations.get_indexer(ways)]

    def crossings(self) -> Texts:
        """Return the ids of the border crossings of each of the m journeys, parted by spaces."""
        texts = self.destination.routes.crossings[self.vertices]
        abroad = np.where(self.connector_borders > 0, "any-road ", "")
        joined = [f"{a}{b}".rstrip() for a, b in zip(abroad, texts, strict=True)]
        return np.array(joined, dtype=object)

    def entry_lonlat(self) -> Floats:
        """Return longitude and latitude of the m entries, degrees."""
        return to_lonlat(self.entries.foot)

    def reasons(self) -> Texts:
        """Return for each of the n points why it has no journey, None where it has one."""
        texts = self.unusable.copy()
        rows = np.flatnonzero((self.starts.chosen.node < 0) & pd.isna(texts))
        if rows.size:
            texts[rows] = self._reasons_on_land(rows)
        return texts

    def _reasons_on_land(self, rows: Integers) -> list[str]:
        destination, barred = self.destination, self.starts.barred[rows]
        if not len(destination.entries.places.xyz):
            return ["the network has no gate"] * len(rows)
        if destination.cost_raster is not None:
            far = f"the best path over cost_raster is longer than {destination.reach_km:g} km"
            return [
                "cost_raster leads from here to no gate" if b else f"{far}, or none leads out"
                for b in barred
            ]
        homes = destination.homelands.number[self.area[rows]]
        node = destination.entries.cut_off(to_ecef(self.lonlat[rows]), homes)
        reach = f"within {destination.reach_km:g} km"
        texts = []
        for at, row in enumerate(rows):
            code = country_codes()[self.area[row]] if homes[at] >= 0 else None
            place = f"road or gate of {code}" if code else "road or gate"
            if barred[at]:
                texts.append(f"every {place} {reach} lies across water, ice or a border")
            elif node[at] >= 0:
                texts.append(destination.no_route_from(node[at : at + 1])[0])
            else:
                texts.append(f"no {place} {reach}")
        return texts

    def lines(self) -> Geometries:
        """Draw each journey as a line in EPSG:4326; None where there is none."""
        lines = np.full(len(self.lonlat), None, dtype=object)
        start, entry = self.lonlat[self.rows], self.entry_lonlat()
        if self.destination.cost_raster is None:
            ways = [shapely.get_coordinates(line) for line in connector_lines(start, entry)]
        else:
            cells = trace_over_raster(start, self.destination)
            ways = [np.vstack(parts) for parts in zip(start, cells, entry, strict=True)]
        vertices, line_along = self.vertices.tolist(), self.destination.routes.line_along
        routes = {v: shapely.get_coordinates(line_along(v)) for v in set(vertices)}
        for at, (row, way, vertex) in enumerate(zip(self.rows, ways, vertices, strict=True)):
            parts = [way, self.first_road(at), routes[vertex]]
            lines[row] = shapely.LineString(np.vstack(parts))
        return lines

    def first_road(self, at: int) -> Floats:
        """Return the vertices of a journey's first road after its entry, longitude and latitude."""
        entry, network = self.entries, self.destination.network
        if entry.edge[at] < 0:
            return np.zeros((0, 2))
        places, edge = self.destination.entries.places, entry.edge[at]
        line = shapely.get_coordinates(network.edges.geometry.iloc[edge])
        first = int(np.searchsorted(places.edge, edge))
        share = places.share[first : first + len(line)]
        if entry.end[at] == 1:
            return np.asarray(line[share > entry.share[at]])
        return np.asarray(line[share < entry.share[at]][::-1])


def _unusable(lonlat: Floats, area: Integers, destination: Destination) -> Geometries:
    """Return why no connector can start at a point; None if one can."""
    reason = np.full(len(lonlat), None, dtype=object)
    codes = country_codes()[area]
    avoided = np.isin(codes.astype(str), destination.avoided_countries)
    reason[avoided] = [f"lies in {code}, which is avoided" for code in codes[avoided]]
    if not destination.border_open:
        shut = destination.homelands.number[area] == ABROAD
        reason[shut] = [
            f"lies in {code}, without a road or gate of the network, and any-road is closed"
            for code in codes[shut]
        ]
    located = np.asarray(np.isfinite(lonlat).all(axis=1))
    known = np.flatnonzero(located)
    reason[known[open_water().contains(lonlat[known])]] = "lies in open water"
    reason[~located] = "no location"
    return reason
