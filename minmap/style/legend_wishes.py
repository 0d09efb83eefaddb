"""What the maker of a map wishes for the legend of a layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from minmap.arguments import items_of, require_one_of, require_text, shown
from minmap.errors import MinmapError
from minmap.style.symbols import NOT_GIVEN, Entry, Legend
from minmap.style.value_labels import label_of


@dataclass(frozen=True)
class LegendWish:
    """The legend of a layer as its maker describes it.

    Parameters
    ----------
    title
        The heading; None takes the name of the column.
    shown
        Whether the panel and the print sheet have the legend.
    unit
        The unit of the values; None takes the one that minmap knows.
    order
        Labels of the values that come first, in their order.
    hidden
        Labels of the values that are switched off when the page opens.
    """

    title: str | None = None
    shown: bool = True
    unit: str | None = None
    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @classmethod
    def of(cls, legend: Any, unit: Any, order: Any, hidden: Any) -> Self:
        """Return the wishes of ``legend``, ``unit``, ``legend_order`` and ``legend_hidden``.

        Raises
        ------
        MinmapError
            If `legend` is neither text nor False, `unit` is not text, `order` or `hidden` is not a
            list, or entries are hidden in a legend that is not shown.

        Examples
        --------
        >>> LegendWish.of("Grade", "g/t", None, [0, None]).hidden
        ('0', 'not given')
        """
        if legend is not None and legend is not False and not isinstance(legend, str):
            raise MinmapError(
                f"legend={shown(legend)} is neither a title nor False; give text, such as "
                "legend='Grade', or False for no legend."
            )
        if unit is not None:
            require_text(unit, name="unit", like="g/t")
        wish = cls(
            legend or None,
            legend is not False,
            unit,
            _labels(order, name="legend_order"),
            _labels(hidden, name="legend_hidden"),
        )
        if wish.hidden and not wish.shown:
            raise MinmapError(
                "legend=False leaves readers no way to show what legend_hidden= hides; leave out "
                "one of them."
            )
        return wish

    def ordered(self, legend: Legend) -> Legend:
        """Return a legend that begins with the wished values, in their order.

        Raises
        ------
        ChoiceError
            If a value has no entry.

        Examples
        --------
        >>> made = Legend.of("kind", [Entry(n, 0, "#ff0000", "circle") for n in "ab"], [0, 1, 1])
        >>> legend = LegendWish(order=("b",)).ordered(made)
        >>> [entry.label for entry in legend.entries], legend.codes.tolist()
        (['b', 'a'], [1, 0, 0])
        """
        labels = [entry.label for entry in legend.entries]
        for value in self.order:
            require_one_of(value, labels, name="legend_order")
        rank = {value: place for place, value in enumerate(self.order)}
        places = sorted(range(len(labels)), key=lambda at: rank.get(labels[at], len(rank)))
        entries = tuple(legend.entries[at] for at in places)
        codes: Any = np.argsort(places)[legend.codes].astype(legend.codes.dtype)
        return replace(legend, entries=entries, codes=codes)

    def applied(self, legend: Legend) -> Legend:
        """Return a legend as it is wished.

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
        names = [_names(entry) for entry in legend.entries]
        known = [name for both in names for name in both]
        hidden = {require_one_of(value, known, name="legend_hidden") for value in self.hidden}
        entries = tuple(
            replace(entry, hidden=True) if hidden & both else entry
            for entry, both in zip(legend.entries, names, strict=True)
        )
        title, unit = self.title or legend.title, self.unit or legend.unit
        return replace(legend, title=title, unit=unit, entries=entries, shown=self.shown)


def _names(entry: Entry) -> set[str]:
    """Return the labels by which an entry is found."""
    more = {entry.code} if entry.code else set()
    is_blank = entry.label.startswith(NOT_GIVEN)
    more |= {NOT_GIVEN} if is_blank else {"other"} if entry.others else set()
    return {entry.label, *more}


def _labels(values: Any, *, name: str) -> tuple[str, ...]:
    if values is None:
        return ()
    listed = items_of(values)
    if listed is None:
        raise MinmapError(
            f"{name}={shown(values)} is not a list of values; give one, such as {name}=['gold']."
        )
    return tuple(label_of(value) or NOT_GIVEN for value in listed)
