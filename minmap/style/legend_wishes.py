"""What the maker of a map wishes for the legend of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import numpy as np

from minmap.arguments import items_of, require_one_of, require_text, shown
from minmap.errors import MinmapError
from minmap.style.symbols import NOT_GIVEN, Entry, Legend
from minmap.style.value_labels import label_of
from minmap.style.value_names import named_value

COLOR: Final = "color"
_EXPLAINED: Final = (COLOR, "size", "shape", "line_width", "dash", "opacity")
"""The keywords whose columns have legends."""
_LIKE: Final = {"legend": "Grade", "unit": "g/t"}


@dataclass(frozen=True)
class LegendWish:
    """The legend of a layer as its maker describes it.

    Parameters
    ----------
    title
        The heading; None takes the name of the column in words.
    shown
        Whether the panel and the print sheet have the legend.
    unit
        The unit of the values; None takes the one that minmap knows.
    order
        Values that come first, or labels of entries, in their order.
    hidden
        Labels of the values that are switched off when the page opens.
    headings
        Titles and units by the keyword whose column a legend explains, such as ``"size"``;
        empty where neither is given by keyword.
    note
        What is to be known of the values, below the entries.
    """

    title: str | None = None
    shown: bool = True
    unit: str | None = None
    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    headings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str | None = None

    @classmethod
    def of(cls, legend: Any, unit: Any, order: Any, hidden: Any) -> Self:
        """Return the wishes of ``legend``, ``unit``, ``legend_order`` and ``legend_hidden``.

        Raises
        ------
        MinmapError
            If `legend` is neither text, nor a mapping from keywords to titles, nor False; `unit` is
            neither text nor such a mapping; `order` or `hidden` is not a list; or entries are
            hidden in a legend that is not shown.

        Examples
        --------
        >>> LegendWish.of("Grade", "g/t", None, [0, None]).hidden
        ('0', 'not given')
        >>> LegendWish.of({"size": "Tonnage"}, {"size": "Mt"}, None, None).headings
        {'size': {'title': 'Tonnage', 'unit': 'Mt'}}
        """
        titles = _by_keyword(legend, name="legend")
        if legend is not None and legend is not False and not isinstance(legend, (str, Mapping)):
            raise MinmapError(
                f"legend={shown(legend)} is neither a title nor False; give text, such as "
                "legend='Grade', a mapping such as {'color': 'Grade', 'size': 'Tonnage'}, or False "
                "for no legend."
            )
        units = _by_keyword(unit, name="unit")
        if unit is not None and not isinstance(unit, Mapping):
            require_text(unit, name="unit", like="g/t")
        headings: dict[str, dict[str, str]] = {}
        for name, texts in (("title", titles), ("unit", units)):
            for keyword, text in texts.items():
                headings.setdefault(keyword, {})[name] = text
        wish = cls(
            (legend or None) if isinstance(legend, str) else titles.get(COLOR),
            legend is not False,
            unit if isinstance(unit, str) else units.get(COLOR),
            _labels(order, name="legend_order"),
            _labels(hidden, name="legend_hidden"),
            headings,
        )
        if wish.hidden and not wish.shown:
            raise MinmapError(
                "legend_hidden= needs a legend, so that readers can show the values again; leave "
                "out legend_hidden or legend=False."
            )
        return wish

    def ordered(self, legend: Legend) -> Legend:
        """Return a legend that begins with the wished entries, in their order.

        An entry is found by its label, or by a value of the column that it is for.

        Raises
        ------
        ChoiceError
            If a wish is for no entry.

        Examples
        --------
        >>> made = Legend.of("kind", [Entry(n, 0, "#ff0000", "circle") for n in "ab"], [0, 1, 1])
        >>> legend = LegendWish(order=("b",)).ordered(made)
        >>> [entry.label for entry in legend.entries], legend.codes.tolist()
        (['b', 'a'], [1, 0, 0])
        """
        wished = _meant(self.order, legend, {}, argument="legend_order")
        ranks = [
            next((rank for rank, value in enumerate(wished) if value in _names(entry)), len(wished))
            for entry in legend.entries
        ]
        places = np.argsort(ranks, kind="stable")
        entries = tuple(legend.entries[at] for at in places)
        codes: Any = np.argsort(places)[legend.codes].astype(legend.codes.dtype)
        return replace(legend, entries=entries, codes=codes)

    def applied(self, legend: Legend, names: Mapping[str, str] | None = None) -> Legend:
        """Return a legend as it is wished; `names` are those that the page shows for values.

        Raises
        ------
        ChoiceError
            If a hidden value has no entry.

        Examples
        --------
        >>> made = Legend.of("kind", [Entry("a", 0, "#ff0000", "circle")], [0])
        >>> LegendWish(title="Kind", hidden=("a",)).applied(made).as_dict()["entries"]
        [{'label': 'a', 'count': 1, 'color': '#ff0000', 'shape': 'circle', 'hidden': True}]
        """
        hidden = set(_meant(self.hidden, legend, names or {}, argument="legend_hidden"))
        made = legend.changed(
            lambda one: replace(one, hidden=True) if hidden.intersection(_names(one)) else one
        )
        title, unit = self.title or legend.title, self.unit or legend.unit
        return replace(made, title=title, unit=unit, shown=self.shown, note=self.note)


def _meant(
    values: tuple[str, ...], legend: Legend, names: Mapping[str, str], *, argument: str
) -> list[str]:
    """Return the code that each value of an argument means, or the label of an entry without."""
    known = [name for entry in legend.entries for name in _names(entry)]
    labels = {entry.codes[0]: entry.label for entry in legend.entries if entry.codes}
    shown = names or {code: label for code, label in labels.items() if code != label}
    return [named_value(value, known, shown, argument=argument) for value in values]


def _names(entry: Entry) -> tuple[str, ...]:
    """Return the texts by which an entry is known."""
    if entry.label.startswith(NOT_GIVEN):
        return entry.label, NOT_GIVEN
    return entry.codes or ((entry.label, "other") if entry.others else (entry.label,))


def _by_keyword(texts: Any, *, name: str) -> dict[str, str]:
    """Return the texts of a mapping by keyword; empty for anything else."""
    if not isinstance(texts, Mapping):
        return {}
    if not texts:
        raise MinmapError(f"{name}={{}} has no texts; give one, such as {name}={_LIKE[name]!r}.")
    for keyword, text in texts.items():
        require_one_of(keyword, _EXPLAINED, name=name)
        require_text(text, name=f"{name}[{keyword!r}]", like=_LIKE[name])
    return dict(texts)


def _labels(values: Any, *, name: str) -> tuple[str, ...]:
    if values is None:
        return ()
    listed = items_of(values)
    if listed is None:
        raise MinmapError(
            f"{name}={shown(values)} is not a list of values; give one, such as {name}=['gold']."
        )
    return tuple(label_of(value) or NOT_GIVEN for value in listed)
