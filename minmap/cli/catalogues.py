"""The command that lists the sources that minmap knows."""

from pathlib import Path

import click

from minmap.cli.group import cli
from minmap.cli.reading import FILE, READING, options_given
from minmap.errors import one_line
from minmap.files import open_document
from minmap.reading import sources as list_sources
from minmap.reading.column_match import match
from minmap.reading.source_toml import as_toml


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
        *READING,
    ],
)
def sources_command(*, describe: Path | None) -> None:
    """List the tables that minmap recognises, or describe your own."""
    given = options_given()
    if describe is None:
        if given:
            raise click.UsageError("reading options need --describe FILE.")
        for row in list_sources().itertuples():
            click.echo(f"{row.id:<16} {row.title} ({row.vintage}; {row.licence})")
        return
    if "source" in given:
        raise click.UsageError("--describe finds the source by itself; leave out --source.")
    layer, columns = given.pop("layer", None), given.pop("columns", None)
    with open_document(describe) as opened:
        cells = opened.cells(layer, **given)
        source, note = match(cells, label=opened.label, columns=columns, crs=given.get("crs"))
    click.echo(as_toml(source))
    click.echo(f"minmap: {one_line(note)}", err=True)
