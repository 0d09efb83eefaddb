"""A corridor as it shows itself in a notebook: a strip of its legs, and what to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

import pandas as pd

from minmap.transport.corridors.strip_diagram import strip
from minmap.transport.corridors.variants import Variant

# Published and computed lengths that differ by more than this are named.
_LENGTHS_AGREE: Final = 0.04
_SHOWN: Final = 8

# Colours come from the notebook's own text, so that light and dark both do.
_STYLE: Final = {
    "page": "max-width:62em;font-size:13px;line-height:1.45",
    "title": "font-size:1.15em;font-weight:600",
    "quiet": "opacity:.75",
    "head": "font-weight:600;margin:.9em 0 .2em",
    "table": "border-collapse:collapse;margin:.2em 0;font-size:inherit;color:inherit",
    "cell": "text-align:left;padding:.15em 1em .15em 0;background:none",
    "number": "text-align:right;padding:.15em 1em .15em 0;background:none",
}


def counted(number: int, noun: str) -> str:
    """Return a number and its noun.

    Examples
    --------
    >>> counted(1, "leg"), counted(1200, "leg")
    ('1 leg', '1,200 legs')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def page(
    *,
    title: str,
    description: str,
    legs: pd.DataFrame,
    nodes: pd.DataFrame,
    variants: Sequence[Variant],
    sources: Sequence[Mapping[str, str]],
) -> str:
    """Return a corridor as HTML without scripts or files; no text of the data is taken for HTML.

    Parameters
    ----------
    title, description, legs, nodes, variants, sources
        What a `minmap.Corridor` holds.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["leg_id", "mode", "length_km"])
    >>> empty = page(title="A & B", description="", legs=none, nodes=none, variants=(), sources=())
    >>> "A &amp; B" in empty
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
            strip(legs, nodes),
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
    names = names_of(nodes)
    rows = [
        [
            way.name,
            way.title,
            f"{names[way.nodes[0]]} – {names[way.nodes[-1]]}",
            " ".join(way.countries),
            f"{way.length_km:,.0f}",
        ]
        for way in variants
    ]
    return _table("Variants", ["name", "title", "from – to", "countries", "km"], rows, text=4)


def names_of(nodes: pd.DataFrame) -> dict[str, str]:
    """Return the name of each node; its id where it has none.

    Examples
    --------
    >>> names_of(pd.DataFrame({"node_id": ["a", "b"], "name": ["Alat", None]}))
    {'a': 'Alat', 'b': 'b'}
    """
    named = nodes["name"].where(nodes["name"].notna(), nodes["node_id"])
    return dict(zip(nodes["node_id"], named, strict=True))


def _doubts(legs: pd.DataFrame) -> list[str]:
    """Say what about the legs is not sure."""
    found = []
    sketched = legs[legs["geometry_kind"] == "schematic"]
    if len(sketched):
        km = sketched["length_km"].sum()
        found.append(
            f"Drawn as a sketch, no track known: {_listed(sketched['leg_id'])} ({km:,.0f} km)."
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
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(values.iloc[:_SHOWN]) + more


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
    """Return a table whose first columns are text and whose others are numbers."""
    styles = [_STYLE["cell" if number < text else "number"] for number in range(len(columns))]

    def line(tag: str, cells: Sequence[Any]) -> str:
        made = (
            f'<{tag} style="{style}">{escape(str(cell))}</{tag}>'
            for style, cell in zip(styles, cells, strict=True)
        )
        return f'<tr style="background:none">{"".join(made)}</tr>'

    body = "".join(line("td", row) for row in rows)
    return (
        f'<div style="{_STYLE["head"]}">{head}</div>'
        f'<table style="{_STYLE["table"]}"><thead>{line("th", columns)}</thead>'
        f"<tbody>{body}</tbody></table>"
    )
