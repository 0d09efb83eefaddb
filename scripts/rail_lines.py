"""Add the lines that the source of tracks lacks, and mend its torn joints.

Used by build_network.py beside it. ``scripts/railways/lines.csv`` holds each line as a chain of
stations; those that have ``yes`` in the column ``joins`` are joined to the nearest track.
``joints.csv`` holds pairs of places between which a short piece of track is missing, and
``redrawn.csv`` stations that a track of the source passes, but is drawn too roughly to reach.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops
from numpy.typing import NDArray
from tracing import PLANE, geodesic_km, on_plane, shaped

TABLES = Path(__file__).resolve().parent / "railways"
JOIN_M = 3000.0  # no track farther than this is joined
SAME_M = 20.0  # a place this near to the end of a track is that end
# Railways are longer than the geodesic through their stations: all stretches of 5 to 40 km between
# neighbouring stations of the source in the five republics (453) together by this much.
WINDING = 1.05
FIRST_VERTEX = -1000  # vertices of the source are positive, those of legs start at -1
STATIONS = "stations of OpenStreetMap"

Place = tuple[float, float]


@dataclass
class Edges:
    """Tracks that can be split where others join them."""

    rows: list[dict[str, Any]]
    crs: Any
    next_vertex: int = FIRST_VERTEX
    flat: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, table: gpd.GeoDataFrame) -> Edges:
        rows = table.to_dict("records")
        return cls(rows, table.crs, flat=list(on_plane(table.geometry.to_numpy())))

    def table(self) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(self.rows, geometry="geometry", crs=self.crs)

    def vertex(self) -> int:
        self.next_vertex -= 1
        return self.next_vertex

    def add(self, u: int, v: int, km: float, coords: list[Place], **columns: Any) -> None:
        """Add a track; `columns` are its others."""
        line = shapely.LineString(coords)
        self.rows.append({"u": u, "v": v, "km": km, "geometry": line, "worse": False, **columns})
        self.flat.append(on_plane(line))

    def redraw(self, u: int, v: int, stations: list[Place]) -> None:
        """Draw a track through stations; its length remains that of the source."""
        found = [i for i, row in enumerate(self.rows) if (row["u"], row["v"]) == (u, v)]
        if len(found) != 1:
            raise SystemExit(f"{len(found)} tracks lie between {u} and {v}, not one")
        row = self.rows[found[0]]
        coords = [(float(x), float(y)) for x, y in shapely.get_coordinates(row["geometry"])]
        line = shapely.LineString(shaped([(row["km"], coords)], stations))
        self.rows[found[0]] = {**row, "geometry": line}
        self.flat[found[0]] = on_plane(line)

    def join(self, place: Place) -> tuple[int, Place] | None:
        """Return the vertex at the foot of a place on the nearest track, made if need be."""
        point = on_plane(shapely.Point(place))
        off_m = shapely.distance(np.array(self.flat), point)
        off_m[[row["src"] == "bridge" or row["worse"] for row in self.rows]] = np.inf
        nearest = int(np.argmin(off_m))
        if off_m[nearest] > JOIN_M:
            return None
        row, line = self.rows[nearest], self.flat[nearest]
        along, whole = shapely.line_locate_point(line, point), shapely.length(line)
        coords = shapely.get_coordinates(row["geometry"])
        for end, distance, at in (("u", along, coords[0]), ("v", whole - along, coords[-1])):
            if distance < SAME_M:
                return row[end], (float(at[0]), float(at[1]))
        return self._split(nearest, float(along / whole))

    def _split(self, number: int, share: float) -> tuple[int, Place]:
        row, line = self.rows[number], self.flat[number]
        vertex = self.vertex()
        parts = [
            shapely.ops.substring(line, *span, normalized=True) for span in ((0, share), (share, 1))
        ]
        drawn = [
            shapely.LineString(
                np.column_stack(
                    PLANE.transform(*shapely.get_coordinates(part).T, direction="INVERSE")
                )
            )
            for part in parts
        ]
        second = {**row, "u": vertex, "km": row["km"] * (1 - share), "geometry": drawn[1]}
        self.rows[number] = {**row, "v": vertex, "km": row["km"] * share, "geometry": drawn[0]}
        self.flat[number] = parts[0]
        self.rows.append(second)
        self.flat.append(parts[1])
        lon, lat = drawn[0].coords[-1]
        return vertex, (lon, lat)


def with_lines(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the tracks with the missing lines and joints; `line` is their source."""
    tracks = Edges.of(edges.assign(line=""))
    for (u, v), stops in pd.read_csv(TABLES / "redrawn.csv").groupby(["u", "v"], sort=False):
        tracks.redraw(u, v, list(zip(stops["lon"], stops["lat"], strict=True)))
    for name, stops in pd.read_csv(TABLES / "lines.csv").groupby("line", sort=False):
        _add_line(tracks, str(name), stops.sort_values("order"))
    for joint in pd.read_csv(TABLES / "joints.csv").itertuples():
        _add_joint(tracks, joint)
    return tracks.table()


def termini() -> pd.DataFrame:
    """Return the stops of the lines that are stations and not in the source of stations."""
    stops = pd.read_csv(TABLES / "lines.csv")
    stops = stops[stops["node_id"].fillna("").str.startswith("place:")]
    return stops.set_index("node_id").rename(columns={"station": "name"})[["name", "lon", "lat"]]


def _add_line(tracks: Edges, name: str, stops: pd.DataFrame) -> None:
    places: list[Place] = list(zip(stops["lon"], stops["lat"], strict=True))
    vertices = [tracks.vertex() for _ in places]
    for at in np.flatnonzero(stops["joins"] == "yes"):
        end = tracks.join(places[at])
        if end is None:
            raise SystemExit(f"{name}: {places[at]} is more than {JOIN_M:g} m from every track")
        vertices[at], places[at] = end
    km = _posts(name, places, np.array(stops["km"], dtype=float))
    source = f"{stops['source'].iloc[0]}; {STATIONS}"
    for i, (start, end) in enumerate(pairwise(km)):
        ends = vertices[i], vertices[i + 1]
        tracks.add(*ends, end - start, places[i : i + 2], src="line", line=source)


def _posts(name: str, places: list[Place], km: NDArray[np.float64]) -> list[float]:
    """Return the km of each stop from the first: published, or by the length of the drawn line."""
    drawn = np.concatenate([[0.0], np.cumsum([geodesic_km(pair) for pair in pairwise(places)])])
    km[0] = 0.0
    last = int(np.flatnonzero(~np.isnan(km))[-1])
    if last < len(km) - 1:
        km[-1] = km[last] + WINDING * (drawn[-1] - drawn[last])
    known = ~np.isnan(km)
    posts = np.interp(drawn, drawn[known], km[known])
    if (np.diff(posts) < np.diff(drawn)).any():
        raise SystemExit(f"{name}: the published km are less than the geodesic between its stops")
    print(f"{name}: {posts[-1]:.1f} km, drawn {drawn[-1]:.1f} km")
    return [float(post) for post in posts]


def _add_joint(tracks: Edges, joint: Any) -> None:
    ends = [
        tracks.join(place) for place in ((joint.lon_a, joint.lat_a), (joint.lon_b, joint.lat_b))
    ]
    if None in ends:
        raise SystemExit(f"{joint.why}: no track at one of the two places")
    (u, a), (v, b) = ends  # type: ignore[misc]
    km = geodesic_km([a, b])
    if u == v or abs(km - joint.km) > 0.1:
        raise SystemExit(f"{joint.why}: {km:.2f} km, not {joint.km}")
    tracks.add(u, v, km, [a, b], src="bridge", line=joint.source)
