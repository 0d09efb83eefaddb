"""Commands that check and repair the records of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
import geopandas as gpd
import pandas as pd

from minmap.cli.reading import FILE, Reading, reading_options
from minmap.cli.terminal import step, table
from minmap.cli.writing import output_option
from minmap.errors import one_line
from minmap.quality import check, check_rules, repair
from minmap.writing import FORMATS, write

_SEVERITIES: Final = ("error", "warning", "note")
_RULES: Final = f"Rules: {', '.join(check_rules()['rule'])}."


@click.command(
    "check",
    short_help="Find errors in the records of a table.",
    epilog=f"{_RULES}\n\n\b\n"
    "minmap check mrds.csv -o findings.gpkg\n"
    "minmap check mrds.csv --rule swapped --rule lost_sign --fail-on warning",
)
@click.argument("path", type=FILE, metavar="IN")
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Check by this rule only. Repeatable."
)
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES[:2]),
    help="Exit with 1 if a finding is at least as severe.",
)
@reading_options
@output_option(FORMATS, what="File of all findings to write", required=False)
def check_command(
    *,
    path: Path,
    rules: tuple[str, ...],
    fail_on: str | None,
    reading: Reading,
    output: Path | None,
) -> None:
    """Find doubtful values in the records of a table, with the evidence against them."""
    occurrences = reading.table(path)
    with step(f"checking {len(occurrences):,} records"):
        findings = check(occurrences, rules=rules or None)
    if output is not None:
        write(_as_layer(findings, occurrences), output)
    _print_findings(findings, len(occurrences))
    if fail_on is not None:
        severe = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
        if findings["severity"].isin(severe).any():
            click.get_current_context().exit(1)


@click.command(
    "repair",
    short_help="Repair what a rule finds.",
    epilog=f"{_RULES}\n\n\b\nminmap repair mrds.csv --rule swapped --rule lost_sign -o mended.gpkg",
)
@click.argument("path", type=FILE, metavar="IN")
@click.option(
    "--rule",
    "rules",
    multiple=True,
    required=True,
    metavar="RULE",
    help="Repair what this rule finds. Repeatable.",
)
@reading_options
@output_option(FORMATS)
def repair_command(*, path: Path, rules: tuple[str, ...], reading: Reading, output: Path) -> None:
    """Apply the repairs that the rules propose, and keep the original values in the table.

    Look at the findings first: `minmap check IN --rule RULE`.
    """
    occurrences = reading.table(path)
    with step(f"checking {len(occurrences):,} records"):
        findings = check(occurrences, rules=rules)
    curable = findings[findings["proposed"].notna()]
    write(repair(occurrences, curable), output)
    click.echo(
        f"{output}: {curable['row'].nunique():,} of {len(occurrences):,} occurrences repaired; "
        f"{len(findings) - len(curable):,} findings propose no repair"
    )


def _as_layer(findings: pd.DataFrame, occurrences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the findings with the locations of their records, so that they can be mapped."""
    places = occurrences.geometry.iloc[findings["row"]].to_numpy()
    layer = gpd.GeoDataFrame(pd.DataFrame(findings), geometry=places, crs=occurrences.crs)
    layer.attrs = occurrences.attrs
    return layer


def _print_findings(findings: pd.DataFrame, records: int) -> None:
    if findings.empty:
        click.echo(f"nothing found in {records:,} records")
        return
    rank = findings["severity"].map(_SEVERITIES.index)
    ranked = pd.DataFrame(findings).iloc[rank.argsort(kind="stable")]
    rows = [
        [severity, rule, len(found), int(found["row"].nunique())]
        for (severity, rule), found in ranked.groupby(["severity", "rule"], sort=False)
    ]
    click.echo(table(["severity", "rule", "findings", "records"], rows))
    click.echo(f"{findings['row'].nunique():,} of {records:,} records have findings\n")
    # One of each rule, because most large tables have one fault many times.
    shown = ranked.drop_duplicates("rule").fillna({"occurrence_id": "no id"})
    words = shown[["occurrence_id", "rule", "field", "evidence", "cure"]]
    for record, rule, field, evidence, cure in words.to_numpy().tolist():
        where = "" if field == "geometry" else f" in {field}"
        click.echo(one_line(f"{record}: {rule}{where}: {evidence}; {cure}"))
    if len(ranked) > len(shown):
        click.echo(f"and {len(ranked) - len(shown):,} more; write them all with -o FILE")
