"""The weights of the evidence, and the probability that they give."""

import csv
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd

from minmap.types import Floats

BASE = "base"
"""The term that every pair has."""


KINDS: Final = ("one_source", "two_sources")
"""Kinds of pairs, which have their own weights."""


@cache
def weights(kind: str) -> dict[str, float]:
    """Return the weight of each term in log-odds; `link_model.csv` has their meaning and origin.

    Parameters
    ----------
    kind
        Pairs of one source or of two, one of `KINDS`.

    Examples
    --------
    >>> weights("one_source")["number"] > 0 > weights("one_source")["far"]
    True
    """
    text = (files(__package__) / "link_model.csv").read_text(encoding="utf-8")
    return {row["term"]: float(row[kind]) for row in csv.DictReader(text.splitlines())}


def probabilities(evidence: pd.DataFrame) -> Floats:
    """Return the probability of each pair of being of one site.

    Parameters
    ----------
    evidence
        The result of `minmap.linking.pair_evidence.pair_evidence`.

    Examples
    --------
    >>> terms = {name: [0.0, 0.0] for name in [*weights("one_source"), "two_sources"]}
    >>> near, far = probabilities(pd.DataFrame(terms | {"far": [0.0, 5.0]}))
    >>> 1 > near > far > 0
    np.True_
    """
    one, two = (weights(kind) for kind in KINDS)
    of_two = evidence["two_sources"].to_numpy() > 0
    log_odds = np.where(of_two, two[BASE], one[BASE])
    for term in one:
        if term != BASE:
            log_odds += np.where(of_two, two[term], one[term]) * evidence[term].to_numpy()
    return np.asarray(1 / (1 + np.exp(-log_odds)))
