"""On which side a statement of the evidence of a pair stands: for one site, or against it."""

import re
from typing import Final

FOR: Final = "+"
AGAINST: Final = "−"
OPEN: Final = "·"
"""A statement that tells little, or that is not minmap's own."""

_FOR: Final = (
    "names have in common", "names spelt alike", "number in common", "commodities in common",
    "same deposit type", "a whole name in common", "same owner",
)  # fmt: skip
_AGAINST: Final = (
    "different names", "different parts", "only one name has a part",
    "no commodity in common", "different deposit type", "different countries",
    "only one is a plant", "one is a mill", "both are plants", "other products",
    "commodities that are not found together", "different owners", "not joined",
)  # fmt: skip
_DISTANCE: Final = re.compile(r"([\d.]+) km apart, scatter of the locations ([\d.]+) km")
_FAR: Final = 2.0
"""Distance in scatters from which it speaks against one site: the weights of the model take about
one from the log-odds there. minmap's own figure."""


def with_sides(evidence: str) -> str:
    """Put a sign before each statement: `+` for one site, `−` against it, `·` neither.

    Parameters
    ----------
    evidence
        Column ``evidence`` of `minmap.link`.

    Examples
    --------
    >>> with_sides("9.1 km apart, scatter of the locations 2.3 km; names spelt alike")
    '− 9.1 km apart, scatter of the locations 2.3 km; + names spelt alike'
    >>> with_sides("the owner said so")
    '· the owner said so'
    """
    parts = filter(None, (part.strip() for part in evidence.split(";")))
    return "; ".join(f"{_side(part)} {part}" for part in parts)


def _side(statement: str) -> str:
    distance = _DISTANCE.match(statement)
    if distance:
        apart_km, scatter_km = map(float, distance.groups())
        if apart_km <= scatter_km:
            return FOR
        return AGAINST if apart_km > _FAR * scatter_km else OPEN
    if statement.startswith(_FOR):
        return FOR
    return AGAINST if statement.startswith(_AGAINST) else OPEN
