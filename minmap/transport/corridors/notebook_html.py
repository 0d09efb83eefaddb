"""A corridor as HTML for a notebook: a strip diagram of its legs, lengths, variants and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from minmap.transport.corridors.variants import Variant, walk

# A published length that differs by more than this share from the length is listed.
_LENGTHS_AGREE: Final = 0.04
_MOST_LISTED: Final = 8
# A layer of lines can have thousands of legs.
_MOST_LEGS: Final = 80

# Colours are those of the notebook's text, so that they suit light and dark themes.
_STYLE: Final = {
    "page": "max-width:62em;font-size:13px;line-height:1.45",
    "title": "font-size:1.15em;font-weight:600",
    "quiet": "opacity:.75",
    "head": "font-weight:600;margin:.9em 0 .2em",
    "table": "border-collapse:collapse;margin:.2em 0;font-size:inherit;color:inherit",
    "cell": "text-align:left;padding:.15em 1em .15em 0;background:none",
    "number": "text-align:right;padding:.15em 1em .15em 0;background:none",
}
_MARKS: Final = {
    "port": "■",
    "border crossing": "◆",
    "dry port": "⬢",
    "break of gauge": "▲",
    "junction": "◉",
    "station": "●",
}
# Mid tones are visible on white and on black; the mode is written below each bar.
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


def counted(number: int, noun: str) -> str:
    """Return a number and its noun, in the plural if needed.

    Examples
    --------
    >>> counted(1, "leg"), counted(1200, "leg")
    ('1 leg', '1,200 legs')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def corridor_html(
    *,
    title: str,
    description: str,
    legs: pd.DataFrame,
    nodes: pd.DataFrame,
    variants: Sequence[Variant],
    sources: Sequence[Mapping[str, str]],
) -> str:
    """Return a corridor as HTML without scripts or files; texts of the data are escaped.

    Parameters
    ----------
    title, description, legs, nodes, variants, sources
        Parts of a `minmap.Corridor`.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["leg_id", "mode", "length_km"])
    >>> html = corridor_html(
    ...     title="A & B", description="", legs=none, nodes=none, variants=(), sources=()
    ... )
    >>> "A &amp; B" in html
    True
    """
    totals = f"{counted(len(legs), 'leg')}, {counted(len(nodes), 'node')}"
    if len(legs):
        countries = dict.fromkeys(" ".join(legs["countries"].dropna()).split())
        totals += f", {legs['length_km'].sum():,.0f} km in all; {', '.join(countries)}"
    parts = [
        f'<div style="{_STYLE["title"]}">{escape(title)}</div>',
        f"<div>{escape(description)}</div>" if description else "",
        f'<div style="{_STYLE["quiet"]}">{totals}</div>',
    ]
    if len(legs):
        parts += [
            strip_diagram(legs, nodes),
            _lengths(legs),
            _variants(variants, nodes),
            _list("Doubts", _doubts(legs)),
        ]
    parts.append(_list("Sources", _cited(sources)))
    return f'<div style="{_STYLE["page"]}">{"".join(parts)}</div>'


def _lengths(legs: pd.DataFrame) -> str:
    by_status = legs.pivot_table(
        index="mode", columns="status", values="length_km", aggfunc="sum", sort=False, observed=True
    )
    rows = [
        [mode, *("" if pd.isna(km) else f"{km:,.0f}" for km in row), f"{row.sum():,.0f}"]
        for mode, row in by_status.iterrows()
    ]
    return _table("Length, km", ["mode", *by_status.columns, "all"], rows, text=1)


def _variants(variants: Sequence[Variant], nodes: pd.DataFrame) -> str:
    if not variants:
        return ""
    names = _names(nodes)
    rows = [
        [
            variant.name,
            variant.title,
            f"{names[variant.nodes[0]]} – {names[variant.nodes[-1]]}",
            " ".join(variant.countries),
            f"{variant.length_km:,.0f}",
        ]
        for variant in variants
    ]
    return _table("Variants", ["name", "title", "from – to", "countries", "km"], rows, text=4)


def _names(nodes: pd.DataFrame) -> dict[str, str]:
    """Return the name of each node, or its id where it has no name."""
    named = nodes["name"].where(nodes["name"].notna(), nodes["node_id"])
    return dict(zip(nodes["node_id"], named, strict=True))


