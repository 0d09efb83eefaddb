"""Commands that measure against a corridor."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from minmap.cli.reading import FILE, Reading, output_option, reading_options
from minmap.cli.terminal import step
from minmap.corridors import corridor as get_corridor
from minmap.corridors import corridors as list_corridors
from minmap.corridors import nearest
from minmap.export import FORMATS, write
from minmap.output import require_writable


@click.command()
@click.argument("path", type=FILE, metavar="IN")
@click.option("--corridor", "corridor_id", metavar="NAME", default="middle", show_default=True)
@reading_options
@output_option
def near(*, path: Path, corridor_id: str, reading: Reading, output: Path) -> None:
    """Measure each occurrence's distance to a corridor: km, leg, km along it, nearest node."""
    require_writable(output, endings=FORMATS)
    corridor = get_corridor(corridor_id)
    occurrences = reading.table(path)
    with step(f"measuring {len(occurrences):,} distances"):
        measured = nearest(occurrences, corridor)
    write(measured, output)
    distance = measured["distance_km"]
    click.echo(f"{output}: {len(measured):,} occurrences, {_km_range(distance)} {corridor.title}")


@click.command("corridors")
def corridors_command() -> None:
    """List the corridors in the catalogue."""
    for row in list_corridors().itertuples():
        click.echo(f"{row.id:<16} {row.title} ({row.legs} legs, {row.nodes} nodes)")


def _km_range(distance: pd.Series) -> str:
    if distance.notna().any():
        return f"{distance.min():,.0f} to {distance.max():,.0f} km from the"
    return "none with a location to measure from the"
