"""The projection of a figure: one that suits its extent, or one that is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely import affinity

from minmap.arguments import shown
from minmap.errors import CRSError, warn
from minmap.geodesy.crs import WGS84, crs_of
from minmap.geodesy.edges import plane_of, true_edges
from minmap.scene.words import degrees_text, word
from minmap.types import Floats, Geometries, Integers

_WORLD_WIDTH, _WORLD_HEIGHT = 150, 100  # degrees from which a map is one of the world
_CAP: Final = 40  # degrees of latitude from which a map around the Earth is one of a pole
_POLAR: Final = 70  # degrees of latitude
_TROPICS: Final = 15
_WHOLE: Final = 359.9  # degrees of longitude around the Earth
_ALMOST_180: Final = 180 - 1e-6
_FAR: Final = 30  # degrees from the area of a projection
_NEAR_M: Final = 1000  # no cut of a plane is narrower
_SIXTH: Final = 1 / 6  # of the height, between standard parallels and the edges of a map
_LAEA: Final = "Lambert azimuthal equal-area"
_STEREO: Final = "Polar stereographic"
_ALBERS, _LAMBERT = "Albers equal-area conic", "Lambert conformal conic"
_TRANSVERSE: Final = "Transverse Mercator"


@dataclass(frozen=True)
class Box:
    """A part of the Earth, in degrees; it passes 180 degrees where `east` is above that."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, shapes: Geometries) -> Box:
        """Return the narrowest box that holds shapes in degrees; of NaN if they have no place."""
        parts = shapely.get_parts(shapes)
        west, south, east, north = shapely.bounds(parts[~shapely.is_empty(parts)]).T
        if not len(west):
            return cls(*[np.nan] * 4)
        turn = np.where(west < 0, 360.0, 0.0)
        ways = ((west, east), (west + turn, east + turn))
        ends = [(float(low.min()), float(high.max())) for low, high in ways]
        first, last = min(ends, key=lambda way: way[1] - way[0])
        return cls(first, float(south.min()), last, float(north.max()))

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @property
    def width(self) -> float:
        """Degrees of longitude."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Degrees of latitude."""
        return self.north - self.south

    def grid(self, steps: int) -> Floats:
        """Return (steps + 1)**2 places in the box, shape (n, 2)."""
        lon = np.linspace(self.west, self.east, steps + 1)
        lat = np.linspace(max(self.south, -90), min(self.north, 90), steps + 1)
        return np.stack(np.meshgrid(lon, lat), axis=-1).reshape(-1, 2)