def _doubts(legs: pd.DataFrame) -> list[str]:
    """Return sentences on the uncertain properties of the legs."""
    found = []
    schematic = legs[legs["geometry_kind"] == "schematic"]
    if len(schematic):
        km = schematic["length_km"].sum()
        found.append(
            f"Drawn as a sketch, no track known: {_listed(schematic['leg_id'])} ({km:,.0f} km)."
        )
    bridged_km = legs["bridged_km"].sum()
    if bridged_km > 0:
        found.append(f"Gaps of the source closed by a straight line: {bridged_km:,.1f} km.")
    differ = legs[(legs["length_km"] / legs["published_km"] - 1).abs() > _LENGTHS_AGREE]
    found += [
        f"{leg.leg_id}: {leg.length_km:,.1f} km, published {leg.published_km:,.1f} km "
        f"({leg.published_source})."
        for leg in differ.itertuples()
    ]
    unsourced = legs[(legs["status"] != "operating") & legs["status_source"].isna()]
    if len(unsourced):
        found.append(f"No source for the status of {_listed(unsourced['leg_id'])}.")
    return found


def _listed(values: pd.Series) -> str:
    more = f" and {len(values) - _MOST_LISTED} more" if len(values) > _MOST_LISTED else ""
    return ", ".join(values.iloc[:_MOST_LISTED]) + more


def _cited(sources: Iterable[Mapping[str, str]]) -> list[str]:
    return [
        ". ".join(source[key] for key in ("title", "citation", "licence", "url") if key in source)
        for source in sources
    ]


def _list(head: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    lines = "".join(f"<div>{escape(item)}</div>" for item in items)
    return f'<div style="{_STYLE["head"]}">{head}</div>{lines}'


def _table(head: str, columns: Sequence[Any], rows: Sequence[Sequence[Any]], *, text: int) -> str:
    """Return a table whose first `text` columns are text and whose others are numbers."""
    styles = [_STYLE["cell" if number < text else "number"] for number in range(len(columns))]

    def line(tag: str, cells: Sequence[Any]) -> str:
        row = (
            f'<{tag} style="{style}">{escape(str(cell))}</{tag}>'
            for style, cell in zip(styles, cells, strict=True)
        )
        return f'<tr style="background:none">{"".join(row)}</tr>'

    body = "".join(line("td", row) for row in rows)
    return (
        f'<div style="{_STYLE["head"]}">{head}</div>'
        f'<table style="{_STYLE["table"]}"><thead>{line("th", columns)}</thead>'
        f"<tbody>{body}</tbody></table>"
    )


def strip_diagram(legs: pd.DataFrame, nodes: pd.DataFrame) -> str:
    """Draw the legs in order, with a key; legs that follow one another share a row.

    Parameters
    ----------
    legs, nodes
        Tables of a `minmap.Corridor`.

    Returns
    -------
    str
        HTML without scripts; texts are escaped. Only the first 80 legs are drawn.

    Examples
    --------
    >>> legs = pd.DataFrame({"leg_id": ["a-b"], "from_node": ["a"], "to_node": ["b"],
    ...     "mode": ["sea"], "gauge_mm": [None], "status": ["operating"], "status_year": [None],
    ...     "length_km": [343.6], "geometry_kind": ["schematic"]})
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "name": ["Aktau", "Alat"], "kind": "port"})
    >>> drawn = strip_diagram(legs, nodes)
    >>> [word in drawn for word in ("Aktau", "sea", "344 km", "■ port")]
    [True, True, True, True]
    """
    shown = legs.iloc[:_MOST_LEGS]
    names, kinds = _names(nodes), dict(zip(nodes["node_id"], nodes["kind"], strict=True))
    labels = {node: (name, kinds[node]) for node, name in names.items()}
    rows = "".join(_row(run, passed, labels) for run, passed in _runs(shown))
    used = {kinds[node] for node in (*shown["from_node"], *shown["to_node"])}
    left_out = len(legs) - len(shown)
    more = f'<div style="{_STYLE["quiet"]}">and {left_out:,} more legs</div>' if left_out else ""
    return rows + more + _key(shown, used)


def _runs(legs: pd.DataFrame) -> Iterator[tuple[list[Any], tuple[str, ...]]]:
    """Yield runs of legs that follow one another, and the nodes that each run passes."""
    rows = list(legs.itertuples())
    while rows:
        passed = walk([(str(leg.from_node), str(leg.to_node)) for leg in rows])
        run, rows = rows[: len(passed) - 1], rows[len(passed) - 1 :]
        yield run, passed


def _row(run: list[Any], passed: tuple[str, ...], labels: dict[str, tuple[str, str]]) -> str:
    gauges = [leg.gauge_mm for leg in run]
    # A change of gauge is shown at the node between two legs; the last node has no next leg.
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
    return f'<div style="{_STYLE["quiet"]}">{escape(" · ".join([*marks, *bars]))}</div>'
