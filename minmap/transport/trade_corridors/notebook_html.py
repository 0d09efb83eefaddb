"""Corridors, networks and findings as HTML for a notebook: tables, and a strip diagram of legs."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import zip_longest
from typing import Any, Final

import pandas as pd

from minmap.transport.trade_corridors.variants import walk

# A published length that differs by more than this share from the length is listed.
_LENGTHS_AGREE: Final = 0.04
_MOST_LISTED: Final = 8
# A layer of lines can have thousands of legs.
_MOST_LEGS: Final = 80

# Colours are those of the notebook's text, so that they suit light and dark themes.
_QUIET: Final = "opacity:.75"
_HEAD: Final = "font-weight:600;margin:.9em 0 .2em"
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
}
_DASHES: Final = {"operating": "solid", "under construction": "dashed", "planned": "dotted"}
_BAR: Final = "height:.6em;margin-bottom:.6em;border-bottom:3px"


def counted(number: int, noun: str) -> str:
    """Return a number and its noun, in the plural if needed.

    Examples
    --------
    >>> counted(1, "leg"), counted(1200, "leg")
    ('1 leg', '1,200 legs')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def summary_html(
    title: str,
    tables: Mapping[str, pd.DataFrame],
    *,
    facts: Sequence[str] = (),
    sources: Iterable[Mapping[str, Any]] = (),
    most_rows: int = 12,
) -> str:
    """Return a title, the first rows of tables under their names, facts and citations as HTML.

    Texts are escaped.

    Examples
    --------
    >>> summary_html("<b>", {}, facts=["no gaps"], sources=[{"citation": "Li, 2020"}])
    '<div><p><b>&lt;b&gt;</b></p><p>no gaps. Li, 2020</p></div>'
    """
    parts = [f"<p><b>{escape(title)}</b></p>"]
    for name, table in tables.items():
        more = f", the first {most_rows}" if len(table) > most_rows else ""
        heading = f"<p><b>{escape(name)}</b>{more}</p>" if name or more else ""
        parts += [heading + table_html(table.head(most_rows))] if len(table) else []
    cited = "; ".join(str(source.get("citation", "")) for source in sources)
    last = ". ".join(filter(None, [", ".join(facts), cited]))
    return f"<div>{''.join(parts)}<p>{escape(last)}</p></div>"


def table_html(table: pd.DataFrame, *, decimals: int = 1) -> str:
    """Return a table without its index as HTML; texts are escaped, numbers are rounded.

    Examples
    --------
    >>> "<td>&lt;b&gt;</td>" in table_html(pd.DataFrame({"name": ["<b>"]}))
    True
    """
    number = f"{{:,.{decimals}f}}".format
    return table.to_html(index=False, na_rep="", border=0, float_format=number)


def corridor_html(about: Mapping[str, Any], legs: pd.DataFrame, nodes: pd.DataFrame) -> str:
    """Return a corridor as HTML without scripts or files; texts of the data are escaped.

    Parameters
    ----------
    about
        ``title``, ``description``, ``variants`` and ``sources`` of a `minmap.Corridor`.
    legs, nodes
        Its tables.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["leg_id", "mode", "length_km"])
    >>> about = {"title": "A & B", "description": "", "variants": none, "sources": ()}
    >>> "A &amp; B" in corridor_html(about, none, none)
    True
    """
    totals = f"{counted(len(legs), 'leg')}, {counted(len(nodes), 'node')}"
    parts = [_div("font-size:1.15em;font-weight:600", about["title"])]
    parts.append(_div("", about["description"]))
    if len(legs):
        countries = dict.fromkeys(" ".join(legs["countries"].dropna()).split())
        totals += f", {legs['length_km'].sum():,.0f} km in all; {', '.join(countries)}"
        names = dict(zip(nodes["node_id"], nodes["name"].fillna(nodes["node_id"]), strict=True))
        parts += [
            _div(_QUIET, totals),
            strip_diagram(legs, names, dict(zip(nodes["node_id"], nodes["kind"], strict=True))),
            _table("Length, km", _lengths(legs)),
            _table("Variants", _variants(about["variants"], names)),
            _list("Doubts", _doubts(legs)),
        ]
    else:
        parts.append(_div(_QUIET, totals))
    keys = ("title", "citation", "licence", "url")
    cited = [". ".join(source[k] for k in keys if k in source) for source in about["sources"]]
    parts.append(_list("Sources", cited))
    return f'<div style="max-width:62em;font-size:13px;line-height:1.45">{"".join(parts)}</div>'


def _div(style: str, *lines: str) -> str:
    """Return lines of text, escaped, in an element of their own."""
    return f'<div style="{style}">{"<br>".join(escape(line) for line in lines)}</div>'


def _list(head: str, items: Sequence[str]) -> str:
    return _div(_HEAD, head) + _div("", *items) if items else ""


