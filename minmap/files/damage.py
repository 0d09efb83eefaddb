"""What libraries raise when a file is damaged, turned into one error of minmap's."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from zipfile import BadZipFile

import pyarrow as pa
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError
from pyproj.exceptions import ProjError
from python_calamine import CalamineError
from shapely.errors import ShapelyError

from minmap.errors import FileError, MinmapError

DAMAGE: Final = (
    # What the libraries define.
    BadZipFile,
    CRSError,
    CalamineError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    ProjError,
    ShapelyError,
    pa.ArrowException,
    zlib.error,
    # What they let through when a name, a type or a number in a file is not what it must be.
    ArithmeticError,  # with OverflowError
    AssertionError,
    AttributeError,
    LookupError,  # with KeyError and IndexError
    MemoryError,  # Arrow's, at a size that no file has room for
    NameError,  # pyogrio, of a .prj that GDAL refuses
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,  # with UnicodeDecodeError and json.JSONDecodeError
)
"""Exceptions that a library raises on a file whose content is damaged or was made to mislead."""

_LONGEST_REASON: Final = 200


@contextmanager
def as_file_error(what: str, *, cure: str) -> Iterator[None]:
    """Raise `FileError` for the exceptions in `DAMAGE`; let minmap's own errors pass.

    Parameters
    ----------
    what
        Beginning of the message: the file, and what it cannot be read as.
    cure
        End of the message: what the user can do.

    Raises
    ------
    FileError
        If the block raises one of `DAMAGE`.

    Examples
    --------
    >>> with as_file_error("a.parquet is damaged", cure="Get it again."):
    ...     {}["crs"]
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.parquet is damaged: 'crs' (KeyError). Get it again.
    """
    try:
        yield
    except MinmapError:
        raise
    except DAMAGE as error:
        raise FileError(f"{what}: {reason_of(error)}. {cure}") from error


def reason_of(error: BaseException) -> str:
    r"""Return the first line of an exception's message, with the class where that says little.

    Examples
    --------
    >>> reason_of(KeyError("crs")), reason_of(OSError("No such page.\nSee above."))
    ("'crs' (KeyError)", 'No such page')
    """
    lines = [line for line in str(error).splitlines() if line.strip()]
    kind = type(error).__name__
    if not lines:
        return kind
    line = lines[0].strip()
    short = line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}..."
    return f"{short} ({kind})" if " " not in short else short.rstrip(".")
