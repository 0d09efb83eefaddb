"""`link`: which records of several tables are of one site."""

import os
from collections.abc import Mapping, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from tqdm import tqdm

from minmap.arguments import check_keywords, require_number
from minmap.errors import MinmapError
from minmap.linking.compared_pairs import compared_pairs
from minmap.linking.evidence_words import evidence_words
from minmap.linking.link_decisions import ATTRS, LinkDecisions, link_decisions
from minmap.linking.linked_records import LinkedRecords, linked_records
from minmap.linking.site_clusters import site_clusters
from minmap.linking.site_limits import SiteLimits
from minmap.linking.surprising_pairs import reasons
from minmap.types import TEXT, Floats, Integers

THRESHOLDS: Final[Mapping[str, float]] = {
    "one_source": 0.7, "repeating_source": 0.4, "two_sources": 0.6
}  # fmt: skip
"""Probability that a pair of each kind needs. In Nevada, 0.4 is the lowest with which more than
80 % of the pairs are of one site (docs/explanations/linking.md)."""
LISTED: Final = 0.2
"""Probability from which a pair is listed for review."""


@check_keywords
def link(
    *tables: gpd.GeoDataFrame,
    decisions: pd.DataFrame | str | os.PathLike[str] | None = None,
    precision: float | None = None,
    max_km: float = 300.0,
) -> pd.DataFrame:
    """Find the records of one site, in one table or in several.

    Pairs of records are compared if they are near each other, have a word of their names in common
    (in any alphabet and transliteration) within 25 km, the same rare name in two sources at any
    distance up to `max_km`, or a number that one has and the other has or cites. Each pair gets a
    probability from the evidence. Records are joined to sites so that the mean probability of all
    pairs of a site is at least the threshold.

    Parameters
    ----------
    *tables
        Occurrence tables, each a separate argument, with an ``occurrence_id`` in each row that no
        other row of any table has. Not changed.
    decisions
        A reviewer's decisions: the path of a CSV file, such as the one that a page of
        `minmap.review` saves, or a DataFrame, such as the result of an earlier call with the column
        ``decision`` filled in. It has ``left_id``, ``right_id`` and ``decision`` (``"same"``,
        ``"different"``, or missing: not decided) and perhaps a ``note``, and the ``left_name`` and
        ``right_name`` by which a record is known again. A file is read as text, so
        that the ids 7 and 007 stay two. The apostrophe that such files put before ``=`` and other
        signs of formulas is removed. Records that are ``"same"`` are in one site; no site contains
        two that are ``"different"``.
    precision
        The share of pairs above the threshold that are expected to be of one site, by their
        probabilities, above 0 and at most 1. None: the threshold is the probability 0.7,
        0.6 for two sources, and 0.4 for two records of MRDS in the United States, where it lists
        many sites several times.
    max_km
        Records of one site are no farther apart, km, unless they have a number in common or a
        decision joins them.

    Returns
    -------
    pandas.DataFrame
        One row a pair, the most probable first: all pairs of one site that were compared, all
        with a decision or a note, and all others with a probability of at least 0.2.

        - ``left_id``, ``right_id``: ids of the records, the smaller first
        - ``left_name``, ``right_name``: their names
        - ``probability``: of being of one site, 0 to 1, by the evidence alone
        - ``same_site``: whether they are of one site, by probability and decisions; if not, and
          the probability is not much lower, review the pair
        - ``site_id``: if so, the smallest id of a record of that site; else missing
        - ``distance_km``: geodesic distance, km; missing without a location
        - ``evidence``: what speaks for and against, in words; also why a pair is joined, or is
          not, against its probability
        - ``decision``: ``"same"``, ``"different"`` or missing
        - ``note``: the reviewer's note in `decisions`, or missing

        ``attrs["link"]`` contains the number of ``records``, ``compared_pairs`` and ``sites`` with
        several records, the ``thresholds`` of pairs of each kind, ``max_km``, the number of
        ``decisions``, and the ``expected_precision`` of pairs above the thresholds by the model's
        own estimate; measured figures are in docs/explanations/linking.md.

    Notes
    -----
    The probability is that of a logistic model with the weights in
    ``minmap/linking/link_model.csv``, learnt from MRDS records of Nevada and from pairs of USGS
    tables that language models judged; the documentation shows how often it is right. The
    uncertainty of a location is the larger of ``coordinate_precision_m`` and
    ``location_uncertainty_m``, but for the scatter of a source, which was measured by links.
    Neither the order of tables nor that of rows matters.

    Raises
    ------
    MinmapError
        If no table is given, a record has no id or the id of another, an option is out of range,
        or `decisions` is not such a table or contradicts itself.
    FileError
        If the file of decisions cannot be read.
    CRSError
        If a table has no CRS.

    Warns
    -----
    MinmapWarning
        If decisions are about records that the tables do not have, or give a record another name
        than its table; these decisions are not used.

    Examples
    --------
    >>> import minmap as mm
    >>> major = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> critical = mm.read(mm.sample("pp1802_central_asia.csv"))
    >>> links = link(major, critical)
    >>> pair = links[links["left_name"] == "Syrymbet"].iloc[0]
    >>> pair["right_name"], bool(pair["same_site"])
    ('Syrymbet', True)
    >>> pair["evidence"].split("; ")[1]
    'names have in common: syrymbet (in 2 records)'
    """
    require_number(max_km, name="max_km", like=300, above=0, most=1000, unit="km")
    if precision is not None:
        require_number(precision, name="precision", like=0.95, above=0, most=1)
    _require_tables(tables)
    with tqdm(total=4, desc="link", unit="steps", delay=2, disable=None) as progress:
        records = linked_records(tables)
        decided = link_decisions(decisions, records.facts)
        progress.update()
        evidence = compared_pairs(records, max_km=max_km, more=decided.pairs)
        probability = evidence["probability"].to_numpy()
        thresholds = _thresholds(probability, precision)
        evidence["needed"] = evidence["kind"].map(thresholds).astype(float)
        progress.update()
        first = _sites(records, evidence, decided, max_km=max_km)
        ends = first[evidence["left"]], first[evidence["right"]]
        evidence["site"] = np.where(ends[0] == ends[1], ends[0], -1)
        decision = decided.of_pairs(*(evidence[end].to_numpy() for end in ("left", "right")))
        evidence["reason"] = reasons(evidence, ends, np.bincount(first), decision)
        progress.update()
        links = _links(records, evidence, decided)
        progress.update()
    above = probability[probability >= evidence["needed"].to_numpy()]
    links.attrs[ATTRS] = {
        "records": len(records),
        "compared_pairs": len(evidence),
        "sites": evidence.loc[evidence["site"] >= 0, "site"].nunique(),
        "thresholds": dict(thresholds),
        "max_km": max_km,
        "decisions": len(decided.same) + len(decided.different),
        "expected_precision": float(above.mean()) if len(above) else float("nan"),
    }
    return links


