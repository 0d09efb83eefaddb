"""Open what the user gives as a raster: a file, an array, or a raster that is open already."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from rasterio.io import DatasetReader, DatasetWriter, MemoryFile
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from minmap.arguments import require_one_of, require_path, shown
from minmap.errors import FileError, MinmapError
from minmap.rasters.arrays import PlacedArray, as_dataset, placed
from minmap.rasters.cf import Variable, axes_of, placed_variable, text_of
from minmap.rasters.dataset import open_raster

_DATASETS: Final = (DatasetReader, DatasetWriter, WarpedVRT)
_ENCODED: Final = ("grid_mapping",)  # what xarray moves from the attributes of a variable


@dataclass(frozen=True)
class OpenRaster:
    """An open rasterio dataset with its names.

    Attributes
    ----------
    dataset
        The dataset.
    where
        Its name in messages.
    name
        The name of a layer that draws it.
    title
        Its name among the sources.
    is_file
        Whether it is a file of the user's, not an array.
    """

    dataset: Any
    where: str
    name: str
    title: str
    is_file: bool = True


def is_raster(data: Any) -> bool:
    """Return whether data that is no path is a raster that `opened` opens.

    Examples
    --------
    >>> is_raster(np.zeros((2, 2))), is_raster("dem.tif")
    (True, False)
    """
    return isinstance(data, (np.ndarray, MemoryFile, *_DATASETS)) or _is_xarray(data)


def _is_xarray(data: Any) -> bool:
    """Return whether data is a DataArray or Dataset of xarray, which need not be installed."""
    return type(data).__module__.partition(".")[0] == "xarray" and hasattr(data, "coords")


@contextmanager
def opened(source: Any, *, layer: str | None = None, bounds: Any = None) -> Iterator[OpenRaster]:
    """Open a raster for reading.

    Parameters
    ----------
    source
        The path of a raster, a numpy array, a DataArray or Dataset of xarray, or an open dataset
        or MemoryFile of rasterio.
    layer
        The variable or table of a file with several, or of a Dataset.
    bounds
        Outer edges of a numpy array.

    Raises
    ------
    FileError
        As `open_raster`; or a dataset is closed or open for writing.
    MinmapError
        If an array cannot be placed, or `bounds` or `layer` does not apply.
    """
    _require_applicable(source, layer, bounds)
    if isinstance(source, np.ndarray):
        with as_dataset(placed(source, bounds)) as dataset:
            yield OpenRaster(dataset, "The array", "Raster", "array", is_file=False)
    elif isinstance(source, _DATASETS):
        yield _open_already(source)
    elif isinstance(source, MemoryFile):
        with _memory_file(source, layer) as raster:
            yield raster
    elif _is_xarray(source):
        name, array = _placed_xarray(source, layer)
        with as_dataset(array) as dataset:
            yield OpenRaster(dataset, f"The array {name!r}", name, name, is_file=False)
    else:
        path = require_path(source, name="path")
        with open_raster(path, layer=layer) as dataset:
            yield OpenRaster(dataset, str(path), path.stem, path.name)


def _require_applicable(source: Any, layer: Any, bounds: Any) -> None:
    if bounds is not None and not isinstance(source, np.ndarray):
        raise MinmapError(
            f"bounds={shown(bounds)} is for a numpy array, since other rasters have a place; leave "
            "it out."
        )
    has_layers = not isinstance(source, (np.ndarray, *_DATASETS))
    if layer is not None and not (has_layers and getattr(source, "data_vars", source) is not None):
        raise MinmapError(f"layer={shown(layer)} is for rasters with several layers; leave it out.")


def _open_already(dataset: Any) -> OpenRaster:
    name = str(dataset.name)
    if dataset.closed or dataset.mode != "r":
        state = "closed" if dataset.closed else f"open in the mode {dataset.mode!r}"
        raise FileError(
            f"The dataset {shown(name)} is {state}; give it while it is open for reading, or give "
            "its path."
        )
    if not dataset.count:
        raise FileError(
            f"The dataset {shown(name)} has no bands; open one of its parts with rasterio.open, "
            f"such as {next(iter(dataset.subdatasets), 'NETCDF:file.nc:name')!r}."
        )
    path = Path(name)
    return OpenRaster(dataset, f"The dataset {path.name!r}", path.stem or "Raster", path.name)


@contextmanager
def _memory_file(memory: MemoryFile, layer: str | None) -> Iterator[OpenRaster]:
    """Open a copy on the disk, with the checks of files."""
    name = Path(memory.name).name
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"memory{Path(name).suffix}"
        copy.write_bytes(bytes(memory.getbuffer()))
        with open_raster(copy, layer=layer) as dataset:
            yield OpenRaster(dataset, "The MemoryFile", Path(name).stem, name, is_file=False)


def _placed_xarray(data: Any, layer: str | None) -> tuple[str, PlacedArray]:
    """Return the name of an array of xarray, and the array with its place."""
    if hasattr(data, "data_vars"):
        known = {str(name): _variable(name, one) for name, one in data.variables.items()}
        grids = [str(name) for name in data.data_vars if axes_of(known[str(name)], known)]
        data = data[_chosen(grids, layer)]
    others = {str(name): _variable(name, one) for name, one in data.coords.items()}
    own = _variable(data.name, data)
    name = str(data.name or text_of(own.attrs.get("long_name")) or "Raster")
    others, own, transform = _by_rioxarray(data, others, own)
    placed_one = placed_variable(own, others, where=f"The array {name!r}", transform=transform)
    return name, placed_one


def _chosen(grids: list[str], layer: str | None) -> str:
    if not grids:
        raise MinmapError("The Dataset has no variable with rows and columns; give a DataArray.")
    if layer is None and len(grids) > 1:
        raise MinmapError(f"The Dataset has several rasters; pass layer= one of: {grids}.")
    return grids[0] if layer is None else require_one_of(layer, grids, name="layer")


def _variable(name: Any, one: Any) -> Variable:
    attrs = {key: one.encoding[key] for key in _ENCODED if key in one.encoding} | one.attrs
    name = "" if name is None else str(name)
    return Variable(name, tuple(map(str, one.dims)), one.shape, one.dtype, attrs, one.to_numpy)


def _by_rioxarray(
    data: Any, others: Mapping[str, Variable], own: Variable
) -> tuple[dict[str, Variable], Variable, Any]:
    """Return coordinates, array and transform with what rioxarray knows, if it is there."""
    known = dict(others)
    try:
        place = data.rio
        renamed = {} if axes_of(own, others) else {str(place.x_dim): "x", str(place.y_dim): "y"}
        transform, crs = place.transform(), place.crs
    except Exception:  # noqa: BLE001  # it has errors of its own, and the CF attributes remain
        return known, own, None
    known |= {
        renamed[dim]: replace(known[dim], name=renamed[dim]) for dim in renamed if dim in known
    }
    own = replace(own, dims=tuple(renamed.get(dim, dim) for dim in own.dims))
    if crs is not None:
        own = replace(own, attrs={**own.attrs, "crs_wkt": crs.to_wkt()})
    return known, own, None if transform == Affine.identity() else transform