def _table(head: str, table: pd.DataFrame) -> str:
    return _div(_HEAD, head) + table_html(table, decimals=0) if len(table) else ""


def _lengths(legs: pd.DataFrame) -> pd.DataFrame:
    by_status = legs.pivot_table(
        index="mode", columns="status", values="length_km", aggfunc="sum", sort=False, observed=True
    )
    return by_status.assign(all=by_status.sum(axis=1)).rename_axis(columns=None).reset_index()


def _variants(variants: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    ends = [variants[column].map(names) for column in ("from_node", "to_node")]
    table = variants.assign(**{"from – to": ends[0] + " – " + ends[1]})
    columns = {"variant": "name", "length_km": "km"}
    shown = ["variant", "title", "from – to", "countries", "length_km"]
    if table["published_km"].notna().any():
        shown += ["published_km", "published_source"]
        columns |= {"published_km": "published, km", "published_source": "source"}
    return table[shown].rename(columns=columns)


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


def strip_diagram(legs: pd.DataFrame, names: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    """Draw the legs in order, with a key; legs that follow one another share a row.

    Parameters
    ----------
    legs
        Legs of a `minmap.Corridor`.
    names, kinds
        Name and kind of each node, by id.

    Returns
    -------
    str
        HTML without scripts; texts are escaped. Only the first 80 legs are drawn.

    Examples
    --------
    >>> legs = pd.DataFrame({"leg_id": ["a-b"], "from_node": ["a"], "to_node": ["b"],
    ...     "mode": ["sea"], "gauge_mm": [None], "status": ["operating"], "status_year": [None],
    ...     "length_km": [343.6], "geometry_kind": ["schematic"]})
    >>> drawn = strip_diagram(legs, {"a": "Aktau", "b": "Alat"}, {"a": "port", "b": "port"})
    >>> [word in drawn for word in ("Aktau", "sea", "344 km", "■ port")]
    [True, True, True, True]
    """
    left: list[Any] = list(legs.iloc[:_MOST_LEGS].itertuples())
    rows: list[str] = []
    used = {kinds[node] for leg in left for node in (leg.from_node, leg.to_node)}
    statuses = {leg.status for leg in left}
    while left:
        passed = walk([(str(leg.from_node), str(leg.to_node)) for leg in left])
        run, left = left[: len(passed) - 1], left[len(passed) - 1 :]
        units = [_node(names[passed[0]], kinds[passed[0]])]
        for leg, node, following in zip_longest(run, passed[1:], run[1:]):
            units.append(_leg(leg) + _node(names[node], kinds[node], *_change(leg, following)))
        boxes = (f'<div style="display:flex;margin-bottom:.6em">{unit}</div>' for unit in units)
        style = "display:flex;flex-wrap:wrap;margin:.6em 0;line-height:1.25"
        rows.append(f'<div style="{style}">{"".join(boxes)}</div>')
    if len(legs) > _MOST_LEGS:
        rows.append(_div(_QUIET, f"and {len(legs) - _MOST_LEGS:,} more legs"))
    key = [f"{mark} {kind}" for kind, mark in _MARKS.items() if kind in used]
    key += [f"{dash} bar: {status}" for status, dash in _DASHES.items() if status in statuses]
    return "".join(rows) + _div(_QUIET, " · ".join(key))


def _change(leg: Any, following: Any) -> list[str]:
    """Return the change of gauge between a leg and the one that follows it, if there is one."""
    if following is None or pd.isna(leg.gauge_mm) or pd.isna(following.gauge_mm):
        return []
    before, after = leg.gauge_mm, following.gauge_mm
    return [f"{before} → {after} mm"] if before != after else []


def _leg(leg: Any) -> str:
    gauge = "" if pd.isna(leg.gauge_mm) else f" {leg.gauge_mm}"
    lines = [f"{leg.mode}{gauge}", f"{leg.length_km:,.0f} km"]
    if leg.status != "operating":
        since = "" if pd.isna(leg.status_year) else f" ({leg.status_year})"
        lines.append(f"{leg.status}{since}")
    if leg.geometry_kind == "schematic":
        lines.append("sketch")
    bar = _div(f"{_BAR} {_DASHES[leg.status]} {_COLORS[leg.mode]}")
    style = "min-width:6em;text-align:center;font-size:.85em"
    return f'<div style="{style}" title="{escape(leg.leg_id)}">{bar}{_div("", *lines)}</div>'


def _node(name: str, kind: str, *notes: str) -> str:
    mark = f'<div style="height:1.2em;line-height:1.2em" title="{kind}">{_MARKS[kind]}</div>'
    style = "text-align:center;max-width:9em;padding:0 .15em"
    return f'<div style="{style}">{mark}{_div("", name, *notes)}</div>'
