"""Commands for corridors: `minmap near` and `minmap corridors`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click
import pandas as pd

import minmap
from minmap.cli.reading import FILE, Reading, reading_options
from minmap.cli.terminal import step, table
from minmap.cli.writing import PAGES, output_option
from minmap.errors import one_line
from minmap.transport.trade_corridors import Corridor, nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor
from minmap.transport.trade_corridors.catalogue import corridors as list_corridors
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
_VARIANT_COLUMNS: Final = {"variant": "variant", "title": "title", "length_km": "km"}


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
    """List the corridors of the catalogue, or show one: its legs, variants and sources."""
    if name is None:
        if output is not None:
            raise click.UsageError(
                "-o writes one corridor; name it, as in: minmap corridors middle."
            )
        columns = ["id", "title", "legs", "variants", "statuses"]
        click.echo(table(columns, list_corridors()[columns].to_numpy().tolist()))
        return
    chosen = get_corridor(name)
    click.echo(_description(chosen))
    if output is not None:
        if output.suffix.lower() in PAGES:
            minmap.Map(title=chosen.title).add(chosen).save(output)
        else:
            chosen.save(output)
        click.echo(str(output))


def _description(chosen: Corridor) -> str:
    """Return a corridor as text: title, description, legs, variants and sources."""
    parts = [chosen.title, chosen.description, "", _as_text(chosen.legs, _LEG_COLUMNS)]
    if len(chosen.variants):
        parts += ["", _as_text(chosen.variants, _VARIANT_COLUMNS)]
    parts += ["", *(one_line(source.get("citation", "")) for source in chosen.sources)]
    return "\n".join(parts)


def _as_text(frame: pd.DataFrame, titles: Mapping[str, str]) -> str:
    cells = pd.DataFrame(frame[[*titles]]).astype(object)
    return table([*titles.values()], cells.where(cells.notna(), "").to_numpy().tolist())


def _km_range(distance: pd.Series) -> str:
    if distance.notna().any():
        return f"{distance.min():,.0f} to {distance.max():,.0f} km from the"
    return "none with a location, so no distance from the"
