"""Which records may not be of one site, whatever their probability."""

from typing import Final

import numpy as np

from minmap.linking.candidate_pairs import distances_km
from minmap.linking.link_decisions import LinkDecisions
from minmap.linking.linked_records import LinkedRecords

_SHORTER: Final = 0.99
"""A chord shorter than this share of the bound belongs to a geodesic within it: the difference is
0.1 % at 1,000 km."""


class SiteLimits:
    """Limits of sites: no two records that a decision parted, or that are too far apart.

    Parameters
    ----------
    records
        The records.
    decided
        Decisions. Records that one of them joined may be far apart.
    max_km
        Greatest distance of two records of one site without a number in common.
    """

    def __init__(self, records: LinkedRecords, decided: LinkDecisions, *, max_km: float) -> None:
        self._records, self._max_km = records, max_km
        self._surely_near_m2 = (_SHORTER * max_km * 1000) ** 2
        self._parted = {tuple(pair) for pair in decided.different.tolist()}
        self._records_parted = set(decided.different.ravel().tolist())
        self._joined = {tuple(pair) for pair in decided.same.tolist()}

    def may_join(self, one: list[int], other: list[int]) -> bool:
        """Return whether two groups of records may become one site."""
        parted = self._records_parted
        if parted and any(
            (min(a, b), max(a, b)) in self._parted
            for a in one if a in parted for b in other if b in parted
        ):  # fmt: skip
            return False
        xyz_m = self._records.xyz_m
        chord2 = ((xyz_m[one][:, None] - xyz_m[other][None]) ** 2).sum(axis=-1)
        if (chord2 < self._surely_near_m2).all():
            return True
        left = np.repeat(np.array(one), len(other))
        right = np.tile(np.array(other), len(one))
        # A record without a location is not known to be near.
        far = ~(distances_km(self._records, left, right) <= self._max_km)
        if not far.any():
            return True
        left, right = left[far], right[far]
        has_number = np.diff(self._records.numbers.in_common(left, right).indptr) > 0
        pairs = zip(np.minimum(left, right).tolist(), np.maximum(left, right).tolist(), strict=True)
        return all(
            number or pair in self._joined
            for number, pair in zip(has_number.tolist(), pairs, strict=True)
        )
