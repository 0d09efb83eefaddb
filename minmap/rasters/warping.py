"""Warp a raster file to an image on the map, with a legend."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from pyproj import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from minmap.arguments import (
    require_flag,
    require_numbers,
    require_one_of,
    require_path,
    require_whole,
)
from minmap.arguments import shown as text_of
from minmap.errors import CRSError, MinmapError, warn
from minmap.geodesy.crs import crs_of, missing_crs, stated_crs
from minmap.rasters import image
from minmap.rasters.dataset import open_raster
from minmap.rasters.hillshade import shades_on
from minmap.rasters.image import CellValues, Picture
from minmap.rasters.map_grid import MapGrid, fit_grid
from minmap.rasters.unmarked_codes import sampled, warn_of_codes
from minmap.types import AnyArray, Booleans, Bytes

_KINDS = ("classes", "values", "image")
# At most so many different whole numbers from 0 to 255, without a unit, count as classes.
_MOST_GUESSED_CLASSES = 40
_MOST_PIXELS = 1_000_000_000
_FOOT_M = 0.3048
_FEET = ("ft", "feet", "foot", "us-ft", "us survey feet")
_Read: TypeAlias = Callable[[list[int], Resampling], tuple[AnyArray, Booleans]]


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
    path: str | os.PathLike[str],
    *,
    band: int | None = None,
    kind: str | None = None,
    classes: Mapping[int, str] | None = None,
    colors: Mapping[int, tuple[int, ...]] | None = None,
    nodata: float | Sequence[float] | None = None,
    hillshade: bool = False,
    crs: Any = None,
    max_pixels: int = 2_000_000,
) -> WarpedRaster:
    """Warp a raster file to the map.

    Parameters
    ----------
    path
        A GeoTIFF or another raster that `open_raster` reads, in any CRS. It is not changed.
    band
        Which band, from 1. None means red, green and blue if the file has them as bytes, else
        band 1.
    kind
        ``"classes"`` keeps values as they are (nearest pixel) and lists them in the legend;
        ``"values"`` draws a scale (nearest pixel, or the average where pixels are merged) stretched
        from the 2nd to the 98th percentile; ``"image"`` shows red, green and blue as they are.
        None chooses: an image if `band` is None and it can be; classes if there is a colour table,
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
        Size of the image, 1 or more; a larger raster is shown coarser, which `note` states.

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
    >>> import tempfile, rasterio
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
    source = require_path(path, name="path")
    with open_raster(source) as dataset:
        source_crs = _crs(dataset, source, crs)
        if band is not None:
            require_whole(band, name="band", like=1, least=1, most=dataset.count)
        if np.dtype(dataset.dtypes[(band or 1) - 1]).kind == "c":
            raise MinmapError(f"{source} holds complex numbers; write their amplitude to a file.")
        missing = _missing(dataset, band or 1, nodata)
        names = {**_class_names(dataset, band or 1), **(classes or {})}
        sample = cache(partial(sampled, dataset, band or 1))
        decided = kind or _kind(dataset, band, missing, sample, named=bool(names))
        if decided == "values":
            warn_of_codes(sample(), missing, name=source.name)
        grid = fit_grid(
            source_crs, dataset.transform, dataset.width, dataset.height, max_pixels=max_pixels
        )
        read = partial(_read, dataset, source_crs, grid, missing=missing)
        table = _colour_table(dataset, band or 1) | dict(colors or {})
        picture = _picture(dataset, grid, read, band=band, kind=decided, names=names, colours=table)
        shades = _shades(dataset, grid, read, band or 1) if hillshade else (None, None)
        title = dataset.descriptions[(band or 1) - 1] or None
        return WarpedRaster(
            name=source.stem,
            bounds=grid.bounds,
            width=grid.width,
            height=grid.height,
            kind=decided,
            legend={"title": title, **picture.legend},
            extent_note=_note(dataset, grid, band=None if decided == "image" else band or 1),
            sources=(_source(dataset, source),),
            remark=picture.remark,
            image=picture.image,
            cell_values=picture.cell_values,
            shades=shades[0],
            exaggeration=shades[1],
        )


def _crs(dataset: Any, path: Path, given: Any) -> CRS:
    if dataset.transform == Affine.identity():
        raise CRSError(
            f"{path} is not georeferenced: its pixels have no coordinates; add a world file or "
            "georeference it (QGIS: Raster > Georeferencer)."
        )
    own = None if dataset.crs is None else stated_crs(dataset.crs.to_wkt(), what=str(path))
    if given is not None:
        taken = crs_of(given)
        if own is not None and not own.equals(taken, ignore_axis_order=True):
            warn(
                f"{path.name} says that its CRS is {own.name}; taken as {taken.name}, because crs "
                "says so.",
            )
        return taken
    if own is None:
        rows, columns = [0, 0, dataset.height, dataset.height], [0, dataset.width] * 2
        x, y = dataset.xy(rows, columns, offset="ul")
        raise missing_crs(str(path), [min(x), min(y), max(x), max(y)])
    return own


def _is_image(dataset: Any) -> bool:
    colours = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    return tuple(dataset.colorinterp[:3]) == colours and set(dataset.dtypes[:3]) == {"uint8"}


