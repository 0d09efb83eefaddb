"""Which records are plants or mills, by the words of their names."""

import re
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from minmap.linking.name_words import words_of
from minmap.packaged_rows import packaged_rows
from minmap.types import TEXT, AnyArray

PLANT: Final = "plant"
WORKS: Final = "works"
"""Kind of words for plants that are no mills, such as a smelter."""
MILL: Final = "mill"
MINE: Final = "mine"
_CONCENTRATES: Final = r"[A-Z]\w* (?:concentrate|ore)(?:; [A-Z]\w* (?:concentrate|ore))*"
_PART: Final = re.compile("[:;]")
_PLACE: Final = re.compile(r"\bat\b", re.IGNORECASE)


@cache
def _kinds() -> dict[str, frozenset[str]]:
    found = dict[str, set[str]]()
    for row in packaged_rows(__package__, "kind_words"):
        found.setdefault(row["word"], set()).add(row["kind"])
    return {word: frozenset(kinds) for word, kinds in found.items()}


def kinds_named(name: str) -> frozenset[str]:
    """Return the kinds of sites that a name says: plant, works, mill, mine.

    The last part counts of a facility that is listed as owner and site, and of a facility at
    another one the words before "at".

    Examples
    --------
    >>> sorted(kinds_named("Kunming Plant")), sorted(kinds_named("Ridder mine and smelter"))
    (['plant'], ['mine', 'works'])
    >>> sorted(kinds_named("Kadamzhai beneficiation plant: Kadamzhai deposit"))
    ['mine']
    >>> sorted(kinds_named("Smelter at Angouran Mine"))
    ['works']
    """
    known = _kinds()
    for part in reversed(_PART.split(name)):
        for piece in _PLACE.split(part):
            kinds = [known[word] for word in words_of(piece) if word in known]
            if kinds:
                return frozenset().union(*kinds)
    return frozenset()


def site_kinds(names: pd.Series, site_types: pd.Series, qualifiers: pd.Series) -> AnyArray:
    """Return the kind of each record: plant, mill, or mine, which is all else.

    Names come first. One that has words for a mine is of a mine, also with its smelter. A mill
    makes concentrate, mostly at the mine; a plant whose products are concentrates or ores is a
    mill.

    Examples
    --------
    >>> names = pd.Series(["Ridder", "Ridder concentrator", "Ridder smelter", "Ridder steel mill"])
    >>> types, made = pd.Series(["plant"] * 4), pd.Series(["Zn concentrate", None, None, None])
    >>> site_kinds(names, types, made).tolist()
    ['mill', 'mill', 'plant', 'plant']
    """
    codes, different = pd.factorize(names.astype(TEXT))
    found = [*map(_kind_of, map(kinds_named, different.tolist())), ""]
    named = np.array(found, dtype=object)[codes]
    makes = qualifiers.fillna("").str.fullmatch(_CONCENTRATES).to_numpy(dtype=bool)
    is_plant = site_types.eq(PLANT).to_numpy(dtype=bool)
    silent = np.where(is_plant, np.where(makes, MILL, PLANT), MINE)
    return np.asarray(
        np.where(named == "", silent, np.where((named == PLANT) & makes, MILL, named))
    )


def _kind_of(kinds: frozenset[str]) -> str:
    """Return the kind of the words of a name, "" if there are none."""
    kind = next((one for one in (MINE, WORKS, MILL, PLANT) if one in kinds), "")
    return PLANT if kind == WORKS else kind
