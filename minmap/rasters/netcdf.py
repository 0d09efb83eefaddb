"""Open variables of netCDF files as rasters; `netcdf_process` reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from minmap.errors import FileError
from minmap.files.damage import as_file_error
from minmap.files.file_types import read_head
from minmap.files.limited_process import Amounts, Budget, output_of
from minmap.rasters import netcdf_process
from minmap.rasters.arrays import as_dataset
from minmap.rasters.cf import Variable, axes_of, placed_variable
from minmap.types import AnyArray

CLASSIC: Final = (b"CDF\x01", b"CDF\x02")
"""The first bytes of netCDF 3: its file format specification."""
HDF5: Final = b"\x89HDF\r\n\x1a\n"
_FREE: Final = Amounts(1024, 10, 512)
_PER_MB: Final = Amounts(64, 2, 64)
_CURE: Final = (
    "If you trust the file, give an array of xarray: "
    "minmap.Map().add(xarray.open_dataset('file.nc')['name'])."
)


@contextmanager
def open_variable(path: Path, layer: str | None) -> Iterator[Any]:
    """Yield a variable of a netCDF file as a rasterio dataset in memory.

    Parameters
    ----------
    path
        The file.
    layer
        Name of the variable; None means the only one with rows and columns.

    Raises
    ------
    FileError
        If it is damaged, takes too much, or has several such variables or none; or it is netCDF 4,
        and pyfive is not installed.
    """
    if read_head(path, len(HDF5)) == HDF5 and find_spec("pyfive") is None:
        raise FileError(
            f"{path} is an HDF5 (netCDF 4) file, which the package pyfive reads: pip install "
            f"'minmap[netcdf]'. {_CURE}"
        )
    known = _listed(path)
    name = chosen_layer(path, [name for name, one in known.items() if _is_grid(one, known)], layer)
    array = placed_variable(known[name], known, where=f"{path}: {name}")
    with as_dataset(array) as dataset:
        yield dataset


def _is_grid(one: Variable, known: dict[str, Variable]) -> bool:
    return len(one.dims) > 1 and axes_of(one, known) is not None


def chosen_layer(path: Path, names: list[str], layer: str | None) -> str:
    """Return the layer of a file that is meant; raise if it has several or not that one."""
    fault = "holds no raster with x and y, or lon and lat" if not names else ""
    if layer is None and len(names) > 1:
        fault = f"has {len(names)} rasters"
    elif layer is not None and layer not in names:
        fault = f"has no raster {layer!r}"
    if fault:
        listed = f"; pass layer= one of: {', '.join(map(repr, names[:20]))}" if names else ""
        raise FileError(f"{path} {fault}{listed}.")
    return layer or names[0]


def _listed(path: Path) -> dict[str, Variable]:
    with _output(path) as output:
        found = json.loads(output.read())
        if "" in found:
            raise ValueError(found[""])
        return {name: _variable(path, name, one) for name, one in found.items()}


def _variable(path: Path, name: str, one: dict[str, Any]) -> Variable:
    values = one.get("values")
    known = None if values is None else np.array(values)
    dims, shape = tuple(one["dims"]), tuple(one["shape"])
    read = partial(_values, path, name, shape) if known is None else known.copy
    return Variable(name, dims, shape, np.dtype(one["dtype"]), one["attrs"], read)


def _values(path: Path, name: str, shape: tuple[int, ...]) -> AnyArray:
    with _output(path, name) as output:
        line = json.loads(output.readline())
        if isinstance(line, dict):
            raise ValueError(line[""])  # noqa: TRY004  # the text of an error in the process
        return np.frombuffer(output.read(), np.dtype(line)).reshape(shape)


@contextmanager
def _output(path: Path, *wanted: str) -> Iterator[IO[bytes]]:
    budget = Budget(_FREE, Amounts(0, 0, 0), _PER_MB, kind="a netCDF file", cure=_CURE)
    packages = [name for name in ("numpy", "scipy", "pyfive", "numcodecs") if find_spec(name)]
    with (
        as_file_error(f"{path} is a damaged netCDF file", cure=_CURE),
        output_of(
            netcdf_process.__file__, wanted, path, str(path), budget=budget, packages=packages
        ) as output,
    ):
        yield output
