"""Read the layers of the base map. Used by build_basemap.py beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from natural_earth import REGION, read
from pyproj import Transformer
from road_strokes import merged, strokes

from minmap.scene.ground_cells import Ground
from minmap.transport.network.shipped import shipped_tables
from minmap.transport.trade_corridors.catalogue import corridor, corridors

LAP = 0.02  # degrees by which the world around the region reaches into it, to hide the seam
PLANE = "+proj=laea +lat_0=40 +lon_0=70"  # metres
ROADS = {
    "motorway": Ground.MOTORWAY,
    "trunk": Ground.TRUNK,
    "primary": Ground.PRIMARY,
    "secondary": Ground.SECONDARY,
    "tertiary": Ground.TERTIARY,
}
MINOR = (Ground.SECONDARY, Ground.TERTIARY)
# The classes of Natural Earth's roads by scale rank.
ROAD_RANKS = {
    3: Ground.TRUNK,
    4: Ground.PRIMARY,
    5: Ground.PRIMARY,
    6: Ground.SECONDARY,
    7: Ground.SECONDARY,
}
# The countries whose roads are OpenStreetMap's.
MAPPED = ["AFG", "ARM", "AZE", "GEO", "IRN", "KGZ", "MNG", "PAK", "TJK", "TKM", "TUR", "UZB"]
TRACKS = (24.0, 34.5, 92.0, 57.0)  # the part of the region whose tracks the network has
STRAIGHT_KM = 45.0  # longer straight tracks are not where the railway is
MAIN_PROVINCE_ZOOM, MINOR_PROVINCE_ZOOM = 7.5, 9.0  # from which Natural Earth draws them


@dataclass(frozen=True)
class Layer:
    """Shapes in EPSG:4326 and what each is."""

    shapes: np.ndarray
    kinds: np.ndarray
    is_area: bool = False
    coarser: int = 1
    """How much farther its lines may move than those of its level, when they are simplified."""


def areas(frame: gpd.GeoDataFrame, kind: Ground, *, coarser: int = 1) -> Layer:
    shapes = frame.geometry.to_numpy()
    return Layer(shapes, np.full(len(shapes), kind), is_area=True, coarser=coarser)


def lines(shapes: np.ndarray, kinds: np.ndarray | Ground, *, coarser: int = 1) -> Layer:
    """Join lines of one kind where they meet end to end."""
    shapes, owner = shapely.get_parts(shapes, return_index=True)
    of_part = np.broadcast_to(kinds, owner.max() + 1)[owner]
    found, styles = [], []
    for kind in np.unique(of_part):
        together = shapely.line_merge(shapely.multilinestrings(shapes[of_part == kind]))
        found += (parts := shapely.get_parts(together).tolist())
        styles += [kind] * len(parts)
    return Layer(np.array(found, dtype=object), np.array(styles), coarser=coarser)


def borders(frame: gpd.GeoDataFrame) -> Layer:
    frame = frame[~frame.featurecla.isin(["Overlay limit", "Lease limit"])]
    words = "Disputed|Line of control|Indefinite|Indeterminant|Claim|Breakaway"
    is_disputed = frame.featurecla.str.contains(words, na=False).to_numpy()
    return lines(frame.geometry.to_numpy(), np.where(is_disputed, Ground.DISPUTED, Ground.BORDER))


def rivers(frame: gpd.GeoDataFrame, rank: int) -> Layer:
    kept = (frame.scalerank <= rank) & (frame.featurecla != "Lake Centerline")
    return lines(frame.geometry[kept].to_numpy(), Ground.RIVER)


def world_provinces(folder: Path) -> Layer:
    """Return the province lines of large countries, and within the region those of smaller ones."""
    frame = read(folder, "ne_10m_admin_1_lines_generalised_world")
    is_near = shapely.intersects(frame.geometry.to_numpy(), shapely.box(*REGION))
    kept = frame.min_zoom <= np.where(is_near, 6.7, 6.0)
    return lines(frame.geometry[kept].to_numpy(), Ground.PROVINCE, coarser=2)


def region_provinces(folder: Path) -> Layer:
    frame = read(folder, "ne_10m_admin_1_lines_clip")
    frame = frame[frame.min_zoom <= MINOR_PROVINCE_ZOOM]
    is_main = frame.min_zoom.to_numpy() < MAIN_PROVINCE_ZOOM
    kinds = np.where(is_main, Ground.PROVINCE, Ground.MINOR_PROVINCE)
    return lines(frame.geometry.to_numpy(), kinds, coarser=2)


def world_layers(folder: Path) -> list[Layer]:
    return [*natural_world(folder), claims(folder), world_provinces(folder)]


def claims(folder: Path) -> Layer:
    lines_of = read(folder, "ne_50m_admin_0_boundary_lines_disputed_areas_world")
    return lines(lines_of.geometry.to_numpy(), Ground.DISPUTED)


def natural_world(folder: Path) -> list[Layer]:
    return [
        areas(read(folder, "ne_50m_land_world"), Ground.LAND),
        areas(read(folder, "ne_50m_lakes_world"), Ground.LAKE),
        rivers(read(folder, "ne_50m_rivers_lake_centerlines_world"), 5),
        borders(read(folder, "ne_50m_admin_0_boundary_lines_land_world")),
    ]


def rim(folder: Path) -> list[Layer]:
    """The world around the region, for the cells that reach out of it."""
    west, south, east, north = REGION
    inner = shapely.box(west + LAP, south + LAP, east - LAP, north - LAP)
    near = shapely.box(west - 6, south - 6, east + 6, north + 6)
    around = []
    for layer in [*natural_world(folder), world_provinces(folder)]:
        is_near = shapely.intersects(layer.shapes, near)
        outside = shapely.difference(layer.shapes[is_near], inner)
        around.append(replace(layer, shapes=outside, kinds=layer.kinds[is_near]))
    return around


def region_layers(folder: Path) -> list[Layer]:
    urban = gpd.read_parquet(folder / "basemap" / "ne_10m_urban_areas_clip.parquet")
    return [
        areas(read(folder, "ne_10m_land_clip"), Ground.LAND),
        areas(read(folder, "ne_10m_minor_islands_clip"), Ground.LAND),
        areas(read(folder, "ne_10m_lakes_clip"), Ground.LAKE),
        areas(read(folder, "ne_10m_glaciated_areas_clip"), Ground.GLACIER, coarser=2),
        areas(read(folder, "ne_10m_playas_clip"), Ground.PLAYA),
        areas(urban, Ground.URBAN, coarser=2),
        rivers(read(folder, "ne_10m_rivers_clip"), 9),
        borders(read(folder, "ne_10m_boundary_lines_land_clip")),
        claims(folder),
        region_provinces(folder),
        *rim(folder),
    ]


def railways(folder: Path) -> Layer:
    """The catalogue's legs where they run, the network's other tracks, and tracks beyond it."""
    legs = pd.concat([corridor(one).legs for one in corridors()["id"]])
    legs = legs[(legs["mode"] == "rail") & (legs["status"] == "operating")]
    legs = legs.drop_duplicates("leg_id")
    _, edges = shipped_tables()
    is_other = (edges["mode"] == "rail") & (edges["status"] == "operating")
    # A leg that runs over another's tracks has none of its own.
    tracks = edges[is_other & ~edges["leg_id"].isin(legs["leg_id"])]
    beyond = gpd.read_parquet(folder / "corridors" / "eurasia_rail_edges.parquet")
    beyond = beyond[~shapely.intersects(beyond.geometry.to_numpy(), shapely.box(*TRACKS))]
    of_legs = shapely.get_parts(legs.geometry.to_numpy())
    paths = [
        [shapely.get_coordinates(line) for line in of_legs],
        joined(tracks.geometry.to_numpy(), tracks[["from_node", "to_node"]].to_numpy()),
        joined(beyond.geometry.to_numpy(), beyond[["u", "v"]].to_numpy()),
    ]
    ranks = np.repeat(np.arange(3), [len(some) for some in paths])
    shapes, kept_ranks = single([path for some in paths for path in some], ranks)
    # Legs are whole, even where they run beside one another.
    shapes = np.concatenate([of_legs, shapes[kept_ranks > 0]])
    return Layer(shapes, np.full(len(shapes), Ground.RAIL))


def joined(shapes: np.ndarray, ends: np.ndarray) -> list[np.ndarray]:
    """Join tracks to strokes, without those that are straight over a long way."""
    _, ends = np.unique(ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    kept = np.array([_longest_km(shape) < STRAIGHT_KM for shape in shapes])
    return strokes(shapes[kept], ends[kept], np.zeros(kept.sum(), dtype=int))[0]


def single(paths: list[np.ndarray], ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return strokes in degrees without what runs beside others, and the rank of each."""
    plane = Transformer.from_crs(4326, PLANE, always_xy=True)
    kept = merged([np.column_stack(plane.transform(*path.T)) for path in paths], ranks)
    pieces = [
        shapely.LineString(np.column_stack(plane.transform(*piece.T, direction="INVERSE")))
        for some in kept
        for piece in some
    ]
    return np.array(pieces, dtype=object), np.repeat(ranks, [len(some) for some in kept])


