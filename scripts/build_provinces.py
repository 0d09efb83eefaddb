"""Make the polygons that tell in which state or province a point lies, from lines of Natural Earth
and towns of GeoNames.

    python scripts/build_provinces.py [FOLDER]

FOLDER holds ``basemap/`` and ``places/`` (default: ../shared/data beside the repository). Run
`scripts/build_places.py` first: the lines divide its countries. A face that the lines enclose gets
the name that most towns inside it have, if enough of them agree. Prints by country how well names
from one half of the towns agree with the other half, and writes ``province_agreement.csv``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import build_places
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folders import REPO, reference_data
from natural_earth import REGION, read

from minmap.places.country_polygons import disputed, world
from minmap.places.province_polygons import PER_DEGREE

OUT = REPO / "minmap" / "places" / "data"
KAZAKH = REPO / "scripts" / "placenames" / "kazakh_provinces.csv"
FACE_SHARE = 0.8  # of the towns of a face that must agree
COUNTRY_SHARE, FEW = 0.9, 10  # of the towns held out, if there are at least FEW, in a country
JOIN_DEG = 0.15  # ends of lines are joined to what is nearer: they stop short of coasts
OVERSHOOT_DEG = 0.003
NOISE_DEG = 0.001
# Kazakhstan's reform of 2022 is in no line: its new provinces are divided half-way between towns.
HALFWAY = "KAZ"
HALFWAY_TOWNS = 3  # of a second province in a face, so that it is divided
HALFWAY_BAND_DEG = 0.25  # nothing is named so near to such a line
SIMPLER_DEG = 0.02  # as the lines of the world were thinned
SMALL_DEG2 = 0.01  # an islet of about 100 km2
HALVES_SEED = 1


def lines(folder: Path) -> np.ndarray:
    near = read(folder, "ne_10m_admin_1_lines_clip").geometry
    far = read(folder, "ne_10m_admin_1_lines_generalised_world").geometry
    both = [*near, *far.difference(shapely.box(*REGION))]
    parts = shapely.get_parts(both)
    return parts[shapely.get_type_id(parts) == 1]


def joining(net: shapely.Geometry, outline: shapely.Geometry) -> list[shapely.LineString]:
    """Return short lines from the loose ends of a net to the nearest line or outline."""
    runs = shapely.get_parts(shapely.line_merge(net))
    runs = runs[shapely.get_type_id(runs) == 1]
    if not len(runs):
        return []
    ends = np.concatenate([shapely.get_point(runs, 0), shapely.get_point(runs, -1)])
    own = np.tile(np.arange(len(runs)), 2)
    _, place, count = np.unique(
        shapely.get_coordinates(ends).round(6), axis=0, return_inverse=True, return_counts=True
    )
    tree = shapely.STRtree(runs)
    found = []
    for at in np.flatnonzero(count[place.ravel()] == 1):
        near = tree.query(ends[at], predicate="dwithin", distance=JOIN_DEG)
        others = [*runs[near[near != own[at]]], outline]
        nearest = min(others, key=lambda other: shapely.distance(ends[at], other))
        gap = shapely.shortest_line(ends[at], nearest)
        if 0 < gap.length <= JOIN_DEG:
            (x, y), (to_x, to_y) = gap.coords
            more = 1 + OVERSHOOT_DEG / gap.length
            found.append(
                shapely.LineString([(x, y), (x + (to_x - x) * more, y + (to_y - y) * more)])
            )
    return found


def faces_of(land: shapely.Geometry, all_lines: np.ndarray, tree: shapely.STRtree) -> np.ndarray:
    """Return the polygons into which lines divide the land of a country."""
    near = all_lines[tree.query(shapely.buffer(land, JOIN_DEG))]
    inside = shapely.intersection(near, shapely.buffer(land, JOIN_DEG / 3))
    outline = shapely.set_precision(shapely.boundary(land), NOISE_DEG)
    net = shapely.set_precision(shapely.union_all(inside), NOISE_DEG)
    for _ in range(2):
        net = shapely.set_precision(shapely.union_all([net, *joining(net, outline)]), NOISE_DEG)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([outline, net])]))
    return faces[shapely.intersects(land, shapely.point_on_surface(faces))]


def faces(folder: Path) -> gpd.GeoDataFrame:
    all_lines = lines(folder)
    tree = shapely.STRtree(all_lines)
    lands = world()
    rows = []
    for number, code in enumerate(lands.codes):
        land = shapely.multipolygons(lands.areas.parts[lands.areas.owner == number])
        divided = [land] if code is None else faces_of(land, all_lines, tree)
        rows += [(code or "", face) for face in divided]
    codes, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"country": codes}, geometry=[*shapes], crs=4326)


def towns(folder: Path) -> gpd.GeoDataFrame:
    """Return the towns that have a province; Kazakhstan's under their names of today."""
    table = pd.read_parquet(folder / "places" / "geonames_cities.parquet")
    table = table[table.admin1.notna() & table.iso3.notna()].sort_values("geonameid")
    with KAZAKH.open(encoding="utf-8") as rows:
        today = {row["geonames"]: row["name"] for row in csv.DictReader(rows)}
    own = table.admin1.where(table.iso3 != "KAZ", table.admin1.replace(today))
    points = gpd.points_from_xy(table.lon, table.lat)
    return gpd.GeoDataFrame({"country": table.iso3, "admin1": own}, geometry=points, crs=4326)


