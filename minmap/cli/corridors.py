"""Commands that measure against a corridor."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click
import pandas as pd

import minmap
from minmap.cli.reading import FILE, Reading, reading_options
from minmap.cli.terminal import step, table
from minmap.cli.writing import PAGES, output_option
from minmap.errors import one_line
from minmap.transport.corridors import Corridor, nearest
from minmap.transport.corridors import corridor as get_corridor
from minmap.transport.corridors import corridors as list_corridors
from minmap.writing import FORMATS, write

_ENDINGS: Final = (".geojson", *PAGES)
_LEG_COLUMNS: Final = {
    "leg_id": "leg",
    "mode": "mode",
    "gauge_mm": "gauge_mm",
    "status": "status",
    "length_km": "km",
    "countries": "countries",
}
_WAY_COLUMNS: Final = {"variant": "variant", "title": "way", "length_km": "km"}


@click.command(short_help="Measure the distance to a corridor.")
@click.argument("path", type=FILE, metavar="IN")
@click.option("--corridor", "corridor_id", metavar="NAME", default="middle", show_default=True)
@reading_options
@output_option(FORMATS)
def near(*, path: Path, corridor_id: str, reading: Reading, output: Path) -> None:
    """Measure each occurrence's distance to a corridor: km, leg, km along it, nearest node."""
    corridor = get_corridor(corridor_id)
    occurrences = reading.table(path)
    with step(f"measuring {len(occurrences):,} distances"):
        measured = nearest(occurrences, corridor)
    write(measured, output)
    distance = measured["distance_km"]
    click.echo(f"{output}: {len(measured):,} occurrences, {_km_range(distance)} {corridor.title}")


@click.command(
    "corridors",
    short_help="List or show corridors.",
    epilog="\b\nminmap corridors\nminmap corridors middle\nminmap corridors middle -o middle.html",
)
@click.argument("name", required=False)
@output_option(_ENDINGS, required=False)
def corridors_command(*, name: str | None, output: Path | None) -> None:
    """List the corridors of the catalogue, or show one: its legs, ways through it and sources."""
    if name is None:
        if output is not None:
            raise click.UsageError(
                "-o writes one corridor; name it, as in: minmap corridors middle."
            )
        listed = list_corridors()
        rows = [
            [row.id, row.title, row.legs, row.variants, row.statuses] for row in listed.itertuples()
        ]
        click.echo(table(["id", "title", "legs", "variants", "statuses"], rows))
        return
    chosen = get_corridor(name)
    click.echo(_described(chosen))
    if output is not None:
        if output.suffix.lower() in PAGES:
            minmap.Map(title=chosen.title).add(chosen).save(output)
        else:
            chosen.save(output)
        click.echo(str(output))


def _described(chosen: Corridor) -> str:
    """Return a corridor as text: what it is, its legs, ways through it, sources."""
    legs = chosen.legs
    shown = [name for name in _LEG_COLUMNS if name in legs]
    parts = [
        chosen.title,
        chosen.description,
        "",
        table([*_LEG_COLUMNS.values()], _cells(legs[shown])),
    ]
    if len(chosen.variants):
        ways = chosen.variants[[*_WAY_COLUMNS]]
        parts += ["", table([*_WAY_COLUMNS.values()], _cells(ways))]
    parts += ["", *(one_line(source.get("citation", "")) for source in chosen.sources)]
    return "\n".join(parts)


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    plain = pd.DataFrame(frame).astype(object)
    cells: list[list[Any]] = plain.where(frame.notna(), "").to_numpy().tolist()
    return cells


def _km_range(distance: pd.Series) -> str:
    if distance.notna().any():
        return f"{distance.min():,.0f} to {distance.max():,.0f} km from the"
    return "none with a location to measure from the"
