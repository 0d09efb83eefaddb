"""The command that writes the page of claims."""

from pathlib import Path

import click

from minmap.cli.group import cli
from minmap.cli.reading import FILE
from minmap.cli.terminal import echo, step


@cli.command(
    epilog="\b\nminmap claims claims.html",
    params=[click.Argument(["page"], type=FILE, metavar="PAGE.html")],
)
def claims(*, page: Path) -> None:
    """Write what is said of Central Asia's minerals beside tables.

    The page is one file with maps, tables and sources, for readers who do not program. It opens
    without a network.
    """
    # The maps are imported when they are needed: `minmap --help` does not wait for folium.
    from minmap.claims_page.article import TITLE, write_claims  # noqa: PLC0415

    with step("comparing claims with tables, and drawing maps"):
        write_claims(page)
    echo(f"{page}: {TITLE}")
