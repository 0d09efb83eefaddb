"""Commands that check and repair the records of a table."""

from pathlib import Path
from typing import Final

import click
import geopandas as gpd
import pandas as pd

from minmap.cli.group import cli
from minmap.cli.reading import IN, READING, read_table, repeatable
from minmap.cli.terminal import echo, frame_table, step
from minmap.cli.writing import output_option, write_table
from minmap.errors import one_line
from minmap.quality import check, check_rules, repair
from minmap.quality.records import REPAIRS
from minmap.writing import write

_SEVERITIES: Final = ("error", "warning", "note")
_RULES: Final = f"Rules: {', '.join(check_rules()['rule'])}."


@cli.command(
    epilog=f"{_RULES}\n\n\b\n"
    "minmap check mrds.csv -o findings.gpkg\n"
    "minmap check mrds.csv --rule swapped --rule lost_sign --fail-on warning",
    params=[
        IN,
        repeatable("--rule", "rules", form="RULE", what="Check by this rule only."),
        click.Option(
            ["--fail-on"],
            type=click.Choice(_SEVERITIES[:2]),
            help="Exit with 1 if a finding is at least as severe.",
        ),
        *READING,
        output_option(what="File of all findings to write", required=False),
    ],
)
def check_command(
    *, paths: tuple[Path, ...], rules: tuple[str, ...], fail_on: str | None, output: Path | None
) -> None:
    """Find errors in the records of a table.

    The evidence against each doubtful value is listed.
    """
    occurrences, findings = _checked(paths, rules)
    if output is not None:
        write(_as_layer(findings, occurrences), output)
    _print_findings(findings, len(occurrences))
    if fail_on is not None:
        severe = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
        if findings["severity"].isin(severe).any():
            click.get_current_context().exit(1)


@cli.command(
    epilog=f"{_RULES}\n\n\b\nminmap repair mrds.csv --rule swapped --rule lost_sign -o mended.gpkg",
    params=[
        IN,
        repeatable(
            "--rule", "rules", form="RULE", what="Repair what this rule finds.", required=True
        ),
        *READING,
        output_option(),
    ],
)
def repair_command(*, paths: tuple[Path, ...], rules: tuple[str, ...], output: Path) -> None:
    """Apply the repairs that rules propose.

    The table keeps the original values. Look at the findings first: `minmap check IN --rule RULE`.
    """
    occurrences, findings = _checked(paths, rules)
    curable = findings[findings["proposed"].notna()]
    repaired = repair(occurrences, curable)
    message = (
        f"{repaired[REPAIRS].notna().sum():,} of {len(occurrences):,} occurrences repaired; "
        f"{len(findings) - len(curable):,} findings propose no repair"
    )
    write_table(repaired, output, message)


def _checked(
    paths: tuple[Path, ...], rules: tuple[str, ...]
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the occurrences in files and the findings of rules, of all if none is named."""
    occurrences = read_table(paths)
    with step(f"checking {len(occurrences):,} records"):
        return occurrences, check(occurrences, rules=rules or None)


def _as_layer(findings: pd.DataFrame, occurrences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the findings with the locations of their records, so that they can be mapped."""
    places = occurrences.geometry.iloc[findings["row"]].to_numpy()
    layer = gpd.GeoDataFrame(pd.DataFrame(findings), geometry=places, crs=occurrences.crs)
    layer.attrs = occurrences.attrs
    return layer


def _print_findings(findings: pd.DataFrame, records: int) -> None:
    if findings.empty:
        echo(f"nothing found in {records:,} records")
        return
    rank = findings["severity"].map(_SEVERITIES.index)
    ranked = pd.DataFrame(findings).iloc[rank.argsort(kind="stable")]
    counted = ranked.groupby(["severity", "rule"], sort=False)
    counts = counted.agg(findings=("row", "size"), records=("records", "sum")).reset_index()
    echo(frame_table(counts))
    echo(f"{findings['records'].sum():,} values in {records:,} records have findings\n")
    # One of each rule, because most large tables have one fault many times.
    shown = ranked.drop_duplicates("rule").fillna({"occurrence_id": "no id"})
    words = shown[["occurrence_id", "rule", "field", "evidence", "cure"]]
    for record, rule, field, evidence, cure in words.to_numpy().tolist():
        where = "" if field == "geometry" else f" in {field}"
        echo(one_line(f"{record}: {rule}{where}: {evidence}; {cure}"))
    if len(ranked) > len(shown):
        echo(f"and {len(ranked) - len(shown):,} more; write them all with -o FILE")
