"""Commands on the records of one site: link, review and merge."""

from pathlib import Path

import click
import geopandas as gpd

from minmap.cli.group import cli
from minmap.cli.input_options import InputOptions
from minmap.cli.reading import FILE, IN, READING, read_with
from minmap.cli.terminal import echo, step
from minmap.cli.writing import output_option, write_table
from minmap.linking.link_files import read_links, write_links
from minmap.linking.merging import merge
from minmap.linking.record_links import link
from minmap.output import PAGES, atomic_path


@cli.command(
    name="link",
    epilog="\b\n"
    "minmap link major.csv pp1802.csv mrds.csv -o links.csv\n"
    "minmap link major.csv mrds.csv --decisions decisions.csv --precision 0.95 -o links.csv",
    params=[
        IN,
        click.Option(["--decisions"], type=FILE, metavar="CSV",
                     help="What a page of `minmap review` saved, or links with the column "
                     "decision filled in: same or different."),
        click.Option(["--precision"], type=float, metavar="SHARE",
                     help="Share of links that are expected to be right, such as 0.95."),
        click.Option(["--max-km"], type=float, default=300.0, show_default=True,
                     help="Greatest distance without a number in common."),
        *READING,
        output_option([".csv"]),
    ],
)  # fmt: skip
def link_command(
    *,
    paths: tuple[Path, ...],
    decisions: Path | None,
    precision: float | None,
    max_km: float,
    output: Path,
) -> None:
    """Find the records of one site in one table or several.

    The file has one row a pair of records, with its probability and evidence. Decide doubtful pairs
    on a page of `minmap review`, or write same or different into the column decision, and give the
    file as --decisions.
    """
    tables = _read(paths)
    records = sum(map(len, tables))
    with step(f"comparing {records:,} records"):
        links = link(*tables, decisions=decisions, precision=precision, max_km=max_km)
    with atomic_path(output) as draft:
        write_links(links, draft)
    found = links.attrs["link"]
    echo(
        f"{output}: {len(links):,} pairs, {links['same_site'].sum():,} of them of one site; "
        f"{found['sites']:,} sites with several of the {records:,} records"
    )


@cli.command(
    name="review",
    epilog="\b\n"
    "minmap review links.csv major.csv pp1802.csv -o review.html\n"
    "minmap link major.csv pp1802.csv --decisions decisions.csv -o links.csv",
    params=[
        click.Argument(["links"], type=FILE, metavar="LINKS"),
        IN,
        click.Option(["--title"], metavar="TEXT", help="Title of the page."),
        click.Option(["--language"], metavar="TAG", default="en", show_default=True,
                     help="Language of the page: en or ru."),
        *READING,
        output_option(PAGES, required=False, default="review.html", show_default=True),
    ],
)  # fmt: skip
def review_command(
    *, links: Path, paths: tuple[Path, ...], title: str | None, language: str, output: Path
) -> None:
    """Write a page to decide which records are of one site.

    LINKS is the CSV that `minmap link` wrote from the tables IN, or rows of it. The page shows the
    most doubtful pairs first, and saves decisions.csv for `minmap link --decisions`.
    """
    found = read_links(links)
    tables = _read(paths)
    # The map is imported when it is needed: `minmap --help` does not wait for folium.
    from minmap.maps.pair_review import review  # noqa: PLC0415

    with step(f"drawing {len(found):,} pairs"):
        page = review(found, *tables, title=title, language=language)
    with step(f"writing {output.name}"):
        page.save(output)
    decided = found["decision"].count()
    echo(f"{output}: {len(found):,} pairs, {decided:,} of them decided; opens without a network")


@cli.command(
    name="merge",
    epilog="\b\n"
    "minmap merge major.csv pp1802.csv -o both.gpkg\n"
    "minmap merge major.csv pp1802.csv --links links.csv -o sites.gpkg",
    params=[
        IN,
        click.Option(["--links"], type=FILE, metavar="CSV", help="What `minmap link` wrote."),
        *READING,
        output_option(),
    ],
)
def merge_command(*, paths: tuple[Path, ...], links: Path | None, output: Path) -> None:
    """Put tables one below the other, or make one row a site.

    With --links, the records of one site become one row.
    """
    tables = _read(paths)
    merged = merge(*tables, links=None if links is None else read_links(links))
    records = sum(map(len, tables))
    what = "occurrences" if links is None else f"sites of {records:,} records"
    write_table(merged, output, f"{len(merged):,} {what}")


def _read(paths: tuple[Path, ...]) -> list[gpd.GeoDataFrame]:
    options = InputOptions.of(paths, [])
    tables = [options.call(read_with, path) for path in paths]
    options.require_used()
    return tables
