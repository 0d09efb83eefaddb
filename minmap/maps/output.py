"""Write a map to a file: a page, a figure or layers for QGIS, by its ending."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Collection
from io import TextIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import folium

from minmap.arguments import require_path, shown
from minmap.errors import FileError, MinmapError
from minmap.maps.figure_options import FIGURE_ENDINGS, FigureOptions, require_figure_options
from minmap.maps.geopackages import save_geopackage
from minmap.output import PAGES, atomic_files, made_folder, write_error
from minmap.webmap.content_policy import Policy
from minmap.webmap.element_copy import walk
from minmap.webmap.geoparquet import layer_files
from minmap.webmap.page import Page, RenderedPage, figure_of
from minmap.webmap.plugins import report_external_content

GEOPACKAGE: Final = ".gpkg"
"""The ending of a map for QGIS."""


def write_map(
    map_: folium.Map,
    outfile: Any,
    options: FigureOptions,
    *,
    atlas: Any,
    offline: bool,
    close_file: bool,
    sources: Collection[Path],
) -> None:
    """Write a map as `Map.save` does.

    Parameters
    ----------
    map_
        The map.
    outfile, options, atlas, offline, close_file
        As in `Map.save`.
    sources
        The files that the map was made of, resolved. None is replaced.
    """
    output = _output_of(outfile)
    if isinstance(output, Path) and output.resolve() in sources:
        raise MinmapError(
            f"{output} is a file that the map was made of, which it would replace; give another "
            "name."
        )
    ending = output.suffix.lower() if isinstance(output, Path) else ".html"
    if isinstance(output, Path) and ending in FIGURE_ENDINGS:
        from minmap.maps.figures import save_figure  # noqa: PLC0415  (slow: matplotlib)

        save_figure(map_, output, options, atlas=atlas)
        return
    require_figure_options({**options, "atlas": atlas}, ending)
    if isinstance(output, Path) and ending == GEOPACKAGE:
        save_geopackage(map_, output, sources)
        return
    figure = figure_of(map_)
    if isinstance(figure, Page):
        page = figure.compose()
    else:
        page = RenderedPage(figure.render(), Policy(), list(walk(figure)))
    report_external_content(page, offline=offline)
    _write_page(page, output, close_file=close_file)


def write_folder(map_: folium.Map, folder: str | os.PathLike[str]) -> None:
    """Write a page and the files of its layers to a folder as `Map.save_folder` does."""
    target, figure = require_path(folder, name="folder"), figure_of(map_)
    if not isinstance(figure, Page):
        raise MinmapError("save_folder writes pages of minmap.Map; add the layers to one.")
    page = target / "index.html"
    with made_folder(target), atomic_files(page, outdates=layer_files(target)) as drafts:
        composed = figure.compose(folder=drafts)
        report_external_content(composed, offline=False)
        (drafts / page.name).write_text(composed.text, encoding="utf-8", newline="\n")
        _copy_beside(composed, target, drafts)


def _copy_beside(page: RenderedPage, folder: Path, drafts: Path) -> None:
    """Copy the files that a page fetches to the drafts of its folder, unless they are there.

    Raises
    ------
    FileError
        If another file has the name of one in the folder.
    """
    for file in page.beside:
        present = folder / file.name
        if not present.exists():
            shutil.copyfile(file, drafts / file.name)
        elif not filecmp.cmp(file, present, shallow=False):
            raise FileError(
                f"The page needs {file} beside it, and {present} is another file; remove or rename "
                "that, or save the page elsewhere."
            )


def _output_of(outfile: Any) -> Path | BinaryIO:
    """Return the path of a page or a figure, or a file that is open for the bytes of a page.

    Raises
    ------
    FileError
        If the path has another ending.
    MinmapError
        If it is neither a path nor such a file.

    Examples
    --------
    >>> _output_of("map.docx")
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
    if path.suffix.lower() not in (*PAGES, *FIGURE_ENDINGS, GEOPACKAGE):
        wrong = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise FileError(
            f"outfile={path.name or str(path)!r} {wrong}, but a map is written as a page (.html or "
            ".htm), a figure (.pdf, .svg or .png) or for QGIS (.gpkg)."
        )
    return path


def _write_page(page: RenderedPage, output: Path | BinaryIO, *, close_file: bool) -> None:
    """Write a page to a path, whole or not at all, or to an open file.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    if isinstance(output, Path):
        with atomic_files(output) as drafts:
            _copy_beside(page, output.parent, drafts)
            (drafts / output.name).write_text(page.text, encoding="utf-8", newline="\n")
        return
    try:
        output.write(page.text.encode("utf-8"))
        if close_file:
            output.close()
    except OSError as error:
        raise write_error(getattr(output, "name", "outfile"), error) from error
