"""Warp a raster to an image on the map, with a legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
from rasterio.enums import ColorInterp, Resampling

from minmap.arguments import (
    require_flag,
    require_numbers,
    require_one_of,
    require_whole,
)
from minmap.arguments import shown as text_of
from minmap.errors import MinmapError
from minmap.rasters import image
from minmap.rasters.given import OpenRaster, opened
from minmap.rasters.hillshade import shades_on
from minmap.rasters.image import CellValues, Picture
from minmap.rasters.map_cells import MapCells, at_resolution, keeps_classes
from minmap.rasters.map_grid import MapGrid, fit_grid
from minmap.rasters.placement import Placement, placement_of
from minmap.rasters.unmarked_codes import sampled, warn_of_codes
from minmap.types import AnyArray, Booleans, Bytes

_KINDS = ("classes", "values", "image")
# At most this many different whole numbers from 0 to 255, without a unit, count as classes.
_MOST_GUESSED_CLASSES = 40
_MOST_PIXELS = 1_000_000_000
_MOST_CELLS = 1_000_000_000  # that are all read, although there are overviews
_FOOT_M = 0.3048
_FEET = ("ft", "feet", "foot", "us-ft", "us survey feet")


@dataclass(frozen=True, slots=True)
class WarpedRaster:
    """An image in Web Mercator (EPSG:3857) whose outer pixel edges are `bounds`.

    Attributes
    ----------
    name
        The file's name without its ending.
    bounds
        ((south, west), (north, east)), degrees; longitudes pass 180 where the raster does.
    width, height
        Pixels of the image.
    kind
        ``"classes"``, ``"values"`` or ``"image"``.
    legend
        ``title`` and ``unit`` (None if not known), and for classes ``entries`` with ``value``,
        ``label`` and ``color``; for values ``ramp`` (colours from low to high), ``min`` and
        ``max``; for an image no ``entries``.
    extent_note
        A remark for the reader: the size shown.
    sources
        Sources of the raster: dicts with ``title``, ``citation``, ``licence`` and ``url``.
    remark
        A remark on the colours.
    image
        Red, green and blue as a PNG; None for cells.
    cell_values
        The value or class of each pixel, and the colours; None for an image.
    shades, exaggeration
        The number of each pixel's shade of grey, 0 where there is no data, and how many times
        heights were exaggerated; None without ``hillshade=True``.
    """

    name: str
    bounds: tuple[tuple[float, float], tuple[float, float]]
    width: int
    height: int
    kind: str
    legend: dict[str, Any]
    extent_note: str
    sources: tuple[dict[str, str], ...]
    remark: str = ""
    image: bytes | None = field(default=None, repr=False)
    cell_values: CellValues | None = field(default=None, repr=False)
    shades: Bytes | None = field(default=None, repr=False, compare=False)
    exaggeration: float | None = None

    @property
    def note(self) -> str:
        """Remarks for the reader: the size shown, resampling, stretch."""
        return f"{self.extent_note} {self.remark}".strip()

    @property
    def png(self) -> bytes:
        """The image, PNG with transparency where there is no data."""
        if self.cell_values is None:
            return self.image or b""
        numbers = self.shades
        if numbers is None:
            numbers = image.color_numbers(self.cell_values, self.legend)
        return image.palette_png(numbers, [*self.cell_values.colors])


def warp(
    source: Any,
    *,
    layer: str | None = None,
    bounds: Sequence[float] | None = None,
    band: int | None = None,
    kind: str | None = None,
    classes: Mapping[int, str] | None = None,
    colors: Mapping[int, tuple[int, ...]] | None = None,
    nodata: float | Sequence[float] | None = None,
    hillshade: bool = False,
    crs: Any = None,
    max_pixels: int = 2_000_000,
) -> WarpedRaster:
    """Warp a raster to the map.

    Parameters
    ----------
    source
        The path of a GeoTIFF or of another raster that `open_raster` reads, in any CRS; a DataArray
        of xarray; a numpy array with `bounds` and `crs`; or an open dataset or a MemoryFile of
        rasterio. It is not changed.
    layer
        The variable of a netCDF file or the table of a GeoPackage, if there are several.
    bounds
        West, south, east and north: the outer edges of a numpy array, in `crs`.
    band
        Which band, from 1. None means red, green and blue if the file has them in 8 or 16 bits,
        else band 1.
    kind
        ``"classes"`` keeps values as they are (nearest pixel) and lists them in the legend;
        ``"values"`` draws a scale (nearest pixel, or the average where pixels are merged) stretched
        from the 2nd to the 98th percentile; ``"image"`` shows red, green and blue as they are.
        None chooses: an image if `band` is None and it can be, or all 256 colours of a colour table
        occur; classes if there is a colour table,
        `classes` is given, or the values are at most 40 different whole numbers from 0 to 255
        without a unit; else values.
    classes
        Names of classes by value; others have those in the tags ``class_<value>`` of the band.
    colors
        Red, green, blue and alpha (0 to 255) of classes by value, in place of those in the colour
        table of the file; a class with alpha 0 is not drawn.
    nodata
        A value, or several, that mean no data, besides the file's own; as the file stores them,
        before its scale and offset. Several values are not averaged where pixels are merged.
    hillshade
        Whether to compute shaded relief of the heights too, with light from the north-west.
    crs
        The CRS of the raster, for pyproj. It overrides the CRS in the file, with a warning if they
        differ. None means the file's own.
    max_pixels
        Size of the image, 1 or more; a larger raster is shown coarser, which `note` states. It is
        read from the coarsest of its overviews that has at least half of these pixels; up to 1e9
        cells not so with `nodata`, and classes only if the overview takes one of the cells.

    Returns
    -------
    WarpedRaster
        An image of the raster, cut off at 85.05 degrees of latitude, where the map ends.

    Raises
    ------
    FileError
        If there is no such file, or it is empty, damaged or not a raster.
    CRSError
        If the file has no CRS and none is given, `crs` is not one, or the file's pixels have no
        coordinates.
    ChoiceError
        If `kind` is not one of the kinds above.
    MinmapError
        If there is no such band, it holds no data or complex numbers, or there are too many
        classes; or `nodata` is no number that the file can hold.

    Warns
    -----
    MinmapWarning
        If `crs` differs from that of the file, or many measurements are a code such as -9999, far
        beyond the others, which neither the file nor `nodata` marks.

    Notes
    -----
    GDAL warps with an error of at most 1/8 pixel. Colours of values are matplotlib's cividis
    (Nunez, Anderton & Renslow 2018, https://doi.org/10.1371/journal.pone.0199239), which reads
    alike with and without colour blindness; bytes without a unit are shades of grey. Classes
    without a colour table get the colours of Okabe & Ito (2008), https://jfly.uni-koeln.de/color/,
    if there are at most 8, else matplotlib's tab20, whose colours not everybody can distinguish.

    Examples
    --------
    >>> import rasterio, tempfile
    >>> from pathlib import Path
    >>> from rasterio.transform import Affine
    >>> path = Path(tempfile.mkdtemp()) / "cover.tif"
    >>> cells = np.array([[1, 1], [1, 2]], dtype="uint8")
    >>> with rasterio.open(path, "w", driver="GTiff", width=2, height=2, count=1, dtype="uint8",
    ...                    crs="EPSG:4326", transform=Affine(1, 0, 67, 0, -1, 49)) as file:
    ...     file.write(cells, 1)
    >>> cover = warp(path, classes={1: "grass", 2: "bare"})
    >>> [(entry["value"], entry["label"]) for entry in cover.legend["entries"]]
    [(1, 'grass'), (2, 'bare')]
    >>> cover.bounds
    ((47.0, 67.0), (49.0, 69.0))
    """
    if kind is not None:
        require_one_of(kind, _KINDS, name="kind")
    require_flag(hillshade, name="hillshade")
    require_whole(max_pixels, name="max_pixels", like=2_000_000, least=1, most=_MOST_PIXELS)
    with (
        opened(source, layer=layer, bounds=bounds) as raster,
        at_resolution(raster.dataset, max_pixels=max_pixels) as smaller,
    ):
        placement = placement_of(raster, crs)
        wish = _Wish.of(
            raster,
            smaller,
            band=band,
            kind=kind,
            nodata=nodata,
            classes=classes,
            colors=colors,
            hillshade=hillshade,
        )
        is_mixed = wish.kind == "classes" and not keeps_classes(raster.dataset, wish.number)
        is_huge = raster.dataset.width * raster.dataset.height > _MOST_CELLS
        is_whole = (is_mixed or len(wish.missing)) and not is_huge
        dataset = raster.dataset if is_whole else smaller
        return _warped(raster, dataset, placement, wish, max_pixels)


@dataclass(frozen=True)
class _Wish:
    """What is drawn of a raster: its band, kind, nodata, and names and colours of classes."""

    band: int | None
    kind: str
    missing: AnyArray
    names: Mapping[int, str]
    colors: Mapping[int, tuple[int, ...]]
    hillshade: bool

    @property
    def number(self) -> int:
        """The number of the band."""
        return self.band or 1

    @classmethod
    def of(
        cls,
        raster: OpenRaster,
        smaller: Any,
        *,
        band: int | None,
        kind: str | None,
        nodata: Any,
        classes: Mapping[int, str] | None,
        colors: Mapping[int, tuple[int, ...]] | None,
        hillshade: bool,
    ) -> _Wish:
        """Return it for a raster, with what the raster tells where nothing is given.

        Values are sampled from `smaller`, the raster or one of its overviews.
        """
        dataset = raster.dataset
        if band is not None:
            require_whole(band, name="band", like=1, least=1, most=dataset.count)
        number = band or 1
        if np.dtype(dataset.dtypes[number - 1]).kind == "c":
            raise MinmapError(
                f"{raster.where} holds complex numbers; write their amplitude to a file."
            )
        missing = _missing(raster, number, nodata)
        names = {**_class_names(dataset, number), **(classes or {})}
        sample = cache(partial(sampled, smaller, number))
        decided = kind or _kind(dataset, band, missing, sample, named=bool(names))
        if decided == "values":
            warn_of_codes(sample(), missing, name=raster.title)
        table = _colour_table(dataset, number) | dict(colors or {})
        return cls(band, decided, missing, names, table, hillshade)


def _warped(
    raster: OpenRaster, dataset: Any, placement: Placement, wish: _Wish, max_pixels: int
) -> WarpedRaster:
    """Return a raster as `wish` says, read from `dataset`: the raster itself or an overview."""
    whole = raster.dataset
    scale = {"across": whole.width / dataset.width, "down": whole.height / dataset.height}
    place = placement.changed(**scale)
    grid = fit_grid(place, dataset.width, dataset.height, max_pixels=max_pixels)
    cells = MapCells(dataset, raster.where, place, grid, wish.missing)
    picture = _picture(cells, wish)
    shades = _shades(cells, wish.number) if wish.hillshade else (None, None)
    title = whole.descriptions[wish.number - 1] or None
    band = None if wish.kind == "image" else wish.number
    return WarpedRaster(
        name=raster.name,
        bounds=grid.bounds,
        width=grid.width,
        height=grid.height,
        kind=wish.kind,
        legend={"title": title, **picture.legend},
        extent_note=f"{_note(whole, dataset, grid, band=band)} {placement.remark}".strip(),
        sources=(_source(raster),),
        remark=picture.remark,
        image=picture.image,
        cell_values=picture.cell_values,
        shades=shades[0],
        exaggeration=shades[1],
    )


def _is_image(dataset: Any) -> bool:
    colours = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    types = {*dataset.dtypes[:3]}
    return tuple(dataset.colorinterp[:3]) == colours and types in ({"uint8"}, {"uint16"})


def _has_palette(dataset: Any, number: int) -> bool:
    return bool(dataset.colorinterp[number - 1] == ColorInterp.palette)


def _missing(raster: OpenRaster, number: int, nodata: Any) -> AnyArray:
    """Return the values of `nodata`, in the type of a band."""
    dtype = np.dtype(raster.dataset.dtypes[number - 1])
    if nodata is None:
        return np.array([], dtype)
    given = np.atleast_1d(require_numbers(nodata, name="nodata", like=-9999))
    with np.errstate(over="ignore", invalid="ignore"):
        taken = given.astype(dtype)
    if dtype.kind in "iu" and not np.array_equal(taken, given):
        raise MinmapError(
            f"nodata={text_of(nodata)} cannot occur in {raster.where}, whose band {number} has "
            f"whole numbers of the type {dtype}; leave it out, or give the value that is stored."
        )
    return taken


def _kind(
    dataset: Any,
    band: int | None,
    missing: AnyArray,
    sample: Callable[[], AnyArray],
    *,
    named: bool,
) -> str:
    if band is None and _is_image(dataset):
        return "image"
    number = band or 1
    if named:
        return "classes"
    if _has_palette(dataset, number):
        return "image" if len(np.unique(sample())) > image.MOST_COLORS else "classes"
    if np.dtype(dataset.dtypes[number - 1]).kind not in "iu" or _unit(dataset, number):
        return "values"
    seen = np.setdiff1d(sample(), missing)
    few = 0 < len(seen) <= _MOST_GUESSED_CLASSES and seen[0] >= 0 and seen[-1] <= 255
    return "classes" if few else "values"


def _picture(cells: MapCells, wish: _Wish) -> Picture:
    dataset, number = cells.dataset, wish.number
    if wish.kind == "image":
        if _has_palette(dataset, number):
            data, shown = cells.read([number], Resampling.nearest)
            return image.picture_of_palette(data[0], shown, wish.colors)
        if not _is_image(dataset):
            raise MinmapError(
                f"kind='image' needs red, green and blue as whole numbers of 8 or 16 bits; "
                f"{cells.where} has {', '.join(dataset.dtypes)}. Choose kind='values'."
            )
        bands = [1, 2, 3, *(n + 1 for n in _alpha(dataset))]
        return image.picture_of_image(*cells.read(bands, Resampling.bilinear), _bits(dataset))
    if wish.kind == "classes":
        data, shown = cells.read([number], Resampling.nearest)
        return image.picture_of_classes(data[0], shown, names=wish.names, colours=wish.colors)
    # The value under the cursor is that of a cell of the file, not one between two.
    way = Resampling.average if cells.grid.is_coarser else Resampling.nearest
    data, shown = cells.read([number], way)
    values, unit = _scaled(cells, number, data[0], shown), _unit(dataset, number)
    is_grey = data.dtype == np.uint8 and unit is None and (values == data[0]).all()
    palette = "gray" if is_grey else "cividis"
    return image.picture_of_values(values, shown, unit=unit, palette=palette)


def _alpha(dataset: Any) -> list[int]:
    """Return the position of the band of alpha, in a list; an empty list without one."""
    return [n for n, one in enumerate(dataset.colorinterp) if one == ColorInterp.alpha]


def _bits(dataset: Any) -> int:
    """Return how many bits of a number an image uses."""
    stated = str(dataset.tags(1, ns="IMAGE_STRUCTURE").get("NBITS", ""))
    return int(stated) if stated.isdecimal() else np.dtype(dataset.dtypes[0]).itemsize * 8


def _scaled(cells: MapCells, number: int, data: AnyArray, shown: Booleans) -> AnyArray:
    """Return the numbers of a band times the file's scale, plus its offset."""
    scale, offset = cells.dataset.scales[number - 1], cells.dataset.offsets[number - 1]
    with np.errstate(over="ignore", invalid="ignore"):
        values = data if (scale, offset) == (1, 0) else np.asarray(data * scale + offset)
    low, high = float(values[shown].min()), float(values[shown].max())
    if not math.isfinite(high - low):
        raise MinmapError(
            f"{cells.where}: band {number} has values from {low:g} to {high:g} (with the file's "
            f"scale {scale:g} and offset {offset:g}), which cannot be drawn. Correct the scale and "
            "the offset in the file, or set such values to its nodata value."
        )
    return values


def _shades(cells: MapCells, number: int) -> tuple[Bytes, float]:
    """Return the shades of heights, which are smooth between the cells of the file."""
    dataset = cells.dataset
    data, shown = cells.read([number], Resampling.cubic_spline)
    in_feet = str(_unit(dataset, number)).strip(".").lower() in _FEET
    heights_m = _scaled(cells, number, data[0], shown) * (_FOOT_M if in_feet else 1.0)
    return shades_on(cells.grid, heights_m, shown)


def _colour_table(dataset: Any, number: int) -> dict[int, tuple[int, ...]]:
    try:
        return dict(dataset.colormap(number))
    except ValueError:
        return {}


def _tags(dataset: Any, number: int) -> dict[str, Any]:
    return {**dataset.tags(), **dataset.tags(number)}


def _class_names(dataset: Any, number: int) -> dict[int, str]:
    """Read names of classes from tags such as ``class_1=grass`` of the band or the file."""
    return {
        int(key[6:]): str(value)
        for key, value in _tags(dataset, number).items()
        if key.lower().startswith("class_") and key[6:].isdecimal()
    }


def _unit(dataset: Any, number: int) -> str | None:
    tags = _tags(dataset, number)
    return dataset.units[number - 1] or tags.get("units") or tags.get("unit") or None


def _source(raster: OpenRaster) -> dict[str, str]:
    """Return the origin of the raster as its tags state it."""
    tags = {key.lower(): str(value) for key, value in raster.dataset.tags().items() if value}
    found = {
        "title": raster.title,
        "citation": tags.get("source") or tags.get("tifftag_imagedescription"),
        "licence": tags.get("licence") or tags.get("license") or tags.get("tifftag_copyright"),
        "url": tags.get("url"),
    }
    own = "the user's own file" if raster.is_file else "the user's own data"
    found["citation"] = found["citation"] or own
    return {key: value for key, value in found.items() if value}


def _note(whole: Any, read: Any, grid: MapGrid, *, band: int | None) -> str:
    size, own, overview = (_size(one) for one in (grid, whole, read))
    shown = f"All {own} pixels of the file, shown at {size} pixels."
    if read is not whole:
        shown = (
            f"Shown at {size} pixels, coarser than the file's {own}: from its overview of "
            f"{overview}."
        )
    elif grid.is_coarser:
        shown = f"Shown at {size} pixels, coarser than the file's {own}."
    bands = f"Band {band} of {whole.count}. " if band and whole.count > 1 else ""
    return f"{bands}{shown}"


def _size(one: Any) -> str:
    return f"{_count(one.width)} x {_count(one.height)}"


def _count(number: int) -> str:
    """Return a number as the page writes it: with separators from 10,000 on."""
    return f"{number:,}" if number >= 10_000 else str(number)
