"""Why probable pairs are of two sites, and others of one."""

from typing import Final

import numpy as np
import pandas as pd

from minmap.linking.link_decisions import DIFFERENT, SAME
from minmap.types import AnyArray, Integers

DECIDED: Final = "joined by a decision"
CONNECTED: Final = "joined through other records of the site"
OUTVOTED: Final = "not joined: on average, the pairs between both sites are too unlikely"
PARTED: Final = "not joined: a decision keeps them apart"
LIMITED: Final = "not joined: the distance, or different names at one point, keeps the sites apart"
LIMITED_OR_PARTED: Final = (
    "not joined: a decision, the distance, or different names at one point keeps the sites apart"
)
"""Why sites are apart where a reviewer decided on other pairs of them."""


def reasons(
    evidence: pd.DataFrame,
    sites: tuple[Integers, Integers],
    sizes: Integers,
    decision: AnyArray,
) -> AnyArray:
    """Return the reason for each pair that is joined or not against its probability, else None.

    Parameters
    ----------
    evidence
        Rows of `minmap.linking.pair_evidence.PairEvidence.of`, with the columns ``probability`` and
        ``needed``.
    sites
        The site of the left and of the right record of each pair.
    sizes
        The number of records of each site.
    decision
        The decision on each pair, None without one.

    Examples
    --------
    >>> pairs = pd.DataFrame({"probability": [0.9, 0.8, 0.3], "needed": [0.6, 0.6, 0.6]})
    >>> sites = np.array([0, 0, 0]), np.array([0, 2, 0])
    >>> none = np.full(3, None, dtype=object)
    >>> for reason in reasons(pairs, sites, np.array([3, 0, 1]), none): print(reason)
    None
    not joined: on average, the pairs between both sites are too unlikely
    joined through other records of the site
    """
    share = (evidence["probability"] / evidence["needed"]).to_numpy()
    one, other = np.sort(sites, axis=0)
    key = one * len(sizes) + other
    refused = (one != other) & (share >= 1)
    different, place = np.unique(key[refused], return_inverse=True)
    compared = np.flatnonzero(np.isin(key, different))
    total = np.bincount(
        np.searchsorted(different, key[compared]), weights=share[compared], minlength=len(different)
    )
    # Pairs that were not compared count as 0, as they do for the sites.
    mean = total / (sizes[different // len(sizes)] * sizes[different % len(sizes)])
    found = np.full(len(evidence), None, dtype=object)
    is_parted = decision == DIFFERENT
    limited = LIMITED_OR_PARTED if is_parted.any() else LIMITED
    found[refused] = np.where(mean[place] < 1, OUTVOTED, limited)
    found[refused & is_parted] = PARTED
    joined = (one == other) & (share < 1)
    found[joined] = np.where((decision == SAME)[joined], DECIDED, CONNECTED)
    return found
