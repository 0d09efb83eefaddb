"""Commands that list what minmap knows: sources and corridors."""

from pathlib import Path
from typing import Final

import click

import minmap
from minmap.cli.group import cli
from minmap.cli.option_words import in_options
from minmap.cli.reading import FILE, IN, READING, options_given, read_table
from minmap.cli.terminal import echo, frame_table
from minmap.cli.writing import MAPS, output_option
from minmap.coordinates.column import to_arrow
from minmap.errors import one_line
from minmap.files import open_document
from minmap.files.cells import ReadOptions
from minmap.output import atomic_path
from minmap.reading import describe_match
from minmap.reading import sources as list_sources
from minmap.reading.column_match import match
from minmap.reading.source_toml import as_toml
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor
from minmap.transport.trade_corridors.catalogue import corridors as list_corridors
from minmap.types import TEXT
from minmap.writing.delimited import guarded

_LEG: Final = ["leg_id", "mode", "gauge_mm", "status", "length_km", "countries"]
_VARIANT: Final = ["variant", "title", "length_km"]
_TITLES: Final = {"leg_id": "leg", "length_km": "km"}


@cli.command(
    epilog=(
        "\b\n"
        "minmap sources --describe mine.xlsx > mine.toml\n"
        "minmap convert mine.xlsx --source mine.toml -o mine.gpkg"
    ),
    params=[
        click.Option(
            ["--describe"],
            type=FILE,
            metavar="FILE",
            help="Print a description of this table, found from its columns, for use as --source.",
        ),
        *(option for option in READING if option.name != "vocabulary"),
    ],
)
def sources_command(*, describe: Path | None) -> None:
    """List the tables that minmap recognises, or describe your own."""
    given = options_given()
    if describe is None:
        if given:
            raise click.UsageError("reading options need --describe FILE.")
        for row in list_sources().itertuples():
            echo(f"{row.id:<16} {row.title} ({row.vintage}; {row.licence})")
        return
    if "source" in given:
        raise click.UsageError("--describe finds the source by itself; leave out --source.")
    layer, columns = given.pop("layer", None), given.pop("columns", None)
    with open_document(describe) as opened:
        cells = opened.cells(layer, ReadOptions(**given))
        found = match(cells, label=opened.label, columns=columns, crs=given.get("crs"))
    echo(as_toml(found.source))
    said = in_options(found.note, click.get_current_context().command)
    click.echo(f"minmap: {one_line(said)}", err=True)


@cli.command(
    epilog="\b\nminmap match mine.xlsx\nminmap match mine.xlsx --column name='Site' -o match.csv",
    params=[IN, *READING, output_option([".csv"], what="File to write as well", required=False)],
)
def match_command(*, paths: tuple[Path, ...], output: Path | None) -> None:
    """Show how each column of a table was understood, and why."""
    described = describe_match(read_table(paths))
    if output is not None:
        with atomic_path(output) as draft:
            texts = [str(name) for name in described if described[name].dtype == TEXT]
            safe = {name: guarded(to_arrow(described[name])).to_pylist() for name in texts}
            described.assign(**safe).to_csv(draft, index=False)
    shown = ["column", "taken_as", "confidence", "evidence"]
    if "read_from" in described:
        shown.insert(0, "read_from")
    echo(frame_table(described[shown].astype("str").fillna("")))
    for question in described["question"].dropna():
        echo(in_options(question, click.get_current_context().command))


@cli.command(
    epilog="\b\nminmap corridors\nminmap corridors middle\nminmap corridors middle -o middle.html",
    params=[
        click.Argument(["corridor"], required=False),
        output_option((".geojson", *MAPS), required=False),
    ],
)
def corridors_command(*, corridor: str | None, output: Path | None) -> None:
    """List the corridors of the catalogue, or show one.

    Its legs, variants and sources are shown.
    """
    if corridor is None:
        if output is not None:
            raise click.UsageError(
                "-o writes one corridor; name it, as in: minmap corridors middle."
            )
        columns = ["id", "title", "legs", "variants", "statuses"]
        echo(frame_table(list_corridors()[columns]))
        return
    chosen = get_corridor(corridor)
    echo(_description(chosen))
    if output is not None:
        if output.suffix.lower() in MAPS:
            minmap.Map(title=chosen.title).add(chosen).save(output)
        else:
            chosen.save(output)
        echo(str(output))


def _description(chosen: Corridor) -> str:
    """Return a corridor as text: title, description, legs, variants and sources."""
    legs = frame_table(chosen.legs[_LEG].rename(columns=_TITLES))
    parts = [chosen.title, chosen.description, "", legs]
    if len(chosen.variants):
        parts += ["", frame_table(chosen.variants[_VARIANT].rename(columns=_TITLES))]
    parts += ["", *(one_line(source.get("citation", "")) for source in chosen.sources)]
    return "\n".join(parts)
