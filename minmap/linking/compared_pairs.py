"""The pairs of records that are compared, with their evidence and probability."""

from typing import Final

import pandas as pd

from minmap.linking.candidate_pairs import candidate_pairs, third_pairs
from minmap.linking.link_model import probabilities
from minmap.linking.linked_records import LinkedRecords
from minmap.linking.pair_evidence import PairEvidence
from minmap.types import Integers

_LIKELY: Final = 0.5
"""Probability from which two records are compared with others through each other."""


def compared_pairs(records: LinkedRecords, *, max_km: float, more: Integers) -> pd.DataFrame:
    """Return the pairs that are compared, in an order that follows from the records alone.

    Records that are both likely to be of one site with a third one are compared as well: else
    nothing would be known of the pair when the three are joined.

    Parameters
    ----------
    records
        The records.
    max_km
        Records that are farther apart are compared only if they have a number in common.
    more
        Further pairs (n, 2) to compare at any distance.

    Returns
    -------
    pandas.DataFrame
        The columns of `minmap.linking.pair_evidence.PairEvidence.of`, and ``probability``.
    """
    evidence = PairEvidence(records, max_km=max_km)
    pairs = candidate_pairs(records, max_km=max_km, more=more)
    first = _with_probability(evidence.of(*pairs))
    likely = first["probability"].to_numpy() >= _LIKELY
    third = third_pairs(pairs, likely, records, max_km=max_km)
    if not len(third[0]):
        return first
    rest = _with_probability(evidence.of(*third))
    # Join one column after the other, so that memory never holds both tables twice.
    found = {
        name: pd.concat([pd.Series(first.pop(name)), rest[name]], ignore_index=True)
        for name in rest.columns.tolist()
    }
    return pd.DataFrame(found, copy=False)


def _with_probability(evidence: pd.DataFrame) -> pd.DataFrame:
    evidence["probability"] = probabilities(evidence)
    return evidence
