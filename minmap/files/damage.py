"""Turn what libraries raise on a damaged file into one error of minmap."""

from __future__ import annotations

import csv
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

import pyarrow as pa
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError
from pyproj.exceptions import ProjError
from python_calamine import CalamineError
from shapely.errors import ShapelyError

from minmap.errors import FileError, MinmapError

DAMAGE: Final = (
    # Defined by the libraries.
    BadZipFile,
    CRSError,
    CalamineError,
    DataLayerError,
    DataSourceError,
    ExpatError,
    FeatureError,
    FieldError,
    ProjError,
    ShapelyError,
    csv.Error,
    pa.ArrowException,
    sqlite3.DatabaseError,
    struct.error,
    zlib.error,
    # Built-in, raised when a name, a type or a number in a file is not what it must be.
    ArithmeticError,  # with OverflowError
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,  # with KeyError and IndexError
    MemoryError,  # from Arrow, at a size that no file has room for
    NameError,  # from pyogrio, for a .prj that GDAL refuses
    OSError,
    RuntimeError,  # with RecursionError, NotImplementedError, and zipfile's for a password
    SyntaxError,  # with ElementTree.ParseError
    TypeError,
    ValueError,  # with UnicodeDecodeError and json.JSONDecodeError
)
"""Exceptions that a library raises on a file whose content is damaged or made to mislead."""

_PANIC: Final = "PanicException"  # a failed assertion in Rust code; the class cannot be imported
_LONGEST_REASON: Final = 200


@contextmanager
def as_file_error(what: str, *, cure: str) -> Iterator[None]:
    """Raise `FileError` for the exceptions in `DAMAGE`; let minmap's own errors pass.

    Parameters
    ----------
    what
        Beginning of the message: the file, and what it cannot be read as.
    cure
        End of the message: the cure.

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
    except BaseException as error:
        if not isinstance(error, DAMAGE) and type(error).__name__ != _PANIC:
            raise
        raise FileError(f"{what}: {reason_of(error)}. {cure}") from error


def reason_of(error: BaseException) -> str:
    r"""Return the first line of an exception's message, with the class if the line is one word.

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
