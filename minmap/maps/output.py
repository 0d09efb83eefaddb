"""Where a map is written: a file with the ending of a page or a figure, or one open for bytes."""

from __future__ import annotations

import os
from io import TextIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn, cast

from minmap.arguments import did_you_mean, nearest_choice, require_path, shown
from minmap.errors import FileError, MinmapError
from minmap.maps.figure_options import FIGURE_ENDINGS
from minmap.output import atomic_path, write_error

_PAGE_ENDINGS: Final = (".html", ".htm")
GEOPACKAGE: Final = ".gpkg"
"""The ending of a map for QGIS."""

_TO_SAVE: Final = {
    "call save('map.html'); a notebook shows the map itself": "show open display",
    "call save('map.html')": "to_html write_html",
    "call save('map.pdf'), or with .svg or .png": (
        "savefig to_pdf to_png to_svg to_image write_image print"
    ),
    "call save('map.gpkg')": "to_file to_gpkg to_qgis write",
    "call figure()": "plot to_figure",
    "call add()": "add_layer add_data explore",
}
_CURES: Final = {name: cure for cure, names in _TO_SAVE.items() for name in names.split()}


def refuse_attribute(map_: object, name: str) -> NoReturn:
    """Raise the error for an attribute that a map does not have: it says what to write instead.

    Raises
    ------
    AttributeError
        Always.

    Examples
    --------
    >>> refuse_attribute(None, "savefig")
    Traceback (most recent call last):
        ...
    AttributeError: NoneType has no attribute 'savefig'; call save('map.pdf'), or with .svg or .png.
    """
    cure = _CURES.get(name)
    near = None
    if cure is None and not name.startswith("_"):
        near = nearest_choice(name, [one for one in dir(map_) if not one.startswith("_")])
    hint = did_you_mean([] if near is None else [repr(near)]) if cure is None else f"; {cure}."
    raise AttributeError(f"{type(map_).__name__} has no attribute {name!r}{hint}")


def require_output(outfile: Any) -> Path | BinaryIO:
    """Return the path of a page or a figure, or a file that is open for the bytes of a page.

    Raises
    ------
    FileError
        If the path has another ending.
    MinmapError
        If it is neither a path nor such a file.

    Examples
    --------
    >>> require_output("map.docx")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: outfile='map.docx' ends in .docx, but a map is written as a page (.html
    or .htm), a figure (.pdf, .svg or .png) or for QGIS (.gpkg).
    """
    if hasattr(outfile, "write") and not isinstance(outfile, TextIOBase):
        return cast("BinaryIO", outfile)
    if not isinstance(outfile, (str, bytes, os.PathLike)):
        raise MinmapError(f"outfile={shown(outfile)} is neither a path nor a file open for bytes.")
    path = require_path(os.fsdecode(outfile), name="outfile")
    if path.suffix.lower() not in (*_PAGE_ENDINGS, *FIGURE_ENDINGS, GEOPACKAGE):
        wrong = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise FileError(
            f"outfile={path.name!r} {wrong}, but a map is written as a page (.html or .htm), a "
            "figure (.pdf, .svg or .png) or for QGIS (.gpkg)."
        )
    return path


def write_page(text: str, output: Path | BinaryIO, *, close_file: bool) -> None:
    """Write a page to a path, whole or not at all, or to an open file.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    if isinstance(output, Path):
        with atomic_path(output) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
        return
    try:
        output.write(text.encode("utf-8"))
        if close_file:
            output.close()
    except OSError as error:
        raise write_error(getattr(output, "name", "outfile"), error) from error
