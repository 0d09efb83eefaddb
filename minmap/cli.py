"""The command line: read, one call, write."""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import geopandas as gpd

import minmap
from minmap.corridors import corridor as get_corridor
from minmap.corridors import corridors as list_corridors
from minmap.corridors import nearest
from minmap.demo import TITLE, demo_map
from minmap.errors import MinmapError, MinmapWarning
from minmap.output import FORMATS, require_writable, write
from minmap.sources import read
from minmap.sources import sources as list_sources
from minmap.webmap import Map

_FILE = click.Path(path_type=Path)
_source_option = click.option(
    "--source",
    metavar="ID|TOML",
    help="Source of the table, where its columns do not tell it: see `minmap sources`.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(minmap.__version__, prog_name="minmap")
def cli() -> None:
    """Mineral occurrences and transport corridors on a map that opens without a network."""


@cli.command("map")
@click.argument("tables", nargs=-1, required=True, type=_FILE, metavar="IN...")
@click.option(
    "--corridor", "corridor_id", metavar="NAME", help="A corridor: see `minmap corridors`."
)
@click.option("--overlay", "overlays", multiple=True, type=_FILE, help="A vector file of yours.")
@click.option("--raster", "rasters", multiple=True, type=_FILE, help="A GeoTIFF of yours.")
@_source_option
@click.option("--title", help="The page's title.")
@click.option("-o", "--output", required=True, type=_FILE, help="The HTML file to write.")
def map_command(
    *,
    tables: tuple[Path, ...],
    corridor_id: str | None,
    overlays: tuple[Path, ...],
    rasters: tuple[Path, ...],
    source: str | None,
    title: str | None,
    output: Path,
) -> None:
    """Draw tables of occurrences, with a corridor, overlays and rasters, on one page."""
    require_writable(output)
    corridor = get_corridor(corridor_id) if corridor_id else None
    page = Map(title=title or ", ".join(table.stem for table in tables))
    for path in (*rasters, *overlays):
        with _step(f"placing {path.name}"):
            page.add(path)
    if corridor is not None:
        page.add(corridor)
    for table in tables:
        with _step(f"reading {table.name}"):
            occurrences = read(table, source=source)
        if corridor is not None:
            with _step(f"measuring {len(occurrences):,} distances"):
                occurrences = nearest(occurrences, corridor)
        page.add(occurrences, name=table.stem)
    with _step("writing the page"):
        page.save(output)
    _say_what_is_in(page, output)


@cli.command()
@click.argument("table", type=_FILE, metavar="IN")
@click.option("--corridor", "corridor_id", metavar="NAME", default="middle", show_default=True)
@_source_option
@click.option(
    "-o", "--output", required=True, type=_FILE, help=f"File to write: {', '.join(FORMATS)}."
)
def near(*, table: Path, corridor_id: str, source: str | None, output: Path) -> None:
    """Measure each occurrence's distance to a corridor: km, leg, km along it, nearest node."""
    require_writable(output, endings=FORMATS)
    corridor = get_corridor(corridor_id)
    with _step(f"reading {table.name}"):
        occurrences = read(table, source=source)
    with _step(f"measuring {len(occurrences):,} distances"):
        measured = nearest(occurrences, corridor)
    write(measured, output)
    distance = measured["distance_km"]
    click.echo(f"{output}: {len(measured):,} occurrences, {_km_range(distance)} {corridor.title}")


@cli.command("sources")
def sources_command() -> None:
    """List the tables that minmap recognises, with vintage and licence."""
    for row in list_sources().itertuples():
        click.echo(f"{row.id:<16} {row.title} ({row.vintage}; {row.licence})")


@cli.command("corridors")
def corridors_command() -> None:
    """List the corridors in the catalogue."""
    for row in list_corridors().itertuples():
        click.echo(f"{row.id:<16} {row.title} ({row.legs} legs, {row.nodes} nodes)")


@cli.command()
@click.option("-o", "--output", type=_FILE, default="middle_corridor.html", show_default=True)
def demo(output: Path) -> None:
    """Write a map of Central Asia's deposits and the Middle Corridor to the current folder."""
    with _step("drawing the sample data"):
        page = demo_map()
        page.save(output)
    click.echo(f"{TITLE}")
    _say_what_is_in(page, output)


def _say_what_is_in(page: Map, output: Path) -> None:
    where = output.resolve()
    click.echo(f"{where} ({where.stat().st_size / 1e6:.1f} MB, opens without a network)")
    for layer in page.layers():
        click.echo(f"  {layer.layer_name}: {layer.summary}")


def _km_range(distance: gpd.pd.Series) -> str:
    if distance.notna().any():
        return f"{distance.min():,.0f} to {distance.max():,.0f} km from the"
    return "none with a location to measure from the"


@contextmanager
def _step(what: str) -> Iterator[None]:
    """Say on a terminal what is being done and how long it took; say nothing to a pipe."""
    start = time.monotonic()
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True, nl=False)
    yield
    if sys.stderr.isatty():
        click.echo(f"\r{what}: {time.monotonic() - start:.1f} s ", err=True)


def _warn(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    if issubclass(category, MinmapWarning):
        click.echo(f"minmap: warning: {' '.join(str(message).split())}", err=True)


def main() -> None:
    """Run the command line: exit code 0 for done, 1 for an error said in one line, 2 for misuse."""
    warnings.showwarning = _warn
    warnings.simplefilter("always", MinmapWarning)
    try:
        cli(prog_name="minmap")
    except MinmapError as error:
        sys.exit(f"minmap: {' '.join(str(error).split())}")
    except OSError as error:
        sys.exit(f"minmap: {error.filename or 'file'}: {error.strerror or error}.")
    except Exception as error:
        if os.environ.get("MINMAP_TRACEBACK"):
            raise
        sys.exit(
            f"minmap: unexpected {type(error).__name__}: {' '.join(str(error).split())} "
            "(a defect: please report it with MINMAP_TRACEBACK=1 set)."
        )
