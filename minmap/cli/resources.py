"""The command on grade, tonnage and capacity: resources."""

from pathlib import Path

import click

from minmap.cli.group import cli
from minmap.cli.input_options import InputOptions
from minmap.cli.reading import FILE, IN, READING, pairs, read_with, repeatable
from minmap.cli.terminal import echo, frame_table, step
from minmap.cli.writing import output_option, write_table
from minmap.estimates import resources, summarise_resources
from minmap.linking.link_files import read_links


@cli.command(
    name="resources",
    epilog="\b\n"
    "minmap resources sedcu_deps_pros.csv\n"
    "minmap resources report.xlsx sedcu_deps_pros.csv --links links.csv -o resources.csv\n"
    "minmap resources survey.csv --heading 'T=Ore (Mt)' --heading 'G=Cu (%)' --by commodity",
    params=[
        IN,
        click.Option(["--links"], type=FILE, metavar="CSV", help="What `minmap link` wrote."),
        repeatable(
            "--heading",
            "headings",
            form="COLUMN=HEADING",
            what="What a column has, such as 'T=Ore (Mt)'.",
            callback=pairs("COLUMN=HEADING", "'T=Ore (Mt)'"),
        ),
        repeatable(
            "--by",
            form="NAME",
            what="What to sum by: commodity, country, site_type, category or source; by default "
            "commodity and country.",
        ),
        *READING,
        output_option(what="File to write the estimates as well", required=False),
    ],
)
def resources_command(
    *,
    paths: tuple[Path, ...],
    links: Path | None,
    headings: dict[str, str],
    by: tuple[str, ...],
    output: Path | None,
) -> None:
    """Sum grade and tonnage, or capacities, over distinct sites.

    Columns are found by the words and units of their headings. Give the most trusted table first,
    and the links between the tables, or a deposit in two tables counts twice.
    """
    options = InputOptions.of(paths, [])
    tables = [options.call(read_with, path) for path in paths]
    options.require_used()
    with step(f"reading the estimates of {sum(map(len, tables)):,} occurrences"):
        found = resources(
            *tables, links=None if links is None else read_links(links), headings=headings
        )
    sums = summarise_resources(found, by=by or ("commodity", "country"))
    sums = sums.drop(columns=["left_out_estimates", "geometry"], errors="ignore")
    if output is not None:
        write_table(found, output, f"{len(found):,} estimates")
    amounts = [name for name in ("contained_t", "capacity") if name in sums.columns]
    stated = sums[sums[amounts].notna().any(axis=1)] if amounts else sums
    echo(frame_table(stated))
    missing = len(sums) - len(stated)
    if missing:
        echo(f"{missing:,} more without an amount")
