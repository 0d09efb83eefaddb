"""Legends with an entry for each value of a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from minmap.errors import MinmapError
from minmap.missing_codes import without_missing_codes
from minmap.style.area_colors import AREA_COLORS
from minmap.style.palettes import DEFAULT_RAMP, Palette, is_ramp, ramp, swatches
from minmap.style.symbols import (
    OTHER,
    PALETTE,
    SHAPES,
    UNKNOWN,
    Entry,
    Legend,
    not_given,
)
from minmap.style.value_labels import in_own_order, label_of, labelled
from minmap.style.value_names import by_value, named_value

_MOST: Final = 255
"""The number of values that get a colour of their own from a palette."""


def value_legend(
    values: pd.Series,
    *,
    title: str | None,
    known: Mapping[str, Entry] | None = None,
    area: str | None = None,
    palette: Palette | None = None,
    order: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
) -> Legend:
    """Assign each value of a column its own colour and shape.

    Parameters
    ----------
    values
        Text, categories or a few distinct numbers; missing values become "not given".
    title
        The legend's heading.
    known
        Entries of values with a fixed look, such as commodity groups, in the order of the legend.
        Other values get colours of the palette.
    area
        Shape of every entry, for lines and polygons (``"line"`` or ``"area"``); None gives each
        value a point symbol, the first twelve one of their own.
    palette
        A name, a list of colours, or a mapping from labels to colours: values that it does not
        have are "other". None gives ordered categories a ramp; of other values the most frequent,
        40 areas or 12 points and lines, get a colour each, and the rest is "other".
    order
        Labels of the values that come first. The others follow in the order of a mapping, of their
        categories or numbers, or of their counts.
    names
        Names of values, by which `palette` and `order` may have them.

    Raises
    ------
    ChoiceError
        If `order` has a value that the column does not have.
    MinmapError
        If a palette has fewer colours than there are values, or a mapping has none of them.

    Examples
    --------
    >>> legend = value_legend(pd.Series(["b", "a", "b", None]), title="kind")
    >>> [(entry.label, entry.count) for entry in legend.entries], legend.codes.tolist()
    ([('b', 2), ('a', 1), ('not given', 1)], [0, 1, 0, 2])
    >>> legend = value_legend(pd.Series([7, 9, 8]), title=None, palette={"8": "#ff0000"})
    >>> [(entry.label, entry.color) for entry in legend.entries]
    [('8', '#ff0000'), ('other (2 values)', '#8A8A8A')]
    """
    values, missing = _with_missing(values, palette)
    labels, rows = labelled(values)
    counts = pd.Series(np.bincount(rows, minlength=len(labels))).groupby(labels, sort=False).sum()
    frequent = counts.drop("").sort_values(ascending=False, kind="stable").index.tolist()
    known, own, names = known or {}, in_own_order(values), names or {}
    if isinstance(palette, dict):
        palette = by_value(palette, frequent, names, argument="palette")
    first = [named_value(value, frequent, names, argument="legend_order") for value in order]
    ordered = _in_order(frequent, [*_mapped(palette), *(own or known)], first)
    if isinstance(palette, dict):
        _require_mapped(palette, ordered, names, title=title)
    colors = _colors(ordered, palette, title=title, area=area, has_order=own is not None)
    shown = [value for value in ordered if value in colors]
    rest = [value for value in ordered if value not in colors]
    looks = [_entry(value, n, colors[value], known, palette) for n, value in enumerate(shown)]
    if rest:
        looks.append(Entry(f"other ({len(rest)} values)", 0, OTHER, "circle", others=len(rest)))
    if counts[""]:
        blank = palette.get("", UNKNOWN) if isinstance(palette, dict) else UNKNOWN
        looks.append(not_given("circle", missing, blank))
    if area is not None:
        looks = [replace(look, shape=area, dash=None) for look in looks]
    position = {value: n for n, value in enumerate(shown)} | dict.fromkeys(rest, len(shown))
    position[""] = len(looks) - 1
    return Legend.of(title, looks, np.array([position[label] for label in labels])[rows])


def _with_missing(values: pd.Series, palette: Palette | None) -> tuple[pd.Series, list[float]]:
    """Return a column without its codes of missing values, and the codes that no mapping names."""
    if not pd.api.types.is_any_real_numeric_dtype(values):
        return values, []
    blanked, codes = without_missing_codes(values)
    is_named = any(label_of(code) in _mapped(palette) for code in codes)
    return (values, []) if is_named else (blanked, codes)


def _mapped(palette: Palette | None) -> list[str]:
    return list(palette) if isinstance(palette, dict) else []


def _in_order(frequent: list[str], preferred: list[str], first: Sequence[str]) -> list[str]:
    """Return labels: the first ones, then those that are preferred, then the rest."""
    present = set(frequent)
    liked = [value for value in preferred if value in present]
    return list(dict.fromkeys([*first, *liked, *frequent]))


def _require_mapped(
    palette: dict[str, str], values: list[str], names: Mapping[str, str], *, title: str | None
) -> None:
    """Raise if a mapping has none of the values."""
    if values and not set(values) & set(palette):
        some = (f"{one!r} ({names[one]})" if one in names else repr(one) for one in values[:12])
        raise MinmapError(
            f"palette= has no value of the column {title!r}; give colours for its values, such "
            f"as {', '.join(some)}."
        )


def _colors(
    ordered: list[str],
    palette: Palette | None,
    *,
    title: str | None,
    area: str | None,
    has_order: bool,
) -> dict[str, str]:
    """Return the colours of the values that get one."""
    if isinstance(palette, dict):
        return {value: palette[value] for value in ordered if value in palette}
    is_thin = area != "area"
    if palette is None and not has_order:
        usual = PALETTE if is_thin else AREA_COLORS
        room = len(ordered) if len(ordered) <= len(usual) else len(usual) - 1
        return dict(zip(ordered, usual[:room], strict=False))
    if len(ordered) > _MOST:
        raise MinmapError(
            f"the column {title!r} has {len(ordered):,} different values, too many for a legend; "
            "give palette= a mapping from those that matter to colours, or group the values, for "
            "example with pandas.cut."
        )
    if has_order and (palette is None or isinstance(palette, tuple) or is_ramp(palette)):
        # A list that is long enough has a colour for each.
        listed = palette[: len(ordered)] if isinstance(palette, tuple) else ()
        taken = listed if len(listed) == len(ordered) else palette or DEFAULT_RAMP
        chosen = ramp(taken, len(ordered), thin=is_thin)
    else:
        chosen = swatches(palette or DEFAULT_RAMP, len(ordered), title=title, thin=is_thin)
    return dict(zip(ordered, chosen, strict=True))


def _entry(
    value: str, place: int, color: str, known: Mapping[str, Entry], palette: Palette | None
) -> Entry:
    look = known.get(value)
    if look is None:
        return Entry(value, 0, color, SHAPES[place % len(SHAPES)])
    return look if palette is None else replace(look, color=color)
