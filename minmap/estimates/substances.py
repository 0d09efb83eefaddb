"""The elements and compounds that grades and contents refer to."""

import re
from functools import cache
from typing import NamedTuple

from minmap.packaged_rows import packaged_rows


class Substance(NamedTuple):
    """The element or compound that a grade or content refers to.

    Attributes
    ----------
    name
        Its formula or symbol.
    commodity
        Code of its commodity.
    counted_as
        What amounts are given of: the element, or the compound itself where its trade states it so,
        such as K2O of potash and P2O5 of phosphate.
    factor
        Mass of that in a unit of mass of the substance.
    """

    name: str
    commodity: str
    counted_as: str
    factor: float


@cache
def _substances() -> dict[str, Substance]:
    found = dict[str, Substance]()
    for row in packaged_rows(__package__, "substances"):
        formula, code = row["substance"], row["commodity"]
        counted = code if row["as_metal"] else formula
        factor = mass_fraction(code, formula) if row["as_metal"] else 1.0
        substance = Substance(formula, code, counted, factor)
        spellings = [*filter(None, row["spellings"].split("|")), *([formula] * (formula != code))]
        found |= {spelling.casefold(): substance for spelling in spellings}
    return found


def compound(text: str) -> Substance | None:
    """Return the compound of a formula or its short name; None for any other text.

    Examples
    --------
    >>> compound("WO3").counted_as, round(compound("WO3").factor, 4)
    ('W', 0.793)
    >>> compound("TREO").counted_as, compound("K2O").factor, compound("Cu")
    ('REO', 1.0, None)
    """
    return _substances().get(text.casefold())


def element(code: str) -> Substance:
    """Return a commodity as a substance that is counted as itself."""
    return Substance(code, code, code, 1.0)


def mass_fraction(symbol: str, formula: str) -> float:
    """Return the mass of an element in a unit of mass of a compound.

    References
    ----------
    Standard atomic weights of the elements 2021, abridged: Prohaska and others (2022),
    https://doi.org/10.1515/pac-2019-0603.

    Examples
    --------
    >>> round(mass_fraction("U", "U3O8"), 3), round(mass_fraction("Li", "Li2CO3"), 4)
    (0.848, 0.1879)
    """
    rows = packaged_rows(__package__, "atomic_weights")
    weights = {row["element"]: float(row["weight"]) for row in rows}
    masses = dict[str, float]()
    for name, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula):
        masses[name] = masses.get(name, 0.0) + weights[name] * int(count or 1)
    return masses[symbol] / sum(masses.values())
