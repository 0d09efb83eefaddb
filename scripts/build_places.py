"""Make the country polygons that tell in which country a point lies, and the populations of
countries, from Natural Earth.

    python scripts/build_places.py [FOLDER]

FOLDER holds ``basemap/`` with the Natural Earth layers (default: ../shared/data beside the
repository). From 24 to 126 E and 22 to 62 N the 1:10 million layer is taken, elsewhere the
1:50 million one.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from folders import REPO, reference_data
from natural_earth import REGION

from minmap.places import distance_to_land_km, map_error_km

OUT = REPO / "minmap" / "places" / "data"
FINE_BOX = shapely.box(*REGION)
# 110 m at the equator: far less than the lines of either scale are off.
GRID_DEG = 0.001
# Natural Earth draws these overseas parts with their country; ISO 3166-1 has codes for them. The
# boxes are ours: each holds that part and no other.
OVERSEAS = {
    "GUF": ("FRA", shapely.box(-55, 2, -51, 6)),
    "GLP": ("FRA", shapely.box(-62, 15.7, -61, 16.6)),
    "MTQ": ("FRA", shapely.box(-61.3, 14.3, -60.7, 15)),
    "REU": ("FRA", shapely.box(55, -22, 56, -20)),
    "MYT": ("FRA", shapely.box(44.9, -13.1, 45.5, -12.5)),
    "SJM": ("NOR", shapely.box(-10, 70.8, 35, 82).difference(shapely.box(10, 70, 35, 72))),
    "BES": ("NLD", shapely.box(-69, 11.9, -62, 18)),
    "CXR": ("IOA", shapely.box(105, -11, 106, -10)),
    "CCK": ("IOA", shapely.box(96, -13, 97.5, -11)),
}
# Claim lines of the 1:50 million layer outside the box of the finer one, which has areas: the piece
# that the line cuts off its country, by a point in it and an area in square degrees that it does
# not reach. Natural Earth's line has no name; whose claim it is, is our note.
CUT_OFF = {
    "New River triangle: Admin. by Guyana; Claimed by Suriname": (-57.6, 2.2, 6),
    "Ilemi triangle: Admin. by Kenya; Claimed by Ethiopia and South Sudan": (35.3, 4.9, 6),
    "Abyei: Admin. by Sudan; Claimed by South Sudan": (28.4, 9.9, 6),
    "Southern Kurils: Admin. by Russia; Claimed by Japan": (147.9, 45.0, 6),
    "Western Sahara: Admin. by Morocco; Self admin. in the east": (-12.85, 26.35, 20),
}


def read(folder: Path, name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(folder / "basemap" / f"{name}.gpkg")
    return frame[frame.geometry.notna() & ~frame.geometry.is_empty]


def polygons(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Round to the grid and keep what is an area."""

    def to_the_pole(xy: np.ndarray) -> np.ndarray:
        # Natural Earth's Antarctica ends 100 m from it.
        return np.where(xy <= [-np.inf, -89.99], -90.0, xy)

    rounded = shapely.set_precision(shapely.transform(shapes.to_numpy(), to_the_pole), GRID_DEG)
    parts, owner = shapely.get_parts(rounded, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = owner[inner]
    areas = shapely.get_type_id(parts) == 3
    merged = [shapely.multipolygons(parts[areas & (owner == i)]) for i in range(len(shapes))]
    return gpd.GeoSeries(merged, index=shapes.index, crs="EPSG:4326")


def write(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write the outlines as steps of whole thousandths of a degree: half the size of WKB.

    For each area: the places along its rings, how many there are in a ring, and how many rings in
    a polygon.
    """
    _, xy, (ring_ends, polygon_ends, area_ends) = shapely.to_ragged_array(table.geometry.array)
    whole = np.rint(xy / GRID_DEG).astype(np.int32)
    rings_of_area = polygon_ends[area_ends]
    columns = {
        "x": (whole[:, 0], ring_ends[rings_of_area]),
        "y": (whole[:, 1], ring_ends[rings_of_area]),
        "places": (np.diff(ring_ends).astype(np.int32), rings_of_area),
        "rings": (np.diff(polygon_ends).astype(np.int32), area_ends),
    }
    plain = pa.Table.from_pandas(pd.DataFrame(table.drop(columns="geometry")), preserve_index=False)
    for name, (values, ends) in columns.items():
        plain = plain.append_column(
            name, pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)
        )
    pq.write_table(
        plain.replace_schema_metadata(None),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding={f"{name}.list.element": "DELTA_BINARY_PACKED" for name in columns},
    )


def codes(countries: pd.DataFrame) -> pd.Series:
    """ISO 3166-1 alpha-3, missing for what has none (Kosovo, Somaliland and the like)."""
    given = countries.ISO_A3.where(countries.ISO_A3 != "-99")
    # Natural Earth leaves these two blank although ISO 3166-1 has them; Baikonur is leased land.
    own = {"FRA": "FRA", "NOR": "NOR", "KAB": "KAZ"}
    return given.fillna(countries.ADM0_A3.map(own))


def both_scales(folder: Path) -> gpd.GeoDataFrame:
    far = read(folder, "ne_50m_admin_0_countries_world")
    near = read(folder, "ne_10m_admin_0_countries_clip")
    far = far.assign(geometry=far.geometry.difference(FINE_BOX))
    both = pd.concat([far, near], ignore_index=True)
    both = both[~both.geometry.is_empty]
    return both[["ADM0_A3", "ISO_A3", "ADMIN", "SOVEREIGNT", "geometry"]]


def split_overseas(countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    pieces = countries.explode(ignore_index=True)
    for code, (parent, box) in OVERSEAS.items():
        inside = pieces.ADM0_A3.eq(parent) & pieces.within(box)
        pieces.loc[inside, "ADM0_A3"] = code
        pieces.loc[inside, "ISO_A3"] = code
        if not inside.any():
            print(f"{code}: not drawn at these scales")
    return pieces


def countries(folder: Path) -> gpd.GeoDataFrame:
    pieces = split_overseas(both_scales(folder))
    pieces["code"] = codes(pieces)
    # A sovereign is named; its code is that of the country of this name.
    home = pieces[pieces.ADMIN == pieces.SOVEREIGNT].groupby("SOVEREIGNT")["code"].first()
    pieces["sovereign"] = pieces.SOVEREIGNT.map(home).fillna(pieces.code)
    pieces.loc[pieces.code.isna(), "sovereign"] = None
    pieces["id"] = pieces.code.fillna(pieces.ADM0_A3)
    table = pieces.dissolve("id", aggfunc="first").reset_index()
    table["geometry"] = polygons(table.geometry)
    table = table.sort_values("id", ignore_index=True)
    return table[["id", "code", "sovereign", "geometry"]].rename(columns={"id": "area"})


def cut_off(folder: Path, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    lines = read(folder, "ne_50m_admin_0_boundary_lines_disputed_areas_world")
    # A line may stop short of the border it meets: a narrow strip about it closes the gap.
    rows = []
    for claims, (lon, lat, limit) in CUT_OFF.items():
        point = shapely.Point(lon, lat)
        country = shapes[shapes.intersects(point.buffer(0.3))].union_all()
        near = lines[shapely.distance(lines.geometry.array, point) < 2].geometry.union_all()
        edges = shapely.union_all([country.boundary, near, near.buffer(0.05).boundary])
        pieces = [
            piece
            for piece in shapely.get_parts(shapely.polygonize([edges]))
            if piece.intersects(point.buffer(0.4)) and piece.area < limit
        ]
        if pieces:
            rows.append((claims, shapely.union_all(pieces)))
        else:
            print(f"{claims}: not cut off")
    names = [claims for claims, _ in rows]
    return gpd.GeoDataFrame({"claims": names}, geometry=[s for _, s in rows], crs="EPSG:4326")


def disputed(folder: Path, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    near = read(folder, "ne_10m_disputed_areas_clip")
    near["claims"] = near.NOTE_BRK.fillna(near.NAME_LONG)
    far = read(folder, "ne_50m_admin_0_countries_world")
    told = far.NOTE_BRK.notna() & (far.ADM0_A3 != "ATA")
    # ISO 3166-1 has no code for Kosovo, so no reading of it can be called wrong.
    far.loc[far.ADM0_A3 == "KOS", "NOTE_BRK"] = "Kosovo: no code in ISO 3166-1"
    far = far[told | (far.ADM0_A3 == "KOS")].rename(columns={"NOTE_BRK": "claims"})
    table = pd.concat([near, far, cut_off(folder, shapes)], ignore_index=True)
    table = table.dissolve("claims").reset_index()
    table["geometry"] = polygons(table.geometry)
    return table[["claims", "geometry"]].sort_values("claims", ignore_index=True)


def populations(folder: Path) -> pd.DataFrame:
    """Return the people of each country with the year of the estimate."""
    far = read(folder, "ne_50m_admin_0_countries_world")
    far["code"] = codes(far)
    known = far[far.code.notna() & (far.POP_EST > 0) & (far.POP_YEAR > 0)]
    table = known.groupby("code").agg(population=("POP_EST", "sum"), year=("POP_YEAR", "max"))
    return table.astype("int64").sort_index()


def islets(folder: Path) -> pd.DataFrame:
    """Return towns and minor islands where the map has sea, farther from land than its error."""
    towns = pd.read_parquet(folder / "places" / "geonames_cities.parquet").sort_values("geonameid")
    middles = read(folder, "ne_10m_minor_islands_clip").geometry.representative_point()
    columns = {"longitude": [*towns.lon, *middles.x], "latitude": [*towns.lat, *middles.y]}
    table = pd.DataFrame(columns).round(3)
    table["name"] = pd.Series([*towns.name, *[None] * len(middles)])
    table["country"] = pd.Series([*towns.iso3, *[None] * len(middles)])
    points = gpd.GeoSeries.from_xy(table.longitude, table.latitude, crs="EPSG:4326")
    away = (distance_to_land_km(points) > map_error_km(points)).to_numpy(dtype=bool)
    return table[away].drop_duplicates(["longitude", "latitude"])


def main() -> None:
    folder = reference_data()
    OUT.mkdir(exist_ok=True)
    drawn = countries(folder)
    for name, table in (("countries", drawn), ("disputed", disputed(folder, drawn.geometry))):
        path = OUT / f"{name}.parquet"
        write(table, path)
        print(f"{path.name}: {len(table)} areas, {path.stat().st_size:,} bytes")
    islets(folder).to_csv(OUT / "islets.csv", index=False, lineterminator="\n")
    populations(folder).to_csv(OUT / "populations.csv", lineterminator="\n")


if __name__ == "__main__":
    main()