def _missing(dataset: Any, number: int, nodata: Any) -> AnyArray:
    """Return the values of `nodata`, in the type of a band."""
    dtype = np.dtype(dataset.dtypes[number - 1])
    if nodata is None:
        return np.array([], dtype)
    given = np.atleast_1d(require_numbers(nodata, name="nodata", like=-9999))
    with np.errstate(over="ignore", invalid="ignore"):
        taken = given.astype(dtype)
    if dtype.kind in "iu" and not np.array_equal(taken, given):
        raise MinmapError(
            f"nodata={text_of(nodata)} cannot occur in {dataset.name}, whose band {number} has "
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
    if named or dataset.colorinterp[number - 1] == ColorInterp.palette:
        return "classes"
    if np.dtype(dataset.dtypes[number - 1]).kind not in "iu" or _unit(dataset, number):
        return "values"
    seen = np.setdiff1d(sample(), missing)
    few = 0 < len(seen) <= _MOST_GUESSED_CLASSES and seen[0] >= 0 and seen[-1] <= 255
    return "classes" if few else "values"


def _read(
    dataset: Any,
    crs: CRS,
    grid: MapGrid,
    bands: list[int],
    resampling: Resampling,
    *,
    missing: AnyArray,
) -> tuple[AnyArray, Booleans]:
    """Return bands on the map's grid, and a mask that is True where there is data."""
    a, b, c, d, e, f = dataset.transform[:6]
    has_alpha = ColorInterp.alpha in dataset.colorinterp
    options = {}
    if len(missing) == 1 and dataset.nodata in (None, missing[0]):
        options["src_nodata"] = missing[0].item()
    elif len(missing):  # GDAL keeps one such value out of averages, not several
        resampling = Resampling.nearest
    with WarpedVRT(
        dataset,
        src_crs=crs.to_wkt(),
        src_transform=Affine(a, b, c + grid.shift_deg, d, e, f),
        crs="EPSG:3857",
        transform=grid.transform,
        width=grid.width,
        height=grid.height,
        resampling=resampling,
        add_alpha=not has_alpha,
        **options,
    ) as warped:
        data = warped.read(bands)
        alpha = dataset.colorinterp.index(ColorInterp.alpha) + 1 if has_alpha else warped.count
        shown = warped.read(alpha) > 0
    if data.dtype.kind == "f":
        shown &= np.isfinite(data).all(axis=0)
    if len(missing):
        shown &= ~np.isin(data, missing).all(axis=0)
    if not shown.any():
        raise MinmapError(f"{dataset.name}: band {bands[0]} has nothing but nodata.")
    return np.roll(data, grid.turn, axis=-1), np.roll(shown, grid.turn, axis=-1)


def _picture(
    dataset: Any,
    grid: MapGrid,
    read: _Read,
    *,
    band: int | None,
    kind: str,
    names: Mapping[int, str],
    colours: Mapping[int, tuple[int, ...]],
) -> Picture:
    number = band or 1
    if kind == "image":
        if not _is_image(dataset):
            raise MinmapError(
                f"kind='image' needs red, green and blue as bytes; {dataset.name} has "
                f"{', '.join(dataset.dtypes)}. Choose kind='values'."
            )
        return image.picture_of_image(*read([1, 2, 3], Resampling.bilinear))
    if kind == "classes":
        data, shown = read([number], Resampling.nearest)
        return image.picture_of_classes(data[0], shown, names=names, colours=colours)
    # The value under the cursor is that of a cell of the file, not one between two.
    data, shown = read([number], Resampling.average if grid.is_coarser else Resampling.nearest)
    values, unit = _scaled(dataset, number, data[0]), _unit(dataset, number)
    is_grey = data.dtype == np.uint8 and unit is None and (values == data[0]).all()
    palette = "gray" if is_grey else "cividis"
    return image.picture_of_values(values, shown, unit=unit, palette=palette)


def _scaled(dataset: Any, number: int, data: AnyArray) -> AnyArray:
    return np.asarray(data * dataset.scales[number - 1] + dataset.offsets[number - 1])


def _shades(dataset: Any, grid: MapGrid, read: _Read, number: int) -> tuple[Bytes, float]:
    """Return the shades of heights, which are smooth between the cells of the file."""
    data, shown = read([number], Resampling.cubic_spline)
    in_feet = str(_unit(dataset, number)).strip(".").lower() in _FEET
    heights_m = _scaled(dataset, number, data[0]) * (_FOOT_M if in_feet else 1.0)
    return shades_on(grid, heights_m, shown)


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


def _source(dataset: Any, path: Path) -> dict[str, str]:
    """Return the origin of the file as its tags state it."""
    tags = {key.lower(): str(value) for key, value in dataset.tags().items() if value}
    found = {
        "title": path.name,
        "citation": tags.get("source") or tags.get("tifftag_imagedescription"),
        "licence": tags.get("licence") or tags.get("license") or tags.get("tifftag_copyright"),
        "url": tags.get("url"),
    }
    found["citation"] = found["citation"] or "the user's own file"
    return {key: value for key, value in found.items() if value}


def _note(dataset: Any, grid: MapGrid, *, band: int | None) -> str:
    size = f"{_count(grid.width)} x {_count(grid.height)} pixels"
    file_size = f"{_count(dataset.width)} x {_count(dataset.height)}"
    shown = (
        f"Shown at {size}, coarser than the file's {file_size}."
        if grid.is_coarser
        else f"All {file_size} pixels of the file, shown at {size}."
    )
    bands = f"Band {band} of {dataset.count}. " if band and dataset.count > 1 else ""
    return f"{bands}{shown}"


def _count(number: int) -> str:
    """Return a number as the page writes it: with separators from 10,000 on."""
    return f"{number:,}" if number >= 10_000 else str(number)
