"""minmap.nearest against geopandas.sjoin_nearest, side by side, with the errors of both.

    python benchmarks/nearest.py [N] [--legs FILE]

N seeded points (300,000 unless told) over 46-88 E, 35-56 N, the Middle Corridor of the catalogue
or the lines of FILE. `sjoin_nearest` gets its best case: an Albers equal-area projection made for
the region, and only the distance asked for. Each is run three times, in turn; the fastest counts.
Errors are against a dense `pyproj.Geod` reference on 2,000 of the points. Memory is what
`minmap.nearest` allocates at its highest, measured by tracemalloc in runs of their own.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable

import geopandas as gpd
import numpy as np
from pyproj import Geod, Transformer
from shapely import LineString

from minmap.transport.trade_corridors.catalogue import corridor
from minmap.transport.trade_corridors.corridor_distance import nearest
from minmap.transport.trade_corridors.corridor_model import Corridor
from minmap.types import Floats

ALBERS = "+proj=aea +lat_1=39 +lat_2=52 +lat_0=45 +lon_0=67 +datum=WGS84 +units=m"
REPEATS, SAMPLE = 3, 2_000
MEMORY_COUNTS = (100_000, 300_000, 1_000_000)
GEOD = Geod(ellps="WGS84")


def dense_reference(points: Floats, lines: gpd.GeoSeries) -> Floats:
    """Measure by brute force, sharing nothing with minmap: metres, for points up to 3,000 km away.

    The lines are cut into geodesic pieces of at most 1 km. A piece stays in the running if the
    chord to its start is within 3 km of the shortest (chords and geodesics differ in order by at
    most 0.4 km here) and then if its start is within 1 km of the nearest start; a golden-section
    search by `Geod` narrows each of these to 1 cm.
    """
    start, azimuth, length = _pieces(lines)
    to_ecef = Transformer.from_crs(4979, 4978, always_xy=True).transform
    ecef = np.column_stack(to_ecef(*start.T, np.zeros(len(start))))
    answer = np.empty(len(points))
    for row, (lon, lat) in enumerate(points):
        chord = np.linalg.norm(ecef - to_ecef(lon, lat, 0.0), axis=1)
        near = np.flatnonzero(chord < chord.min() + 3_000)
        to_start = _inverse(lon, lat, start[near])
        near = near[to_start < to_start.min() + 1_000]
        answer[row] = _golden(lon, lat, start[near], azimuth[near], length[near]).min()
    return answer


def _pieces(lines: gpd.GeoSeries) -> tuple[Floats, Floats, Floats]:
    starts, azimuths, lengths = [], [], []
    for line in lines.explode().array:
        lonlat = np.asarray(line.coords)[:, :2]
        azimuth, _, edge = GEOD.inv(*lonlat[:-1].T, *lonlat[1:].T)
        for (lon, lat), az, total in zip(lonlat[:-1], azimuth, edge, strict=True):
            count = max(int(np.ceil(total / 1_000)), 1)
            at = np.arange(count) * total / count
            lons, lats, back = GEOD.fwd(*np.broadcast_arrays(lon, lat, az, at))
            starts.append(np.column_stack([lons, lats]))
            # The azimuth that goes on, away from where the piece came from.
            azimuths.append(np.where(at > 0, back + 180, az))
            lengths.append(np.full(count, total / count))
    return np.concatenate(starts), np.concatenate(azimuths), np.concatenate(lengths)


def _inverse(lon: float, lat: float, to: Floats) -> Floats:
    return np.asarray(GEOD.inv(*np.broadcast_arrays(lon, lat, *to.T))[2])


def _golden(lon: float, lat: float, start: Floats, azimuth: Floats, length: Floats) -> Floats:
    def distance(at: Floats) -> Floats:
        lons, lats, _ = GEOD.fwd(*start.T, azimuth, at)
        return _inverse(lon, lat, np.column_stack([lons, lats]))

    ratio = (np.sqrt(5) - 1) / 2
    low, high = np.zeros_like(length), length.copy()
    # 1 km times ratio^25 is 6 mm.
    for _ in range(25):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        down = distance(left) < distance(right)
        low, high = np.where(down, low, left), np.where(down, right, high)
    ends = [distance(np.zeros_like(length)), distance(length), distance((low + high) / 2)]
    return np.minimum.reduce(ends)


def edge_reference(points: Floats, lines: list[LineString]) -> Floats:
    """Measure point i to line i by a golden-section search by `Geod` along every edge, metres.

    Along a geodesic edge the distance has one minimum as long as all is within a quarter of the
    way round the Earth, so edges need not be cut; 3,000 km times ratio^40 is 1 cm.
    """
    lonlat = [np.asarray(line.coords)[:, :2] for line in lines]
    row = np.repeat(np.arange(len(lines)), [len(each) - 1 for each in lonlat])
    start = np.concatenate([each[:-1] for each in lonlat])
    end = np.concatenate([each[1:] for each in lonlat])
    azimuth, _, length = GEOD.inv(*start.T, *end.T)
    lon, lat = points[row].T

    def distance(at: Floats) -> Floats:
        there = GEOD.fwd(*start.T, azimuth, at)[:2]
        return np.asarray(GEOD.inv(lon, lat, *there)[2])

    ratio = (np.sqrt(5) - 1) / 2
    low, high = np.zeros_like(length), length.copy()
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = distance(left), distance(right)
    for _ in range(40):
        down = at_left < at_right
        low, high = np.where(down, low, left), np.where(down, right, high)
        new = np.where(down, high - ratio * (high - low), low + ratio * (high - low))
        at_new = distance(new)
        left, right = np.where(down, new, right), np.where(down, left, new)
        at_left, at_right = np.where(down, at_new, at_right), np.where(down, at_left, at_new)
    least = np.minimum.reduce([at_left, at_right, distance(0 * length), distance(length)])
    answer = np.full(len(lines), np.inf)
    np.minimum.at(answer, row, least)
    return answer


def by_sjoin(points: gpd.GeoDataFrame, legs: gpd.GeoDataFrame) -> Floats:
    joined = gpd.sjoin_nearest(
        points.to_crs(ALBERS), legs[["geometry"]].to_crs(ALBERS), distance_col="distance_m"
    )
    return joined.loc[~joined.index.duplicated(), "distance_m"].to_numpy()


def timed(call: Callable[[], Floats]) -> tuple[float, Floats]:
    begin = time.perf_counter()
    answer = call()
    return time.perf_counter() - begin, answer


def random_points(count: int) -> gpd.GeoDataFrame:
    random = np.random.default_rng(20_260_101)
    lon, lat = random.uniform(46, 88, count), random.uniform(35, 56, count)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)


def peak_mb(call: Callable[[], object]) -> float:
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def print_memory(target: Corridor | gpd.GeoDataFrame) -> None:
    print(f"\n{'points':>12}{'peak memory, MB':>18}{'bytes a further point':>24}")
    before = None
    for count in MEMORY_COUNTS:
        points = random_points(count)
        peak = peak_mb(lambda points=points: nearest(points, target))
        growth = ""
        if before is not None:
            growth = f"{(peak - before[1]) * 1e6 / (count - before[0]):,.0f}"
        print(f"{count:>12,}{peak:>18,.0f}{growth:>24}")
        before = count, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", nargs="?", type=int, default=300_000, help="number of points")
    parser.add_argument("--legs", help="a file of lines instead of the Middle Corridor")
    options = parser.parse_args()
    target: Corridor | gpd.GeoDataFrame = (
        gpd.read_file(options.legs) if options.legs else corridor("middle")
    )
    legs = target.legs if isinstance(target, Corridor) else target
    points = random_points(options.n)
    lonlat = points.get_coordinates().to_numpy()

    ways: dict[str, Callable[[], Floats]] = {
        "minmap.nearest": lambda: nearest(points, target)["distance_km"].to_numpy() * 1000,
        "geopandas.sjoin_nearest": lambda: by_sjoin(points, legs),
    }
    runs = [{name: timed(way) for name, way in ways.items()} for _ in range(REPEATS)]
    best = {name: min(run[name][0] for run in runs) for name in ways}
    sample = np.random.default_rng(1).choice(options.n, min(SAMPLE, options.n), replace=False)
    truth = dense_reference(lonlat[sample], legs.geometry)

    ours, theirs = best.values()
    print(f"{theirs / ours:.1f} times faster than geopandas.sjoin_nearest")
    vertices = len(legs.get_coordinates())
    print(f"{options.n:,} points, {len(legs)} lines of {vertices:,} vertices,")
    print(f"{truth.min() / 1000:,.1f} to {truth.max() / 1000:,.0f} km away\n")
    print(f"{'':24}{'time, s':>9}{'error: max, m':>16}{'99 %, m':>12}{'median, m':>12}")
    for name in ways:
        error = np.abs(runs[-1][name][1][sample] - truth)
        spread = "".join(f"{np.percentile(error, q):>{w},.3f}" for q, w in ((99, 12), (50, 12)))
        print(f"{name:24}{best[name]:>9.2f}{error.max():>16,.3f}{spread}")
    print_memory(target)


if __name__ == "__main__":
    main()
