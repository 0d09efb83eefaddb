"""The command line: read, one call, write."""

from __future__ import annotations

import io
import os
import sys
import warnings

import click

import minmap
from minmap.cli.lazy import LazyGroup, Place
from minmap.cli.terminal import warn
from minmap.errors import MinmapError, MinmapWarning, one_line

PLACES = {
    "map": Place("minmap.cli.maps", "map_command", "Draw tables, corridors and files on one page."),
    "near": Place("minmap.cli.corridors", "near", "Measure the distance to a corridor."),
    "check": Place("minmap.cli.checks", "check_command", "Look for what is wrong with records."),
    "repair": Place("minmap.cli.checks", "repair_command", "Mend what a rule finds."),
    "select": Place("minmap.cli.tables", "select_command", "Write the occurrences that fit."),
    "summarise": Place("minmap.cli.tables", "summarise_command", "Count by country and the like."),
    "convert": Place("minmap.cli.tables", "convert", "Write a table in another format."),
    "sources": Place("minmap.cli.catalogues", "sources_command", "List the known tables."),
    "corridors": Place("minmap.cli.corridors", "corridors_command", "List or show corridors."),
    "access": Place("minmap.cli.access", "access_command", "Find each occurrence's way to market."),
    "route": Place("minmap.cli.access", "route_command", "Find the way between two places."),
    "demo": Place("minmap.cli.maps", "demo", "Write a map of the sample data."),
}


@click.group(
    cls=LazyGroup,
    places=PLACES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(minmap.__version__, prog_name="minmap")
def cli() -> None:
    """Mineral occurrences and transport corridors on a map that opens without a network."""


def main() -> None:
    """Run the command line: exit code 0 for done, 1 for an error said in one line, 2 for misuse."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the terminal does not have is written as its number.
            stream.reconfigure(errors="backslashreplace")
    warnings.showwarning = warn
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
