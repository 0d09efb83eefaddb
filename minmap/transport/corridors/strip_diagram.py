"""The legs of a corridor side by side, as a schematic strip in HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Any, Final, TypeAlias

import pandas as pd

from minmap.transport.corridors.variants import walk

Labels: TypeAlias = dict[Any, tuple[Any, Any]]
"""Name and kind of each node."""

# Legs in a strip; a layer of lines can have thousands.
_MOST: Final = 80
_MARKS: Final = {
    "port": "■",
    "border crossing": "◆",
    "dry port": "⬢",
    "break of gauge": "▲",
    "junction": "◉",
    "station": "●",
}
# Mid tones, which show on white and on black; the mode stands in words below each bar.
_COLORS: Final = {
    "rail": "currentColor",
    "road": "#b4702e",
    "sea": "#2f8ac9",
    "pipeline": "#9a5bb0",
}
_DASHES: Final = {"operating": "solid", "under construction": "dashed", "planned": "dotted"}
_ROW: Final = "display:flex;flex-wrap:wrap;margin:.6em 0;line-height:1.25"
_UNIT: Final = "display:flex;margin-bottom:.6em"
_LEG: Final = "min-width:6em;text-align:center;font-size:.85em"
_NODE: Final = "text-align:center;max-width:9em;padding:0 .15em"
_MARK: Final = "height:1.2em;line-height:1.2em"
_BAR: Final = "height:.6em;margin-bottom:.6em;border-bottom:3px"
_QUIET: Final = "opacity:.75"


def strip(legs: pd.DataFrame, nodes: pd.DataFrame) -> str:
    """Draw the legs in their order, one row where they follow one another, with a key.

    Parameters
    ----------
    legs, nodes
        Tables as a `minmap.Corridor` holds them.

    Returns
    -------
    str
        HTML without scripts; texts of the tables are escaped. Of more than 80 legs the first 80.

    Examples
    --------
    >>> legs = pd.DataFrame({"leg_id": ["a-b"], "from_node": ["a"], "to_node": ["b"],
    ...     "mode": ["sea"], "gauge_mm": [None], "status": ["operating"], "status_year": [None],
    ...     "length_km": [343.6], "geometry_kind": ["schematic"]})
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "name": ["Aktau", "Alat"], "kind": "port"})
    >>> drawn = strip(legs, nodes)
    >>> [word in drawn for word in ("Aktau", "sea", "344 km", "■ port")]
    [True, True, True, True]
    """
    shown = legs.iloc[:_MOST]
    named = nodes["name"].where(nodes["name"].notna(), nodes["node_id"])
    labels = {
        node: (name, kind)
        for node, name, kind in zip(nodes["node_id"], named, nodes["kind"], strict=True)
    }
    rows = "".join(_row(run, passed, labels) for run, passed in _runs(shown))
    passed = {*shown["from_node"], *shown["to_node"]}
    left_out = len(legs) - len(shown)
    more = f'<div style="{_QUIET}">and {left_out:,} more legs</div>' if left_out else ""
    return rows + more + _key(shown, {labels[node][1] for node in passed})


def _runs(legs: pd.DataFrame) -> Iterator[tuple[list[Any], tuple[str, ...]]]:
    """Yield the legs that follow one another, and the nodes passed."""
    rows = list(legs.itertuples())
    while rows:
        passed = walk([(str(leg.from_node), str(leg.to_node)) for leg in rows])
        run, rows = rows[: len(passed) - 1], rows[len(passed) - 1 :]
        yield run, passed


def _row(run: list[Any], passed: tuple[str, ...], labels: Labels) -> str:
    gauges = [leg.gauge_mm for leg in run]
    # The gauge of each leg against that of the next one; the last node has none behind it.
    changes = [*(_change(*pair) for pair in pairwise(gauges)), ()]
    ends = [_node(*labels[node], *change) for node, change in zip(passed[1:], changes, strict=True)]
    units = ["", *(_leg(leg) for leg in run)]
    nodes = [_node(*labels[passed[0]]), *ends]
    body = "".join(
        f'<div style="{_UNIT}">{leg}{node}</div>' for leg, node in zip(units, nodes, strict=True)
    )
    return f'<div style="{_ROW}">{body}</div>'


def _change(before: Any, after: Any) -> tuple[str, ...]:
    if pd.isna(before) or pd.isna(after) or before == after:
        return ()
    return (f"{before} → {after} mm",)


def _leg(leg: Any) -> str:
    gauge = "" if pd.isna(leg.gauge_mm) else f" {leg.gauge_mm}"
    lines = [f"{leg.mode}{gauge}", f"{leg.length_km:,.0f} km"]
    if leg.status != "operating":
        since = "" if pd.isna(leg.status_year) else f" ({leg.status_year})"
        lines.append(f"{leg.status}{since}")
    if leg.geometry_kind == "schematic":
        lines.append("sketch")
    bar = f"{_BAR} {_DASHES[leg.status]} {_COLORS[leg.mode]}"
    below = "<br>".join(escape(line) for line in lines)
    about = escape(leg.leg_id)
    return f'<div style="{_LEG}" title="{about}"><div style="{bar}"></div>{below}</div>'


def _node(name: str, kind: str, *notes: str) -> str:
    mark = f'<div style="{_MARK}" title="{escape(kind)}">{_MARKS[kind]}</div>'
    below = "<br>".join(escape(text) for text in (name, *notes))
    return f'<div style="{_NODE}">{mark}{below}</div>'


def _key(legs: pd.DataFrame, kinds: set[str]) -> str:
    """Explain the marks and bars that occur."""
    marks = [f"{mark} {kind}" for kind, mark in _MARKS.items() if kind in kinds]
    statuses = set(legs["status"])
    bars = [f"{dash} bar: {status}" for status, dash in _DASHES.items() if status in statuses]
    return f'<div style="{_QUIET}">{escape(" · ".join([*marks, *bars]))}</div>'
