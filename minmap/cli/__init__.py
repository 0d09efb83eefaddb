"""The command line: each command reads tables, calls one function and writes the result."""

from __future__ import annotations

import io
import os
import sys
import warnings

import click

import minmap
from minmap.cli.access import access_command, route_command
from minmap.cli.catalogues import sources_command
from minmap.cli.checks import check_command, repair_command
from minmap.cli.corridors import corridors_command, near
from minmap.cli.maps import demo, map_command
from minmap.cli.tables import convert, select_command, summarise_command
from minmap.cli.terminal import print_warning
from minmap.errors import MinmapError, MinmapWarning, one_line


@click.group(
    commands=[
        access_command,
        check_command,
        convert,
        corridors_command,
        demo,
        map_command,
        near,
        repair_command,
        route_command,
        select_command,
        sources_command,
        summarise_command,
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(minmap.__version__, prog_name="minmap")
def cli() -> None:
    """Mineral occurrences and transport corridors on a map that opens without a network."""


def main() -> None:
    """Run the command line; exit with 0 if done, 1 after an error in one line, 2 after misuse."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Characters that the terminal cannot show are written as escapes.
            stream.reconfigure(errors="backslashreplace")
    warnings.showwarning = print_warning
    warnings.simplefilter("always", MinmapWarning)
    try:
        cli(prog_name="minmap")
    except MinmapError as error:
        sys.exit(f"minmap: {one_line(error)}")
    except OSError as error:
        sys.exit(f"minmap: {error.filename or 'file'}: {error.strerror or error}.")
    except Exception as error:
        if os.environ.get("MINMAP_TRACEBACK"):
            raise
        sys.exit(
            f"minmap: unexpected {type(error).__name__}: {one_line(error)} "
            "(a defect: please report it with MINMAP_TRACEBACK=1 set)."
        )
