"""Names of areas: countries, seas and lakes with their rooms, provinces and peaks."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from natural_earth import read, to_world
from placenames.rooms import Room, rooms_of, with_reach

from minmap import vocabulary
from minmap.places.country_polygons import land_of, world
from minmap.scene.place_names import ROOM_STEP, Naming

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
ROOMS, WATER_ROOMS = 32, 8  # at most, for an area
LAST_PROVINCE_ZOOM = 8  # later ones are districts
# Natural Earth abbreviates the names of these, or they were changed since.
COUNTRIES = {
    "MKD": "North Macedonia",
    "SWZ": "Eswatini",
    "BIH": "Bosnia and Herzegovina",
    "CAF": "Central African Republic",
    "DOM": "Dominican Republic",
    "COD": "DR Congo",
    "GNQ": "Equatorial Guinea",
    "SSD": "South Sudan",
    "ATG": "Antigua and Barbuda",
}


# States that nearly no other recognises, and no man's land: they are named as provinces are.
NOT_COUNTRIES = {"CYN", "SOL", "KAS"}
PROVINCES = {"districts of Republican Subordination": "Republican Districts"}


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape without its points and lines."""
    # A collection may have areas of several parts.
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons([one for one in parts if one.geom_type == "Polygon"])


def place_of(rooms: list[Room]) -> dict[str, object]:
    """Return the columns of a name with rooms; the middle of the first is its usual place."""
    first = rooms[0]
    x, y = (first.left + first.right) * ROOM_STEP // 2, (first.top + first.bottom) * ROOM_STEP // 2
    return {"x": x, "y": y, "rooms": [n for room in rooms for n in room.numbers]}


def countries(folder: Path) -> pd.DataFrame:
    table = read(folder, "ne_50m_admin_0_countries_world").reset_index(drop=True)
    known_names = vocabulary.countries().set_index("code")
    alpha2 = known_names["alpha2"]
    # Natural Earth leaves France and Norway without the code that others have.
    code = table.ISO_A3_EH.where(table.ISO_A3_EH.isin(alpha2.index), table.ADM0_A3)
    russian = {
        row["alpha2"]: row["name"]
        for row in rows_of(REPO / "scripts" / "vocab" / "country_names.csv")
        if row["language"] == "ru"
    }
    by_name = {row["name"]: row["russian"] for row in rows_of(HERE / "russian.csv")}
    shapes = table.geometry.copy()
    known = code.isin(vocabulary.countries()["code"]) & code.isin(world().codes)
    shapes[known] = land_of(code[known])
    lands = np.array([polygons(shape) for shape in shapely.make_valid(to_world(shapes.to_numpy()))])
    tree = shapely.STRtree(lands)
    claimed = disputed(folder)
    found = []
    for row, own in zip(table.itertuples(), lands, strict=True):
        rooms = rooms_of(undisputed(own, claimed), ROOMS)
        rooms = [with_reach(room, tree, own) if n < 4 else room for n, room in enumerate(rooms)]
        region = alpha2.get(code[row.Index])
        ru = russian.get(region, by_name.get(row.NAME))
        name = COUNTRIES.get(code[row.Index], row.NAME)
        other = known_names["name"].get(code[row.Index], name)
        zoom = int(np.clip(np.ceil(row.MIN_LABEL), 2, 7))
        weight = 1e12 + (row.POP_EST or 0)
        found.append({"name": name, "ru": ru, "region": region, "zoom": zoom, "weight": weight})
        found[-1] |= {"others": other if other != name else None} | place_of(rooms)
        if code[row.Index] in NOT_COUNTRIES:
            found[-1] |= {"naming": Naming.PROVINCE, "rooms": [], "weight": 1e3}
        else:
            found[-1] |= {"naming": Naming.COUNTRY}
    return pd.DataFrame(found)


def disputed(folder: Path) -> shapely.Geometry:
    """Return the land that one country holds and another claims, in world units."""
    table = read(folder, "ne_10m_disputed_areas_clip")
    shapes = table.geometry[table.TYPE == "Disputed"].to_numpy()
    return shapely.union_all(shapely.make_valid(to_world(shapes)))


def undisputed(land: shapely.Geometry, claimed: shapely.Geometry) -> shapely.Geometry:
    """Return the land of a country that no other claims; all of it where that is hardly any."""
    rest = polygons(shapely.difference(land, claimed))
    return rest if rest.area > land.area / 2 else land


