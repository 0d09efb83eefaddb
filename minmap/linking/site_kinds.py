"""Which records are plants, by the words of their names."""

import csv
import re
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd

from minmap.linking.name_words import words_of
from minmap.types import TEXT, Booleans

PLANT: Final = "plant"
MINE: Final = "mine"
_PART: Final = re.compile("[:;]")


@cache
def _kinds() -> dict[str, frozenset[str]]:
    text = (files(__package__) / "kind_words.csv").read_text(encoding="utf-8")
    found = dict[str, set[str]]()
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["word"], set()).add(row["kind"])
    return {word: frozenset(kinds) for word, kinds in found.items()}


def kinds_named(name: str) -> frozenset[str]:
    """Return the kinds of sites that a name says: plant, mine.

    The last part counts of a facility that is listed as owner and site.

    Examples
    --------
    >>> sorted(kinds_named("Kunming Plant")), sorted(kinds_named("Ridder mine and smelter"))
    (['plant'], ['mine', 'plant'])
    >>> sorted(kinds_named("Kadamzhai beneficiation plant: Kadamzhai deposit"))
    ['mine']
    """
    known = _kinds()
    for part in reversed(_PART.split(name)):
        kinds = [known[word] for word in words_of(part) if word in known]
        if kinds:
            return frozenset().union(*kinds)
    return frozenset()


def plants(names: pd.Series, site_types: pd.Series) -> Booleans:
    """Return whether each record is a plant and no mine: by its name, else by its kind of site.

    A name that has words for both, such as a mine and smelter, is not only a plant.
    """
    codes, different = pd.factorize(names.astype(TEXT))
    kinds = [*map(kinds_named, different.tolist()), frozenset[str]()]
    named = np.array([PLANT in one and MINE not in one for one in kinds], dtype=bool)[codes]
    silent = np.array([not one for one in kinds], dtype=bool)[codes]
    return np.asarray(named | (silent & site_types.eq(PLANT).to_numpy(dtype=bool)))
