"""What the maker of a map wishes for the look of a layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cached_property
from typing import Any, Self

from minmap.style.classes import Classes
from minmap.style.fields import Fields


@dataclass(frozen=True)
class Looks:
    """The look of a layer as its maker describes it; a layer fills in the rest.

    Parameters
    ----------
    color
        A column, or a CSS colour; None means the default of the layer.
    classes
        How numbers are put into classes and coloured.
    fields
        What the page carries and shows of the table's columns.
    """

    color: str | None = None
    classes: Classes = field(default_factory=Classes)
    fields: Fields = field(default_factory=Fields)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the look that the options of `Map.add` describe.

        Examples
        --------
        >>> Looks.of({"color": "grade", "scheme": None, "k": 3, "palette": None}).classes.k
        3
        """
        classes = Classes(options["scheme"], options["k"], options["palette"])
        return cls(options["color"], classes, Fields.of(options))

    @cached_property
    def named(self) -> frozenset[str]:
        """The columns that the look names, among other texts.

        Examples
        --------
        >>> sorted(Looks(color="grade").named)
        ['grade']
        """
        return frozenset(_texts(self)).union(*self.fields.named.values())


def _texts(value: object) -> Iterator[str]:
    if is_dataclass(value):
        for one in vars(value).values():
            yield from _texts(one)
    elif isinstance(value, (str, int)):
        yield str(value)