def inside(shapes: np.ndarray, codes: np.ndarray, some: gpd.GeoDataFrame) -> np.ndarray:
    """Return the number of the area of its own country that each town lies in, or -1."""
    town, area = shapely.STRtree(shapes).query(some.geometry.to_numpy(), predicate="intersects")
    own = codes[area] == some.country.to_numpy()[town]
    found = np.full(len(some), -1)
    found[town[own]] = area[own]
    return found


def named(drawn: gpd.GeoDataFrame, some: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the faces with the names of towns; no name where too few agree."""
    shapes, codes = drawn.geometry.to_numpy(), drawn.country.to_numpy()
    face = inside(shapes, codes, some)
    held = pd.DataFrame({"face": face, "admin1": some.admin1.to_numpy()})[face >= 0]
    counts = held.value_counts().rename("towns").reset_index()
    first = counts.drop_duplicates("face").set_index("face")
    share = first.towns / counts.groupby("face").towns.sum()
    names = first.admin1[share >= FACE_SHARE]
    table = drawn.assign(admin1=names.reindex(drawn.index))
    second = counts[counts.duplicated("face")].groupby("face").towns.max()
    mixed = second.index[(second >= HALFWAY_TOWNS) & (table.country[second.index] == HALFWAY)]
    halves = [halfway(shapes[one], some[face == one]) for one in mixed]
    return pd.concat([table.drop(index=mixed), *halves], ignore_index=True)


def halfway(face: shapely.Geometry, own: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Divide a face half-way between the towns of its provinces, without the band between them."""
    places = shapely.multipoints(own.geometry.to_numpy())
    cells = shapely.get_parts(shapely.voronoi_polygons(places, extend_to=face))
    cell = shapely.STRtree(cells).query(own.geometry.to_numpy(), predicate="intersects")
    name_of = pd.Series(own.admin1.to_numpy()[cell[0]], index=cell[1])
    parts = gpd.GeoDataFrame({"admin1": name_of}, geometry=cells[name_of.index], crs=4326)
    parts = parts.dissolve("admin1").reset_index()
    seams = [
        shapely.intersection(one, other)
        for place, one in enumerate(parts.geometry)
        for other in parts.geometry[place + 1 :]
    ]
    band = shapely.intersection(shapely.buffer(shapely.union_all(seams), HALFWAY_BAND_DEG), face)
    kept = shapely.difference(shapely.intersection(parts.geometry.to_numpy(), face), band)
    return gpd.GeoDataFrame(
        {"country": HALFWAY, "admin1": [*parts.admin1, None]}, geometry=[*kept, band], crs=4326
    )


def agreement(drawn: gpd.GeoDataFrame, all_towns: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return by country how names from one half of the towns fit the towns of the other half."""
    first = np.random.default_rng(HALVES_SEED).random(len(all_towns)) < 0.5
    table = named(drawn, all_towns[first])
    rest = all_towns[~first]
    area = inside(table.geometry.to_numpy(), table.country.to_numpy(), rest)
    derived = np.append(table.admin1.to_numpy(dtype=object), None)[area]
    known = pd.notna(derived)
    found = pd.DataFrame({"country": rest.country, "known": known, "equal": derived == rest.admin1})
    counts = found.groupby("country").agg(
        held_out=("known", "size"), derived=("known", "sum"), equal=("equal", "sum")
    )
    return counts.assign(agreement=(counts.equal / counts.derived).round(4))


def without_disputed(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut disputed land out: minmap names no country where two claim the land."""
    claimed = shapely.set_precision(shapely.union_all(disputed()[1].parts), NOISE_DEG)
    shapes = table.geometry.to_numpy()
    touched = shapely.intersects(shapes, claimed)
    cut = table[touched].assign(geometry=shapely.difference(shapes[touched], claimed))
    held = table[touched].assign(
        geometry=shapely.intersection(shapes[touched], claimed), country="", admin1=None
    )
    return pd.concat([table[~touched], cut, held], ignore_index=True)


def polygons_of(shapes: np.ndarray) -> np.ndarray:
    """Return the areas of shapes as MultiPolygons, without their lines and points."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = owner[inner]
    areas = shapely.get_type_id(parts) == 3
    return np.array(
        [shapely.multipolygons(parts[areas & (owner == i)]) for i in range(len(shapes))]
    )


def coverage(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row a province, and one a country for what has no name, with simpler outlines."""
    # Islets without a town would double the file.
    alone = table.admin1.isna() & (shapely.area(table.geometry.to_numpy()) < SMALL_DEG2)
    merged = table[~alone].fillna({"admin1": ""}).dissolve(["country", "admin1"]).reset_index()
    shapes = shapely.coverage_simplify(polygons_of(merged.geometry.to_numpy()), SIMPLER_DEG)
    merged["geometry"] = polygons_of(shapes)
    merged = merged[~shapely.is_empty(merged.geometry.to_numpy())]
    return merged.sort_values(["country", "admin1"], ignore_index=True)


def main() -> None:
    folder = reference_data()
    drawn, all_towns = faces(folder), towns(folder)
    agreed = agreement(drawn, all_towns)
    agreed["named"] = (agreed.agreement >= COUNTRY_SHARE) | (agreed.derived < FEW)
    agreed.to_csv(OUT / "province_agreement.csv", lineterminator="\n")
    print(agreed[agreed.derived >= FEW].sort_values("agreement").head(40).to_string())
    kept = agreed[agreed.named]
    print(f"{len(drawn)} faces; held out {agreed.held_out.sum()} towns, in countries with names: ")
    print(f"derived {kept.derived.sum()}, equal {kept.equal.sum() / kept.derived.sum():.4f}")
    table = named(drawn, all_towns)
    table.loc[~table.country.isin(agreed.index[agreed.named]), "admin1"] = None
    km2 = table.geometry.to_crs("EPSG:6933").area / 1e6
    named_km2 = km2[table.admin1.notna()].groupby(table.country).sum()
    share = (named_km2 / km2.groupby(table.country).sum()).fillna(0)
    print(f"land with a name: {named_km2.sum() / km2.sum():.3f}; KAZ {share['KAZ']:.3f}")
    build_places.GRID_DEG = 1 / PER_DEGREE
    path = OUT / "provinces.parquet"
    ready = coverage(without_disputed(table))
    build_places.write(ready, path)
    print(f"{path.name}: {len(ready)} areas, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
