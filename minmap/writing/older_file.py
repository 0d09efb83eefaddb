"""What a file that would be replaced holds besides one table."""

from pathlib import Path, PurePosixPath
from typing import Final

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.plain_xml import parsed_xml
from minmap.files.sqlite_tables import rows_of_table
from minmap.table import listed
from minmap.writing.about_sheet import ABOUT, metadata_in
from minmap.writing.shapefile import STALE

_STYLES: Final = "layer_styles"  # the table of QGIS
_OF_SHAPEFILES: Final = (".shp.about.json", ".shp.xml", ".shp", *STALE)
_BOOK: Final = PurePosixPath("xl/workbook.xml")
_MAIN_PARTS: Final = (".shp", ".shx", ".dbf")
_CRS_PARTS: Final = (".prj", ".qpj")  # pictures have them too


def require_one_table(path: Path) -> None:
    """Raise if writing a table to a file would lose more than the one table that it replaces.

    Raises
    ------
    FileError
        If a GeoPackage has several layers, or styles or projects of QGIS; if a workbook has sheets
        that minmap does not write; if a zip archive has more than one shapefile; or if the file
        cannot be read as what its ending says, so that nobody knows what would be lost.
    """
    find = _FINDERS.get(path.suffix.lower())
    if find is None or not path.is_file() or not path.stat().st_size:
        return
    try:
        parts = find(path)
    except FileError as error:
        raise FileError(
            f"{path} exists and cannot be read, so it may hold what would be lost. Give another "
            "name, or remove the file first."
        ) from error
    if parts:
        raise FileError(
            f"{path} exists and holds more than one table, which would be lost: {listed(parts)}. "
            "Give another name, or remove the file first."
        )


def require_own_crs(path: Path) -> None:
    """Raise if a shapefile would replace the CRS of something else, such as of a picture.

    Raises
    ------
    FileError
        If there is a .prj or .qpj beside `path`, but no part of an older shapefile.
    """
    if path.suffix.lower() != ".shp" or any(path.with_suffix(end).exists() for end in _MAIN_PARTS):
        return
    foreign = [part.name for end in _CRS_PARTS if (part := path.with_suffix(end)).exists()]
    if foreign:
        raise FileError(
            f"{path} would replace {listed(foreign)} beside it, which belongs to no shapefile. "
            "Give another name, or remove that file first."
        )


def _in_geopackage(path: Path) -> list[str]:
    contents, styles, projects = (
        [str(row.get(column)) for row in rows_of_table(path, path.name, table, [column])]
        for table, column in (
            ("gpkg_contents", "table_name"),
            (_STYLES, "f_table_name"),
            ("qgis_projects", "name"),
        )
    )
    layers = [name for name in contents if name.casefold() != _STYLES]
    return [
        *(f"layer {name!r}" for name in layers if len(layers) > 1),
        *(f"style of {name!r}" for name in styles),
        *(f"project {name!r}" for name in projects),
    ]


def _in_workbook(path: Path) -> list[str]:
    with Archive(path, path.name) as book:
        part = book.members().get(_BOOK)
        if part is None:
            raise FileError(f"it has no {_BOOK}")
        tree = parsed_xml(book.content(part), path.name)
    tags = ((element.tag.rpartition(":")[2], element) for element in tree.iter())
    sheets = [element.get("name", "") for tag, element in tags if tag == "sheet"]
    if len(sheets) == 2 and sheets[1] == ABOUT and metadata_in(path) is not None:
        return []
    return [f"sheet {name!r}" for name in sheets if len(sheets) > 1]


def _in_archive(path: Path) -> list[str]:
    with Archive(path, path.name) as archive:
        names = [entry.filename for entry in archive.entries() if not entry.is_dir()]
    stems = {name.lower().removesuffix(_end_of(name)) for name in names}
    is_shapefile = all(_end_of(name) for name in names)
    return [] if is_shapefile and len(stems) == 1 else names


def _end_of(name: str) -> str:
    """Return the ending by which a file belongs to a shapefile; "" if it does not."""
    return next((end for end in _OF_SHAPEFILES if name.lower().endswith(end)), "")


_FINDERS: Final = {".gpkg": _in_geopackage, ".xlsx": _in_workbook, ".zip": _in_archive}
