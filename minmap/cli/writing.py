"""The option of the command line for the file to write."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click
import geopandas as gpd

from minmap.cli.reading import FILE, with_layer
from minmap.cli.terminal import echo, step
from minmap.errors import FileError, MinmapError
from minmap.files.file_sets import file_set, would_name
from minmap.output import PAGES, PICTURES, require_writable
from minmap.writing import FORMATS, require_table_path, write

MAPS: Final = (*PAGES, *PICTURES)
"""Endings of a page, and of figures."""
LAYERS: Final = ".gpkg"
"""Ending of a map for QGIS."""


class OutputOption(click.Option):
    """An option for a file to write."""

    def require_other_file(self, output: Path, files: Iterable[Path]) -> None:
        """Raise if the file to write is one of the files that a command reads.

        Parameters
        ----------
        output
            The file to write.
        files
            The paths of those that are read; folders and patterns stand for the files that they
            name.

        Raises
        ------
        FileError
            If it is, by any of its names, or if a folder or a pattern would name it, so that the
            same command would read it when it is run again.
        """
        flag = min(self.opts, key=len)
        for file in files:
            if any(_is_same(output, named) for named in _named(file)):
                raise FileError(
                    f"{output} is one of the files to read, which it would replace; give another "
                    f"{flag}."
                )
            if would_name(file, output):
                raise FileError(
                    f"{output} would be one of the files of {file}, so that the same command would "
                    f"read it the next time; give {flag} in another folder."
                )


def _named(file: Path) -> Iterable[Path]:
    """Return the files that a path names."""
    with suppress(MinmapError, OSError):  # the command raises it
        if (files := file_set(file)) is not None:
            return files.paths
    return [with_layer(file)[0]]


def _is_same(output: Path, file: Path) -> bool:
    try:
        return output.samefile(file)
    except (OSError, ValueError):  # no such file
        return False


def output_option(
    endings: Iterable[str] = FORMATS, *names: str, what: str = "File to write", **settings: Any
) -> OutputOption:
    """Return an option for a file to write; a bad path is refused before any work is done.

    Parameters
    ----------
    endings
        The endings that the file may have, so that a page never replaces a table of the user.
    names
        Names of the option, as for `click.option`; ``-o`` and ``--output`` by default.
    what
        The help text, which the endings follow.
    settings
        Further settings of the option. By default it must be given.
    """
    allowed = tuple(endings)

    def checked(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
        if path is None:
            return None
        is_table = endings is FORMATS
        return require_table_path(path) if is_table else require_writable(path, endings=allowed)

    more: dict[str, Any] = {"required": True, "type": FILE, "callback": checked, **settings}
    return OutputOption(names or ("-o", "--output"), help=f"{what}: {', '.join(allowed)}.", **more)


def write_table(frame: gpd.GeoDataFrame, output: Path, message: str) -> None:
    """Write a table, and print its path and what is in it."""
    with step(f"writing {output.name}"):
        write(frame, output)
    echo(f"{output}: {message}")
