"""The weights of the evidence, and the probability that they give."""

from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from minmap.packaged_rows import packaged_rows
from minmap.types import Floats

BASE = "base"
"""The term that every pair has."""


KINDS: Final = ("one_source", "repeating_source", "two_sources")
"""Kinds of pairs, which have their own weights. A source repeats sites of a country if it was put
together from databases that had records of the same sites (`REPEATING`)."""
REPEATING: Final = frozenset({("mrds", "USA")})
"""Sources that have many sites of a country several times, with that country. MRDS joins the older
MRDS with MAS/MILS: its 1,061 records of tungsten in Nevada are of 416 sites. Abroad, few judged
pairs of MRDS are of one site unless their names agree."""


def _rows() -> tuple[dict[str, str], ...]:
    return packaged_rows(__package__, "link_model")


@cache
def said_of_terms() -> dict[str, str]:
    """Return the words on terms that the evidence of a pair says.

    Examples
    --------
    >>> said_of_terms()["owner_agrees"]
    'same owner'
    """
    return {row["term"]: row["said"] for row in _rows() if row["said"]}


@cache
def weights(kind: str) -> dict[str, float]:
    """Return the weight of each term in log-odds; `link_model.csv` has their meaning and origin.

    Parameters
    ----------
    kind
        One of `KINDS`.

    Examples
    --------
    >>> weights("one_source")["number"] > 0 > weights("one_source")["far"]
    True
    """
    return {row["term"]: float(row[kind]) for row in _rows()}


def probabilities(evidence: pd.DataFrame) -> Floats:
    """Return the probability of each pair of being of one site.

    Parameters
    ----------
    evidence
        The result of `minmap.linking.pair_evidence.PairEvidence.of`.

    Examples
    --------
    >>> terms = {name: [0.0, 0.0] for name in weights("one_source")} | {"kind": ["one_source"] * 2}
    >>> near, far = probabilities(pd.DataFrame(terms | {"far": [0.0, 5.0]}))
    >>> 1 > near > far > 0
    np.True_
    """
    log_odds = np.zeros(len(evidence))
    for kind in KINDS:
        rows = evidence["kind"].eq(kind).to_numpy()
        for term, weight in weights(kind).items():
            log_odds[rows] += weight * (1.0 if term == BASE else evidence[term].to_numpy()[rows])
    return np.asarray(1 / (1 + np.exp(-log_odds)))
