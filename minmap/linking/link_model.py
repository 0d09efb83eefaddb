"""The weights of the evidence, and the probability that they give."""

import csv
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from minmap.types import Floats

BASE = "base"
"""The term that every pair has."""


@cache
def weights() -> dict[str, float]:
    """Return the weight of each term in log-odds; `link_model.csv` has their meaning and origin.

    Examples
    --------
    >>> weights()["number"] > 0 > weights()["far"]
    True
    """
    text = (files(__package__) / "link_model.csv").read_text(encoding="utf-8")
    return {row["term"]: float(row["weight"]) for row in csv.DictReader(text.splitlines())}


def probabilities(evidence: pd.DataFrame) -> Floats:
    """Return the probability of each pair of being of one site.

    Parameters
    ----------
    evidence
        The result of `minmap.linking.pair_evidence.pair_evidence`.

    Examples
    --------
    >>> terms = {name: [0.0, 0.0] for name in weights() if name != BASE}
    >>> near, far = probabilities(pd.DataFrame(terms | {"far": [0.0, 5.0]}))
    >>> 1 > near > far > 0
    np.True_
    """
    log_odds = np.full(len(evidence), weights()[BASE])
    for term, weight in weights().items():
        if term != BASE:
            log_odds += weight * evidence[term].to_numpy()
    return np.asarray(1 / (1 + np.exp(-log_odds)))
