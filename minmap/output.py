"""Files that are written whole or not at all, and tables written by the file's ending."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd

from minmap.errors import FileError, require_one_of

FORMATS = {".parquet": "GeoParquet", ".gpkg": "GeoPackage", ".geojson": "GeoJSON", ".csv": "CSV"}


def require_writable(path: str | os.PathLike[str], *, endings: Iterable[str] = ()) -> Path:
    """Return the path if a file can be written there; raise before any work is done for it.

    Parameters
    ----------
    path
        Where a file is going to be written.
    endings
        The endings that are allowed; none means any.

    Raises
    ------
    ChoiceError
        If the ending is not one of `endings`.
    FileError
        If the folder does not exist, or `path` is a folder.

    Examples
    --------
    >>> require_writable("near.shp", endings=[".csv", ".gpkg"])
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: ending of near.shp='.shp' is not known.
    Choose one of: .csv, .gpkg.
    """
    target = Path(path)
    if endings:
        require_one_of(target.suffix.lower(), endings, name=f"ending of {target.name}")
    if target.is_dir():
        raise FileError(f"{target} is a folder; give a file name to write to.")
    if not target.parent.is_dir():
        raise FileError(f"{target.parent} does not exist; make the folder first.")
    return target


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` and move it there when the block ends well.

    An error inside the block leaves an existing `path` as it was and removes the temporary
    file, so a reader never sees half a file.

    Parameters
    ----------
    path
        Where the finished file goes. Its folder must exist.

    Yields
    ------
    pathlib.Path
        A path in the same folder with the same ending, to write to.

    Raises
    ------
    FileError
        If the folder does not exist or cannot be written to, or `path` is a folder.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> with atomic_path(target) as draft:
    ...     _ = draft.write_text("done")
    >>> target.read_text(), len(list(target.parent.iterdir()))
    ('done', 1)
    """
    target = require_writable(path)
    try:
        scratch = tempfile.TemporaryDirectory(prefix=".minmap-", dir=target.parent)
    except OSError as error:
        raise FileError(f"{target.parent} cannot be written to: {error.strerror}.") from error
    with scratch as folder:
        draft = Path(folder) / target.name
        yield draft
        draft.replace(target)


def write(frame: gpd.GeoDataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table to GeoParquet, GeoPackage, GeoJSON or CSV, whole or not at all.

    Parameters
    ----------
    frame
        Any GeoDataFrame. GeoJSON and CSV are written in EPSG:4326; CSV holds points as
        ``longitude`` and ``latitude`` in degrees (``point_longitude`` and ``point_latitude``
        where the table has columns of these names), and any other geometry as WKT.
    path
        Where to; the ending says which format: .parquet, .gpkg, .geojson or .csv.

    Raises
    ------
    ChoiceError
        If the ending is none of these.
    FileError
        If the folder does not exist or cannot be written to.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> point = gpd.points_from_xy([67.4], [47.8])
    >>> place = gpd.GeoDataFrame({"name": ["A"]}, geometry=point, crs="EPSG:4326")
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "near.csv"
    >>> write(place, target)
    >>> target.read_text().split()
    ['name,longitude,latitude', 'A,67.4,47.8']
    """
    target = require_writable(path, endings=FORMATS)
    ending = target.suffix.lower()
    with atomic_path(target) as draft:
        if ending == ".parquet":
            frame.to_parquet(draft)
        elif ending == ".gpkg":
            frame.to_file(draft, layer=target.stem, driver="GPKG")
        elif ending == ".geojson":
            frame.to_file(draft, driver="GeoJSON", RFC7946="YES")
        else:
            _flat(frame).to_csv(draft, index=False)


def _flat(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Replace the geometry by columns that a spreadsheet can hold."""
    placed = frame if frame.crs is None else frame.to_crs("EPSG:4326")
    flat = pd.DataFrame(placed.drop(columns=placed.geometry.name))
    if not set(placed.geom_type.dropna()) <= {"Point"}:
        return flat.assign(geometry=placed.geometry.to_wkt())
    taken = {str(name).casefold() for name in flat.columns}
    prefix = "point_" if taken & {"longitude", "latitude"} else ""
    return flat.assign(
        **{f"{prefix}longitude": placed.geometry.x, f"{prefix}latitude": placed.geometry.y}
    )