def _longest_km(line: shapely.LineString) -> float:
    lonlat = shapely.get_coordinates(line)
    east = np.diff(lonlat[:, 0]) * np.cos(np.radians(lonlat[1:, 1]))
    return float(np.hypot(east, np.diff(lonlat[:, 1])).max() * 111.2)


def road_layers(folder: Path) -> tuple[Layer, Layer]:
    """Return the main roads, and the minor ones."""
    edges = gpd.read_parquet(folder / "corridors" / "osm2021_road_edges.parquet")
    edges = edges[edges["src"] != "bridge"]
    classes = edges["class"].map(ROADS).to_numpy()
    paths, kinds = strokes(edges.geometry.to_numpy(), edges[["u", "v"]].to_numpy(), classes)
    shapes, kinds = single(paths, kinds)
    is_minor = np.isin(kinds, MINOR)
    far = far_roads(folder)
    return (
        Layer(
            np.concatenate([shapes[~is_minor], far.shapes]),
            np.concatenate([kinds[~is_minor], far.kinds]),
        ),
        Layer(shapes[is_minor], kinds[is_minor]),
    )


def far_roads(folder: Path) -> Layer:
    """Natural Earth's roads, where OpenStreetMap's are not."""
    roads = gpd.read_parquet(folder / "basemap" / "ne_10m_roads_clip.parquet")
    roads = roads[roads["featureclass"] == "Road"]
    countries = read(folder, "ne_10m_admin_0_countries_clip")
    mapped = countries[countries["ADM0_A3"].isin(MAPPED)].union_all()
    outside = shapely.difference(roads.geometry.to_numpy(), mapped)
    return Layer(outside, roads["scalerank"].map(ROAD_RANKS).to_numpy().astype(int))
