"""Files that are written whole or not at all, and tables written by the file's ending."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd

from minmap.errors import CRSError, FileError, GeometryError, require_one_of

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
        Any GeoDataFrame with a CRS. GeoJSON and CSV are written in EPSG:4326; CSV holds points as
        ``longitude`` and ``latitude`` in degrees (``point_longitude`` and ``point_latitude``
        where the table has columns of these names), and any other geometry as WKT.
    path
        Where to; the ending says which format: .parquet, .gpkg, .geojson or .csv.

    Raises
    ------
    ChoiceError
        If the ending is none of these.
    FileError
        If the folder does not exist or cannot be written to, or the format cannot hold a column.
    GeometryError, CRSError
        If `frame` has no geometry or no CRS.

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
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        raise GeometryError(f"frame is a {type(frame).__name__} without geometry; see geopandas.")
    if frame.crs is None:
        raise CRSError("frame has no CRS; say which with frame.set_crs('EPSG:...').")
    with atomic_path(target) as draft:
        # Under a plain name first: GDAL takes an exclamation mark for a file inside an archive.
        plain = draft.with_name(f"table{ending}")
        try:
            _write(frame, plain, layer=target.stem)
        except (ValueError, TypeError, RuntimeError) as error:
            reason = " ".join(" ".join(map(str, error.args)).split()).rstrip(".")
            raise FileError(
                f"{target} cannot be written as {FORMATS[ending]}: {reason}. Mend that in the "
                "table, or choose another format."
            ) from error
        plain.replace(draft)


def _write(frame: gpd.GeoDataFrame, path: Path, *, layer: str) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".gpkg":
        number, taken = "fid", {str(name).casefold() for name in frame.columns}
        while number in taken:
            number += "_"
        # The row number of a GeoPackage is called fid, and so may be a column of the user's.
        frame.to_file(path, layer=layer, driver="GPKG", FID=number)
    elif path.suffix == ".geojson":
        frame.to_file(path, layer=layer, driver="GeoJSON", RFC7946="YES")
    else:
        _flat(frame).to_csv(path, index=False)


def _flat(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Replace the geometry by columns that a spreadsheet can hold."""
    placed = frame.to_crs("EPSG:4326")
    flat = pd.DataFrame(placed.drop(columns=placed.geometry.name))
    if not set(placed.geom_type.dropna()) <= {"Point"}:
        return flat.assign(geometry=placed.geometry.to_wkt())
    taken = {str(name).casefold() for name in flat.columns}
    prefix = "point_" if taken & {"longitude", "latitude"} else ""
    return flat.assign(
        **{f"{prefix}longitude": placed.geometry.x, f"{prefix}latitude": placed.geometry.y}
    )
