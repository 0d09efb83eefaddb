"""The style that comes with a vector file: inside it, or in a .qml or .sld file beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, Final

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.damage import as_file_error
from minmap.files.file_types import read_head, vector_signature
from minmap.files.plain_xml import LARGEST_DOCUMENT, content_of
from minmap.files.sqlite_tables import rows_of_table
from minmap.style.file_styles.file_style import FileStyle
from minmap.style.file_styles.kml_styles import kml_style
from minmap.style.file_styles.qgis_style import qgis_style, style_beside
from minmap.style.file_styles.sld_style import sld_style

_STYLES: Final = "layer_styles"
"""The table in which QGIS keeps the styles of the layers of a GeoPackage."""
_COLUMNS: Final = ("f_table_name", "styleName", "styleQML", "useAsDefault", "update_time")
_READERS: Final = {".qml": qgis_style, ".sld": sld_style}
"""Readers of style files by ending; the first that finds a style counts."""
_ZIP: Final = b"PK\x03\x04"


def style_of_file(path: Path, layer: str | None = None) -> FileStyle | None:
    """Return the style that comes with a vector file; None if there is none.

    As in QGIS, a style in the file itself comes before one beside it. The files are read only, and
    within limits.

    Parameters
    ----------
    path
        A file that `read_vector` has read.
    layer
        A layer of the file; None means the only one.

    Returns
    -------
    FileStyle
        Without entries if the style is damaged or cannot be taken over; `left_out` gives the
        reason.
    """
    return style_or_reason(lambda: _style(path, layer), path.name)


def style_or_reason(read: Callable[[], FileStyle | None], where: str) -> FileStyle | None:
    """Return the style that a function reads, or one without entries that says why it fails."""
    try:
        with as_file_error(f"{where} has a damaged style", cure="Save it anew."):
            return read()
    except FileError as error:
        return FileStyle(where, left_out=(str(error),))


def _style(path: Path, layer: str | None) -> FileStyle | None:
    head = read_head(path) if path.is_file() else b""
    if head.startswith(_ZIP):
        return _packed_style(path, layer)
    kind = vector_signature(head)
    if kind == "sqlite" and (style := _stored_style(path, layer)):
        return style
    if b"kml" in head and kind == "xml" and (found := kml_style(path, path.name, layer)):
        return found
    file = style_beside(path, *_READERS)
    return None if file is None else _READERS[file.suffix.lower()](content_of(file), file.name)


def _stored_style(path: Path, layer: str | None) -> FileStyle | None:
    """Return the default style of a layer, else its newest, as QGIS does."""
    rows = rows_of_table(path, path.name, _STYLES, _COLUMNS)
    tables = {str(row.get("f_table_name")) for row in rows}
    wanted = layer or (tables.pop() if len(tables) == 1 else None)
    fitting = [row for row in rows if row.get("f_table_name") == wanted and row.get("styleQML")]
    if not fitting:
        return None
    best = max(fitting, key=_preference)
    text = best["styleQML"]
    content = text if isinstance(text, bytes) else str(text).encode()
    return qgis_style(content, f"{path.name}, table {_STYLES}")


def _preference(row: dict[str, Any]) -> tuple[bool, str]:
    is_default = str(row.get("useAsDefault")).lower() in ("1", "true")
    return is_default, str(row.get("update_time") or "")


def _packed_style(path: Path, layer: str | None) -> FileStyle | None:
    """Return the style in a zip archive: that of its KML, or the file of the layer's name."""
    with Archive(path, path.name) as archive:
        members = archive.members()
        documents = [member for member in members if member.suffix.lower() == ".kml"]
        if len(documents) == 1:
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / "doc.kml"
                archive.unpack(members[documents[0]], target)
                return kml_style(target, path.name, layer)
        wanted = PurePosixPath(layer).stem if layer else None
        named = [member for member in members if wanted in (None, member.stem)]
        for ending, read in _READERS.items():
            styles = [member for member in named if member.suffix.lower() == ending]
            if len(styles) != 1:
                continue
            where = f"{styles[0]} in {path.name}"
            if members[styles[0]].file_size > LARGEST_DOCUMENT:
                left_out = (f"It is larger than {LARGEST_DOCUMENT >> 20} MB.",)
                return FileStyle(where, left_out=left_out)
            return read(archive.content(members[styles[0]]), where)
        return None
