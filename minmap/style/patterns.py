"""Shapes of symbols and dashes of lines, one for each value of a column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import did_you_mean, items_of, nearest_choice, shown
from minmap.errors import ChoiceError, MinmapError
from minmap.style.icons import icon_named, icon_paths
from minmap.style.symbols import NOT_GIVEN, PALETTE, SHAPES, Entry, Legend
from minmap.style.table_columns import column_names
from minmap.style.value_labels import label_of, labelled
from minmap.style.value_legends import value_legend
from minmap.style.value_names import by_value, with_names

NEUTRAL: Final = "#6B7280"
"""The colour of legends that do not explain colours."""

_NUMBER: Final = re.compile(r"[\d.]+")
_LENGTHS: Final = re.compile(r"[\d\s.,()\[\]]+")
_OF_DASHED: Final = 3  # an offset, as matplotlib has it, a stroke and a gap
_SOME_ICONS: Final = ("mine", "abandoned mine", "smelter", "port", "station")

Wish = Sequence[str] | Mapping[Any, str] | None


@dataclass(frozen=True)
class Patterns:
    """The shapes, or the dashes, that a layer can have.

    Parameters
    ----------
    argument
        The argument that names a column or one of them, and the field of the legend's entries that
        has them.
    plural
        The argument that takes a list, or a mapping from values.
    looks
        What each name means to the page.
    synonyms
        Names by the words and signs of other programs, as of `nearest_choice`.
    has_icons
        Whether the names of icons are known too.
    """

    argument: str
    plural: str
    looks: Mapping[str, Any]
    synonyms: Mapping[str, str]
    has_icons: bool = False

    def words(self, wish: object) -> Mapping[str, str]:
        """Return the synonyms; for lengths such as "5,5", the nearest dashes too.

        Examples
        --------
        >>> DASHES.words([5, 5])["[5, 5]"], DASHES.words("10 5 2 5")["10 5 2 5"]
        ('dashed', 'dashdot')
        """
        text, numbers = str(wish), _NUMBER.findall(str(wish))
        if self.argument != "dash" or not _LENGTHS.fullmatch(text):
            return self.synonyms
        return {**self.synonyms, text: "dashdot" if len(numbers) > _OF_DASHED else "dashed"}

    def named(self, name: object) -> str | None:
        """Return a name as minmap writes it; None if nothing has that name."""
        if not isinstance(name, str) or name in self.looks:
            return name if isinstance(name, str) else None
        return icon_named(name) if self.has_icons else None

    def look(self, name: str) -> Any:
        """Return what a known name means to the page; an icon means itself."""
        return self.looks.get(name, name)

    def column_or_name(self, table: pd.DataFrame, wish: object) -> tuple[str | None, str]:
        """Return the column that a wish names, if it names one, and the name.

        Raises
        ------
        ChoiceError
            If it is neither. The message lists both.

        Examples
        --------
        >>> table = pd.DataFrame({"kind": ["mine"]})
        >>> [SHAPE_PATTERNS.column_or_name(table, wish) for wish in ("kind", "Freight-car")]
        [('kind', 'kind'), (None, 'freight car')]
        >>> DASHES.column_or_name(table, "dotty")
        Traceback (most recent call last):
            ...
        minmap.errors.ChoiceError: dash='dotty' is neither a column nor one of: solid, dashed,
        dashdot, dotted; did you mean 'dotted'? Columns: kind.
        """
        columns = column_names(table)
        if str(wish) in columns:
            return str(wish), str(wish)
        name = self.named(wish)
        if name is not None:
            return None, name
        listed = f" Columns: {', '.join(columns)}." if columns else ""
        raise ChoiceError(
            f"{self.argument}={shown(wish)} is neither a column nor one of: {self._choices()}"
            f"{self._near(wish, columns)}{listed}"
        )

    def _choices(self) -> str:
        icons = f", or an icon such as {', '.join(_SOME_ICONS)}" if self.has_icons else ""
        return ", ".join(self.looks) + icons

    def _near(self, wish: object, columns: Sequence[str] = ()) -> str:
        known = [*columns, *self.looks, *(icon_paths() if self.has_icons else ())]
        near = nearest_choice(str(wish), known, synonyms=self.words(wish))
        return did_you_mean([] if near is None else [repr(near)])

    def legend(
        self,
        values: pd.Series,
        wish: Wish,
        *,
        title: str,
        value_names: Mapping[str, str] | None = None,
    ) -> Legend:
        """Return the legend that gives each value of a column its own pattern.

        Parameters
        ----------
        values
            Text, categories or a few numbers; missing values become "not given".
        wish
            Names of patterns, for the values from the most frequent on; or a mapping from values,
            in which a value without a pattern gets another one. None means all patterns.
        title
            The legend's heading.
        value_names
            Names of values, by which a mapping may have them.

        Raises
        ------
        ChoiceError
            If there is no pattern of a name.
        MinmapError
            If there are more values than patterns, or none of the mapped values occurs.

        Examples
        --------
        >>> kinds = pd.Series(["thrust", "thrust", "inferred"])
        >>> legend = DASHES.legend(kinds, {"thrust": "solid", "inferred": "dashed"}, title="type")
        >>> [(entry.label, entry.dash) for entry in legend.entries]
        [('thrust', None), ('inferred', (8, 5))]
        """
        chosen = self._chosen(wish)
        keys = wish if isinstance(wish, Mapping) else {}
        labels = [label for label in labelled(values)[0] if label]
        given = dict(zip(map(label_of, keys), chosen, strict=False))
        mapped = by_value(given, labels, value_names or {}, argument=self.plural)
        known = {label: Entry(label, 0, NEUTRAL, "circle") for label in mapped}
        # A mapping that is longer than the usual palette has an entry for each of its values.
        palette = dict.fromkeys(mapped, NEUTRAL) if len(mapped) >= len(PALETTE) else None
        legend = value_legend(values, title=title, known=known, palette=palette)
        labels = [entry.label for entry in legend.entries if entry.label != NOT_GIVEN]
        if mapped and labels and not set(mapped).intersection(labels):
            raise MinmapError(
                f"{self.plural}={shown(wish)} names no value of {title!r}; its values are: "
                f"{', '.join(with_names(labels[:5], value_names or {}))}"
                f"{'...' if len(labels) > 5 else ''}."
            )
        if not mapped and len(labels) > len(chosen):
            raise MinmapError(
                f"{self.argument}={title!r} has more different values than there are "
                f"{self.plural} ({len(chosen)}); give {self.plural}= a mapping from values; "
                f"two values may share a {self.argument}, or give color={title!r}."
            )
        unused = [name for name in self.looks if name not in chosen[: len(labels)]]
        rest = iter(unused) if mapped else iter(chosen)
        names = [mapped.get(label) or next(rest, list(self.looks)[-1]) for label in labels]
        names.append(unused[-1] if unused else chosen[-1])  # of missing values
        entries = (
            replace(entry, **{"color": NEUTRAL, "shape": "line", self.argument: self.look(name)})
            for entry, name in zip(legend.entries, names, strict=False)
        )
        return replace(legend, entries=tuple(entries))

    def _chosen(self, wish: Wish) -> list[str]:
        names = list(self.looks) if wish is None else items_of(wish)
        if isinstance(wish, Mapping):
            names = list(wish.values())
        if not names:
            raise MinmapError(
                f"{self.plural}={shown(wish)} is neither a list nor a mapping from values; give "
                f"such as {self.plural}={list(self.looks)[:2]}."
            )
        return [self._required(name) for name in names]

    def _required(self, name: object) -> str:
        found = self.named(name)
        if found is None:
            raise ChoiceError(
                f"{self.plural}={shown(name)} is not known{self._near(name)} Choose one of: "
                f"{self._choices()}."
            )
        return found


# Signs of matplotlib, and words of QGIS and CSS.
_SHAPE_WORDS: Final = {
    "o": "circle", "round": "circle", "point": "circle", "s": "square", "rectangle": "square",
    "^": "triangle", "equilateraltriangle": "triangle", "v": "triangle-down", "D": "diamond",
    "d": "diamond", "p": "pentagon", "h": "hexagon", "H": "hexagon", "*": "star", "+": "plus",
    "x": "cross", "X": "cross",
}  # fmt: skip
_DASH_WORDS: Final = {
    "-": "solid", "line": "solid", "solidline": "solid", "none": "solid", "--": "dashed",
    "dash": "dashed", "dashline": "dashed", "longdash": "dashed", "-.": "dashdot",
    "dotdash": "dashdot", "dashdotline": "dashdot", "dashdotted": "dashdot", ":": "dotted",
    "dot": "dotted", "dotline": "dotted",
}  # fmt: skip
SHAPE_PATTERNS: Final = Patterns(
    "shape", "shapes", {shape: shape for shape in SHAPES}, _SHAPE_WORDS, has_icons=True
)
"""Shapes of symbols, and icons."""
DASHES: Final = Patterns(
    "dash",
    "dashes",
    {"solid": None, "dashed": (8, 5), "dashdot": (8, 4, 2, 4), "dotted": (2, 4)},
    _DASH_WORDS,
)
"""Dashes of lines: lengths of strokes and gaps in pixels."""


def with_patterns_of(legend: Legend, other: Legend, field: str) -> Legend | None:
    """Return a legend of colours that shows the patterns of another too.

    None if records of one colour have different patterns.

    Examples
    --------
    >>> kinds = pd.Series(["a", "b"])
    >>> dashes = DASHES.legend(kinds, None, title="kind")
    >>> both = with_patterns_of(value_legend(kinds, title="kind", area="line"), dashes, "dash")
    >>> [(entry.color, entry.dash) for entry in both.entries]
    [('#0072B2', None), ('#D55E00', (8, 5))]
    """
    pairs = np.unique(np.stack([legend.codes, other.codes], axis=1), axis=0)
    if len(pairs) > len(np.unique(pairs[:, 0])):
        return None
    looks = {int(code): getattr(other.entries[at], field) for code, at in pairs}
    entries = (
        replace(entry, **{field: looks[code]}) if code in looks else entry
        for code, entry in enumerate(legend.entries)
    )
    return replace(legend, entries=tuple(entries))


def recoloured(other: Legend, legend: Legend, field: str) -> Legend:
    """Return a legend of patterns in the one colour of another legend."""
    only = legend.entries[0]
    return other.changed(
        lambda one: replace(only, label=one.label, count=one.count, **{field: getattr(one, field)})
    )