@dataclass(frozen=True)
class Projection:
    """A projected coordinate reference system.

    Attributes
    ----------
    crs
        The system.
    name
        What it is called in English.
    names
        What a figure calls it, by language; without English it is the name.
    """

    crs: CRS
    name: str
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    def name_in(self, language: str) -> str:
        """Return what a figure in a language calls it."""
        return self.names.get(language, self.names.get("en", self.name))

    @cached_property
    def _forward(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    @cached_property
    def unit_m(self) -> float:
        """Metres of a unit of the plane."""
        return float(self.crs.axis_info[0].unit_conversion_factor)

    @cached_property
    def _longitudes(self) -> dict[str, float]:
        """The parameters that are longitudes, degrees."""
        operation = self.crs.coordinate_operation
        named = {one.name: one.value for one in operation.params} if operation else {}
        return {name: float(value) for name, value in named.items() if "ongitude of" in name}

    @cached_property
    def central_meridian(self) -> float:
        """The longitude in the middle of the plane, degrees: the plane ends 180 degrees from it."""
        prime = self.crs.prime_meridian.longitude if self.crs.prime_meridian else 0.0
        return next(iter(self._longitudes.values()), 0.0) + prime

    @property
    def is_oblique(self) -> bool:
        """Whether its axis follows no meridian."""
        return any(name.endswith("centre") for name in self._longitudes)

    @cached_property
    def is_round(self) -> bool:
        """Whether the plane goes on where it meets its other end, as it does around a pole."""
        lat = np.array([-80.0, -60.0, -30.0, 30.0, 60.0, 80.0])
        ends = [self.central_meridian + turn for turn in (-_ALMOST_180, _ALMOST_180)]
        sides = np.array([self.forward(np.column_stack([lat * 0 + lon, lat])) for lon in ends])
        first, second = sides[:, np.isfinite(sides).all(axis=(0, 2))]
        return bool(len(first) and np.abs(first - second).max() * self.unit_m < _NEAR_M)

    def forward(self, lonlat: Floats) -> Floats:
        """Return places on the plane, shape (n, 2); inf where there is none."""
        return np.column_stack(self._forward.transform(lonlat[:, 0], lonlat[:, 1]))

    def inverse(self, xy: Floats) -> Floats:
        """Return longitudes and latitudes, shape (n, 2); inf where there is none."""
        return np.column_stack(self._forward.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

    def shapes(self, shapes: Geometries, box: Box, *, most_m: float) -> Geometries:
        """Return shapes in degrees on the plane, cut to a box; empty where none is left.

        Edges are straight in degrees; on the plane they are at most `most_m` metres off.
        """
        found = _in_box(shapes, box)
        target = replace(plane_of(self.crs), most_m=most_m)
        found = true_edges(gpd.GeoSeries(found, crs=WGS84), found, target)
        placed: Geometries = shapely.transform(found, self.forward)
        if self.is_round:
            grid = most_m / self.unit_m
            for row in _rows_around(found, box):
                placed[row] = self._without_seam(found[row], box, grid)
        finite = np.isfinite(shapely.bounds(placed)).all(axis=1) | shapely.is_empty(placed)
        placed[~finite] = shapely.from_wkt("GEOMETRYCOLLECTION EMPTY")
        return placed

    def warn_if_far(self, box: Box) -> None:
        """Warn if the middle of a map is far from the area for which the projection is made."""
        area, (lon, lat) = self.crs.area_of_use, box.middle
        if area is None:
            return
        width = (area.east - area.west) % 360 or 360.0
        aside = max(abs((lon - area.west - width / 2 + 180) % 360 - 180) - width / 2, 0.0)
        if max(aside, area.south - lat, lat - area.north) > _FAR:
            place = " ".join(
                degrees_text(round(degrees, 1), is_longitude=is_longitude, language="en")
                for degrees, is_longitude in ((lat, False), (lon, True))
            )
            warn(
                f"projection={self.name!r} is made for {area.name.rstrip('.')}, far from the "
                f"middle of the map at {place}; give another, or leave it out."
            )

    def _without_seam(self, area: Any, box: Box, grid: float) -> Any:
        """Return an area on the plane whose sides at both ends of a box are one line."""
        middle = box.middle[0]
        halves = [
            shapely.clip_by_rect(area, west, box.south, east, box.north)
            for west, east in ((box.west, middle), (middle, box.east))
        ]
        placed = shapely.transform(np.array(halves), self.forward)
        is_finite = [bool(np.isfinite(shapely.get_coordinates(one)).all()) for one in placed]
        placed = shapely.make_valid(placed[is_finite])
        return shapely.union_all(placed, grid_size=grid)


def _rows_around(shapes: Geometries, box: Box) -> Integers:
    """Return which areas reach from one end of a box around the Earth to the other."""
    if box.width < _WHOLE:
        return np.zeros(0, np.int64)
    west, _, east, _ = shapely.bounds(shapes).T
    is_around = (west <= box.west) & (east >= box.east) & (shapely.get_dimensions(shapes) == 2)
    return np.flatnonzero(is_around)


def _in_box(shapes: Geometries, box: Box) -> Geometries:
    """Return shapes cut to a box, on the turn of the Earth on which it lies."""
    found: Geometries = np.array(shapes, dtype=object)
    west, south, east, north = shapely.bounds(found).T
    inside = (west >= box.west) & (east <= box.east) & (south >= box.south) & (north <= box.north)
    turns = [turn for turn in (-360, 0, 360) if box.west < 180 + turn and box.east > -180 + turn]
    for row in np.flatnonzero(~inside):
        shape = found[row]
        pieces = [
            shapely.clip_by_rect(
                shape if turn == 0 else affinity.translate(shape, turn),
                *(box.west, box.south, box.east, box.north),
            )
            for turn in turns
            if west[row] + turn <= box.east and east[row] + turn >= box.west
        ]
        kept = [piece for piece in pieces if not piece.is_empty]
        found[row] = kept[0] if len(kept) == 1 else shapely.union_all(kept)
    return found


def require_projection(given: Any) -> Projection:
    """Return the projection that a user names.

    Raises
    ------
    CRSError
        If it is not a projected coordinate reference system.
    """
    crs = crs_of(given, name="projection", like="'EPSG:32642', which is UTM zone 42 north")
    if not crs.is_projected:
        raise CRSError(
            f"projection={shown(given)} is not a projected system; give one such as 'EPSG:32642', "
            "or '+proj=eqc' for longitudes and latitudes at right angles."
        )
    try:
        Transformer.from_crs("EPSG:4326", crs)
    except ProjError as error:
        raise CRSError(
            f"projection={shown(given)} has no relation to the Earth; give a system of the Earth."
        ) from error
    made = Projection(crs, crs.name if crs.name != "unknown" else _method(crs))
    lon = round(made.central_meridian, 2)
    texts = {one: _described(made.name, lon, None, (), one) for one in ("en", "ru")}
    return replace(made, names=texts) if lon and not made.is_oblique else made


def _method(crs: CRS) -> str:
    operation = crs.coordinate_operation
    return operation.method_name if operation is not None else "projection"


def fitted(box: Box, *, equal_area: bool) -> Projection:
    """Return a projection that suits a part of the Earth.

    It is conformal, so that shapes are right, or else has equal areas. A wide map has a conic one
    with standard parallels a sixth of its height from its edges, a high one a transverse or
    azimuthal one.

    References
    ----------
    J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), pages 34
    to 35 and 99; B. Šavrič, T. Patterson, B. Jenny, The Equal Earth map projection, International
    Journal of Geographical Information Science 33 (2019).

    Examples
    --------
    >>> fitted(Box(45, 35, 90, 55), equal_area=False).name
    'Lambert conformal conic, standard parallels 38.3° N and 51.7° N, central meridian 67.5° E'
    >>> fitted(Box(-180, -60, 180, 80), equal_area=True).name
    'Equal Earth, central meridian 0°'
    """
    lon, lat = (round(number, 1) for number in box.middle)
    lon = round((lon + 180) % 360 - 180, 1)
    parallels = [
        round(edge, 1)
        for edge in (box.south + box.height * _SIXTH, box.north - box.height * _SIXTH)
    ]
    is_cap = min(box.south * np.sign(lat), box.north * np.sign(lat)) >= _CAP
    if abs(lat) > _POLAR or (is_cap and box.width > _WORLD_WIDTH):
        pole = 90.0 if lat > 0 else -90.0
        return (
            _named("laea", _LAEA, lon, pole) if equal_area else _named("stere", _STEREO, lon, pole)
        )
    if box.width > _WORLD_WIDTH or box.height > _WORLD_HEIGHT:
        return _named("eqearth", "Equal Earth", lon)
    is_wide = box.width * np.cos(np.radians(lat)) > box.height
    if is_wide and abs(lat) > _TROPICS:
        kind, name = ("aea", _ALBERS) if equal_area else ("lcc", _LAMBERT)
        return _named(kind, name, lon, lat, parallels)
    if equal_area:
        return _named("laea", _LAEA, lon, lat)
    return _named("merc", "Mercator", lon) if is_wide else _named("tmerc", _TRANSVERSE, lon, lat)


def _named(
    kind: str, name: str, lon: float, lat: float | None = None, parallels: list[float] | None = None
) -> Projection:
    texts = [f"+proj={kind}", f"+lon_0={lon}"]
    if lat is not None:
        texts.append(f"+lat_0={lat}")
    if parallels is not None:
        texts += [f"+lat_{n}={parallel}" for n, parallel in enumerate(parallels, start=1)]
    centre = lat if kind == "laea" else None

    def words(language: str) -> str:
        return _described(name, lon, centre, parallels or (), language)

    crs = CRS(" ".join([*texts, "+datum=WGS84 +units=m +type=crs"]))
    return Projection(crs, words("en"), {"ru": words("ru")})


def _described(
    name: str, lon: float, centre: float | None, parallels: Sequence[float], language: str
) -> str:
    """Return a projection and its numbers in a language."""

    def latitude(degrees: float) -> str:
        return degrees_text(degrees, is_longitude=False, language=language)

    words = [word(name, language)]
    if parallels:
        numbers = f" {word('and', language)} ".join(map(latitude, parallels))
        words.append(f"{word('standard parallels', language)} {numbers}")
    elif centre is not None:
        words.append(f"{word('centre', language)} {latitude(centre)}")
    meridian = degrees_text(lon, is_longitude=True, language=language)
    return ", ".join([*words, f"{word('central meridian', language)} {meridian}"])
