"""What the maker of a map wishes for the look of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from minmap.style.classes import Classes
from minmap.style.file_styles.file_style import FileStyle


@dataclass(frozen=True)
class Looks:
    """The look of a layer as its maker describes it; a layer fills in the rest.

    Parameters
    ----------
    color
        A column, or a CSS colour; None means the default of the layer.
    classes
        How numbers are put into classes and coloured.
    file_style
        The look that came with a file, for what the maker left open; None without one.
    """

    color: str | None = None
    classes: Classes = field(default_factory=Classes)
    file_style: FileStyle | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the look that the options of `Map.add` describe.

        Examples
        --------
        >>> Looks.of({"color": "grade", "scheme": None, "k": 3, "palette": None}).classes.k
        3
        """
        classes = Classes(options["scheme"], options["k"], options["palette"])
        return cls(options["color"], classes)
