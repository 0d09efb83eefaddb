"""Which records may not be of one site, whatever their probability."""

from typing import Final

import numpy as np

from minmap.linking.candidate_pairs import distances_km
from minmap.linking.filing_points import FilingPoints
from minmap.linking.link_decisions import LinkDecisions
from minmap.linking.linked_records import LinkedRecords

_SHORTER: Final = 0.99
"""A chord shorter than this share of the bound belongs to a geodesic within it: the difference is
0.1 % at 1,000 km."""


class SiteLimits:
    """Limits of sites: which pairs of records no site contains.

    They are those that a decision parted, those too far apart, and those to which their source
    gives different names and one point, as the centre of a town for all that is around it.

    Parameters
    ----------
    records
        The records.
    decided
        Decisions. Records that one of them joined may be far apart, or have different names.
    max_km
        Greatest distance of two records of one site without a number in common.
    """

    def __init__(self, records: LinkedRecords, decided: LinkDecisions, *, max_km: float) -> None:
        self._records, self._max_km = records, max_km
        self._surely_near_m2 = (_SHORTER * max_km * 1000) ** 2
        self._parted = {tuple(pair) for pair in decided.different.tolist()}
        self._records_parted = set(decided.different.ravel().tolist())
        self._joined = {tuple(pair) for pair in decided.same.tolist()}
        self._filing = FilingPoints(records)

    def may_join(self, one: list[int], other: list[int]) -> bool:
        """Return whether two groups of records may become one site."""
        parted = self._records_parted
        if parted and any(
            (min(a, b), max(a, b)) in self._parted
            for a in one if a in parted for b in other if b in parted
        ):  # fmt: skip
            return False
        return self._are_excused([*self._far(one, other), *self._filing.apart(one, other)])

    def _far(self, one: list[int], other: list[int]) -> list[tuple[int, int]]:
        """Return the pairs of two groups that are not known to be near."""
        xyz_m = self._records.xyz_m
        chord2 = ((xyz_m[one][:, None] - xyz_m[other][None]) ** 2).sum(axis=-1)
        if (chord2 < self._surely_near_m2).all():
            return []
        left = np.repeat(np.array(one), len(other))
        right = np.tile(np.array(other), len(one))
        # A record without a location is not known to be near.
        far = ~(distances_km(self._records, left, right) <= self._max_km)
        ends = np.sort(np.column_stack([left[far], right[far]]), axis=1)
        return [(int(a), int(b)) for a, b in ends]

    def _are_excused(self, pairs: list[tuple[int, int]]) -> bool:
        """Return whether each pair has a number in common or was joined by a decision."""
        if not pairs:
            return True
        left, right = np.array(pairs).T
        has_number = np.diff(self._records.numbers.in_common(left, right).indptr) > 0
        return all(
            number or pair in self._joined
            for number, pair in zip(has_number.tolist(), pairs, strict=True)
        )
