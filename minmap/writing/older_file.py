"""What a file that would be replaced holds besides one table."""

from pathlib import Path, PurePosixPath
from typing import Final

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.plain_xml import parsed_xml
from minmap.files.sqlite_tables import rows_of_table
from minmap.table import listed
from minmap.writing.about_sheet import ABOUT, metadata_in

_STYLES: Final = "layer_styles"  # the table of QGIS
_BOOK: Final = PurePosixPath("xl/workbook.xml")


def require_one_table(path: Path) -> None:
    """Raise if writing a table to a file would lose more than the one table that it replaces.

    A file that cannot be read as what its ending says holds nothing.

    Raises
    ------
    FileError
        If a GeoPackage has several layers, or styles or projects of QGIS; if a workbook has sheets
        that minmap does not write; or if a zip archive has files of several names.
    """
    find = _FINDERS.get(path.suffix.lower())
    if find is None or not path.is_file() or not path.stat().st_size:
        return
    try:
        parts = find(path)
    except FileError:
        return
    if parts:
        raise FileError(
            f"{path} exists and holds more than one table, which would be lost: {listed(parts)}. "
            "Give another name, or remove the file first."
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
        tree = parsed_xml(b"<none/>" if part is None else book.content(part), path.name)
    tags = ((element.tag.rpartition(":")[2], element) for element in tree.iter())
    sheets = [element.get("name", "") for tag, element in tags if tag == "sheet"]
    if len(sheets) == 2 and sheets[1] == ABOUT and metadata_in(path) is not None:
        return []
    return [f"sheet {name!r}" for name in sheets if len(sheets) > 1]


def _in_archive(path: Path) -> list[str]:
    with Archive(path, path.name) as archive:
        members = [str(member) for member in archive.members()]
    are_several = len({name.partition(".")[0] for name in members}) > 1
    return members if are_several else []


_FINDERS: Final = {".gpkg": _in_geopackage, ".xlsx": _in_workbook, ".zip": _in_archive}
