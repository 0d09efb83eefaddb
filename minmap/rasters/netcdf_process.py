"""Read a netCDF file in a process of its own, which may die of it; `netcdf` runs this file.

scipy and pyfive read it: they are written in Python and open no other file, whatever links to
others it has, unlike the C libraries of netCDF and HDF5.

The standard input is the file. The argument is the name of the variable that is wanted. Without one
the output is a line of JSON: by name what is known of each variable, with the values of
coordinates. With one it is a line with the type of its values, and their bytes. A line with a text
is an error.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

_HDF5: Final = b"\x89HDF"
_MOST_VARIABLES: Final = 10_000
_LONGEST_LINE: Final = 200_000  # values of a coordinate
_LONGEST_ATTRIBUTE: Final = 20_000
_NOT_A_VARIABLE: Final = "This is a netCDF dimension but not a netCDF variable"


def main() -> None:
    """Read the standard input."""
    wanted = sys.argv[1:]
    try:
        is_hdf5 = sys.stdin.buffer.read(len(_HDF5)) == _HDF5
        sys.stdin.buffer.seek(0)
        variables = dict(_of_netcdf_4() if is_hdf5 else _of_netcdf_3())
        if wanted:
            values = _native(variables[wanted[0]]["read"]())
            _write(values.dtype.str)
            sys.stdout.buffer.write(values.tobytes())
            return
        _write({name: _described(one) for name, one in variables.items()})
    except Exception as error:  # noqa: BLE001  # the line tells it
        _write({"": str(error) or type(error).__name__})


def _write(line: Any) -> None:
    sys.stdout.buffer.write(f"{json.dumps(line)}\n".encode())


def _of_netcdf_3() -> Iterator[tuple[str, dict[str, Any]]]:
    from scipy.io import netcdf_file  # noqa: PLC0415  # `limited_program` has set its folder

    file: Any = netcdf_file(sys.stdin.buffer, "r", mmap=True, maskandscale=False)
    of_file = _of_file(file._attributes)
    for name, one in file.variables.items():
        attrs = {**of_file, **one._attributes}
        read = partial(getattr, one, "data")
        yield name, _variable(one.dimensions, one.shape, one.data.dtype, attrs, read)


def _of_netcdf_4() -> Iterator[tuple[str, dict[str, Any]]]:
    import pyfive  # noqa: PLC0415  # `limited_program` has set its folder

    file = pyfive.File(io.BytesIO(sys.stdin.buffer.read()))
    of_file = _of_file(file.attrs)
    for number, name in enumerate(file):
        one = file[name]
        if number >= _MOST_VARIABLES or not isinstance(one, pyfive.Dataset):
            continue
        attrs = dict(one.attrs)
        if not _text(attrs.get("NAME", "")).startswith(_NOT_A_VARIABLE):
            dims = [_dimension(name, one, at) for at in range(len(one.shape))]
            read = partial(one.__getitem__, ...)
            yield name, _variable(dims, one.shape, one.dtype, {**of_file, **attrs}, read)


def _dimension(name: str, one: Any, at: int) -> str:
    if "DIMENSION_LIST" not in one.attrs:
        return name if len(one.shape) == 1 else f"{name} {at + 1}"
    return str(one.dims[at][0].name).rpartition("/")[2]


def _of_file(attrs: Any) -> dict[str, Any]:
    """Return the attributes of the whole file that tell the source of each variable."""
    return {name: attrs[name] for name in ("references", "license") if name in attrs}


def _variable(
    dims: Any, shape: Any, dtype: Any, attrs: Any, read: Callable[[], Any]
) -> dict[str, Any]:
    return {
        "dims": [_text(one) for one in dims],
        "shape": [int(size) for size in shape],
        "dtype": str(dtype),
        "attrs": attrs,
        "read": read,
    }


def _described(one: dict[str, Any]) -> dict[str, Any]:
    """Return what JSON can hold of a variable, with its values if it may be a coordinate."""
    attrs = {str(name): _plain(value) for name, value in one["attrs"].items()}
    found = {**one, "attrs": {name: value for name, value in attrs.items() if value is not None}}
    read = found.pop("read")
    if len(one["shape"]) == 1 and one["shape"][0] <= _LONGEST_LINE:
        found["values"] = _plain(read())
    return found


def _plain(value: Any) -> Any:
    """Return text, or a list of numbers; None for other things."""
    import numpy as np  # noqa: PLC0415  # `limited_program` has set its folder

    if isinstance(value, str | bytes):
        return _text(value)[:_LONGEST_ATTRIBUTE]
    array = np.ravel(value)
    return array.tolist() if array.dtype.kind in "iuf" else None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _native(values: Any) -> Any:
    """Return values in the order of bytes of this machine."""
    return values.astype(values.dtype.newbyteorder("="), order="C")


if __name__ == "__main__":
    main()