def waters(folder: Path) -> pd.DataFrame:
    lands = read(folder, "ne_50m_land_world").geometry.to_numpy()
    land = shapely.union_all(shapely.make_valid(lands))
    caspian = read(folder, "ne_10m_caspian_polygon").geometry.iloc[0]
    found = []
    for row in rows_of(HERE / "seas.csv"):
        boxes = [shapely.box(*map(float, box.split())) for box in row["boxes"].split(";")]
        whole = shapely.difference(shapely.union_all(boxes), land)
        found.append((row, shapely.difference(whole, caspian)))
    lakes = {
        name: shape
        for file in ("ne_50m_lakes_world", "ne_10m_lakes_clip")
        for name, shape in read(folder, file).dissolve("name").geometry.items()
    }
    found += [(row, lakes[row["natural_earth"]]) for row in rows_of(HERE / "lakes.csv")]
    found.append(({"name": "Caspian Sea", "russian": "Каспийское море", "zoom": "3"}, caspian))
    areas = [
        polygons(shape)
        for shape in shapely.make_valid(to_world(np.array([shape for _, shape in found])))
    ]
    return pd.DataFrame(
        [
            {"name": row["name"], "ru": row["russian"], "zoom": int(row["zoom"])}
            | {"naming": Naming.WATER, "weight": 1e9 + area.area / 1e9}
            | place_of(rooms_of(area, WATER_ROOMS))
            for (row, _), area in zip(found, areas, strict=True)
        ]
    )


def provinces(folder: Path) -> pd.DataFrame:
    """Return the provinces of Natural Earth; of Kazakhstan, those of GeoNames since 2022."""
    table = read(folder, "ne_10m_admin_1_names_clip")
    zoom = np.ceil(table.min_label - 0.5).astype(int)
    table = table.assign(zoom=zoom.clip(5))[(zoom <= LAST_PROVINCE_ZOOM) & (table.iso_a2 != "KZ")]
    # Names that Natural Earth has twice in a country; cities, beside their towns, have none.
    mended = pd.DataFrame(rows_of(HERE / "provinces.csv")).set_index("adm1_code")
    table = table[table.adm1_code.map(mended["name"]) != ""]
    name = table.name_en.fillna(table.name).replace(PROVINCES)
    name = table.adm1_code.map(mended["name"]).fillna(name)
    russian = table.adm1_code.map(mended.russian).fillna(table.name_ru)
    made = {"name": name, "ru": russian, "zoom": table["zoom"]}
    made |= {"lon": table.geometry.x, "lat": table.geometry.y}
    return pd.concat([pd.DataFrame(made), kazakh_provinces(folder)], ignore_index=True).assign(
        naming=Naming.PROVINCE, weight=1e3
    )


def kazakh_provinces(folder: Path) -> pd.DataFrame:
    """Return the provinces of Kazakhstan at the middles of their towns."""
    towns = pd.read_parquet(folder / "places" / "geonames_cities.parquet")
    towns = gpd.GeoDataFrame(towns, geometry=gpd.points_from_xy(towns.lon, towns.lat))
    towns = towns[towns.iso2 == "KZ"]
    land = land_of(["KAZ"]).iloc[0]
    found = []
    for row in rows_of(HERE / "kazakh_provinces.csv"):
        own = towns[towns.admin1 == row["geonames"]].geometry.to_numpy()
        hull = shapely.intersection(shapely.convex_hull(shapely.multipoints(own)), land)
        middle = shapely.centroid(hull)
        found.append({"name": row["name"], "ru": row["russian"], "zoom": 5})
        found[-1] |= {"lon": middle.x, "lat": middle.y}
    return pd.DataFrame(found)


def peaks(folder: Path) -> pd.DataFrame:
    table = read(folder, "ne_10m_geography_regions_elevation_points_clip")
    names = pd.DataFrame(rows_of(HERE / "peaks.csv"))
    table = table.merge(names, left_on="name", right_on="natural_earth", suffixes=("_old", ""))
    return pd.DataFrame(
        {
            "name": table.name,
            "ru": table.russian,
            "height": table.elevation.astype(int),
            "zoom": np.clip(np.ceil(table.min_zoom), 6, 7).astype(int),
            "lon": table.geometry.x,
            "lat": table.geometry.y,
        }
    ).assign(naming=Naming.PEAK, weight=table.elevation)
