"""On which side a statement of the evidence of a pair stands: for one site, or against it."""

import re
from functools import cache
from typing import Final

from minmap.linking.link_model import KINDS, said_of_terms, weights

FOR: Final = "+"
AGAINST: Final = "−"
OPEN: Final = "·"
"""A statement that tells little, or that is not minmap's own."""

_FOR: Final = (
    "names have in common", "names spelt alike", "number in common", "commodities in common",
    "same deposit type", "a whole name in common",
)  # fmt: skip
_AGAINST: Final = (
    "different names", "different parts", "only one name has a part",
    "no commodity in common", "different deposit type", "different countries", "not joined",
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
    term = _terms().get(statement)
    if statement.startswith(_FOR) or (term is not None and _is_for(term)):
        return FOR
    return AGAINST if term is not None or statement.startswith(_AGAINST) else OPEN


@cache
def _terms() -> dict[str, str]:
    return {words: term for term, words in said_of_terms().items()}


def _is_for(term: str) -> bool:
    return any(weights(kind)[term] > 0 for kind in KINDS)