def _require_tables(tables: Sequence[gpd.GeoDataFrame]) -> None:
    if not tables:
        raise MinmapError("link() has no table; pass one or more, such as link(a, b).")
    for number, table in enumerate(tables, start=1):
        if not isinstance(table, gpd.GeoDataFrame):
            raise MinmapError(
                f"argument {number} of link() is a {type(table).__name__}; pass GeoDataFrames one "
                "by one, such as link(a, b), or link(*tables) for a list."
            )


def _thresholds(probability: Floats, precision: float | None) -> Mapping[str, float]:
    """Return the probability that pairs of each kind need.

    With a `precision`, all are the lowest probability above which the mean is at least that, else
    1.
    """
    if precision is None:
        return THRESHOLDS
    ordered = np.sort(probability)[::-1]
    mean = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    # The mean never rises with more pairs, because each further one is less probable.
    enough = int(np.searchsorted(-mean, -precision, side="right"))
    threshold = float(ordered[enough - 1]) if enough else 1.0
    return dict.fromkeys(THRESHOLDS, threshold)


def _sites(
    records: LinkedRecords,
    evidence: pd.DataFrame,
    decided: LinkDecisions,
    *,
    max_km: float,
) -> Integers:
    """Return for each record the first record of its site."""
    left, right = evidence["left"].to_numpy(), evidence["right"].to_numpy()
    # A pair counts for as much as its probability is of the one that it needs.
    return site_clusters(
        len(records),
        (left, right, (evidence["probability"] / evidence["needed"]).to_numpy()),
        threshold=1.0,
        joined=decided.same,
        may_join=SiteLimits(records, decided, max_km=max_km).may_join,
    )


def _links(records: LinkedRecords, evidence: pd.DataFrame, decided: LinkDecisions) -> pd.DataFrame:
    """Return the pairs to list, as `link` describes them."""
    ends = evidence["left"].to_numpy(), evidence["right"].to_numpy()
    decision, note = decided.of_pairs(*ends), decided.notes_of_pairs(*ends)
    listed = (evidence["probability"] >= LISTED) | (evidence["site"] >= 0)
    listed |= pd.notna(decision) | pd.notna(note)
    pairs = evidence[listed].sort_values(
        ["probability", "left", "right"], ascending=[False, True, True], kind="stable"
    )
    order = pairs.index
    left, right, site = (pairs[name].to_numpy() for name in ("left", "right", "site"))
    ids, names = records.ids, records.facts["name"]
    same = site >= 0
    site_id = ids.take(site).where(same)
    columns = {
        "left_id": ids.take(left).array,
        "right_id": ids.take(right).array,
        "left_name": names.take(left).array,
        "right_name": names.take(right).array,
        "probability": pairs["probability"].array,
        "same_site": same,
        "site_id": site_id.array,
        "distance_km": pairs["distance_km"].array,
        "evidence": pd.array(evidence_words(records, pairs), dtype=TEXT),
        "decision": pd.array(decision[order], dtype=TEXT),
        "note": pd.array(note[order], dtype=TEXT),
    }
    return pd.DataFrame(columns)
