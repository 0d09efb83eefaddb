"""Make minmap/linking/link_model.csv, the weights of evidence, from the reference data.

    python scripts/build_link_model.py [../shared/data]

The weights of place, names and numbers are those of a logistic regression on pairs of MRDS records
of tungsten in Nevada, which experts have grouped into sites. All of them contain tungsten, so they
cannot tell what commodities are worth. The weights of commodities, deposit types, countries and
plants are logarithms of ratios: how often these differ in pairs of two sources that have the same
rare name within 10 km, and in pairs with different names within 5 km, anywhere but in Central Asia,
where the model is tested. Nobody judged these pairs.
"""

from __future__ import annotations

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import minmap as mm
from minmap.linking.link_model import BASE
from minmap.linking.linked_records import LinkedRecords, linked_records
from minmap.linking.pair_evidence import pair_evidence

TARGET = Path(__file__).parents[1] / "minmap" / "linking" / "link_model.csv"
MAX_KM = 25.0
LEARNT = {
    BASE: "every pair",
    "far": "logarithm of 1 + squared distance over squared scatter",
    "far_unnamed": "the same, if a name does not tell which site it is",
    "crowded": "logarithm of the number of records expected within the scatter of one source",
    "number": "a number of a record in common, or cited by the other",
    "covered": "share of a main name that is among the names of the other record",
    "rare": "rarity of the rarest word in common, logarithm of one in so many records",
    "alike": "similarity of the main names by groups of three letters",
    "unnamed": "a name does not tell which site it is",
}
COMPARED = {
    "commodity_agrees": "a commodity in common",
    "commodity_differs": "commodities of both known and none in common",
    "deposit_type_differs": "deposit types of both known and different",
    "country_differs": "countries of both known and different",
    "plant_differs": "only one record is a plant",
    "part_differs": "a word of the names in common, and different numbers or directions",
}
PART_DIFFERS = -6.0
TRUTH = ("mrds/mrds_nevada_tungsten.csv", "mrds/nevada_tungsten_same_site_groups.csv")
WORLD = (
    "usgs_major_deposits/deposit.csv",
    "usgs_pp1802/PP1802_CritMin_pts.csv",
    "usgs_minfac/minfac-csv-refined.csv",
    "usgs_sir20105090z/sedcu_deps_pros.csv",
)
CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
OURS = (
    "minmap (ours): parts of one site that a source tells apart stay apart; Nevada has three pairs"
)


def nevada(deposits: Path) -> tuple[LinkedRecords, pd.DataFrame, np.ndarray]:
    """Return the records of Nevada, the evidence of their pairs, and the site of each record."""
    records = linked_records([mm.read(deposits / TRUTH[0])])
    groups = pd.read_csv(deposits / TRUTH[1], dtype=str)
    site = dict(zip("mrds:" + groups["dep_id"], groups["group_id"].astype(int), strict=True))
    return records, pair_evidence(records, max_km=MAX_KM), records.ids.map(site).to_numpy()


def fit(
    terms: np.ndarray,
    same: np.ndarray,
    given: np.ndarray,
    *,
    other_weight: float = 1.0,
    ridge: float = 0.01,
) -> np.ndarray:
    """Return the weights of a logistic regression, the first for every pair (Newton's method).

    `given` are log-odds that each pair has from other terms; pairs of two sites count
    `other_weight` times.
    """
    design = np.column_stack([np.ones(len(terms)), terms])
    times = np.where(same, 1.0, other_weight)
    weight, penalty = np.zeros(design.shape[1]), np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-(given + design @ weight)))
        slope = design.T @ (times * (same - p)) - penalty * weight
        bend = (design * (times * p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weight += step
        if np.abs(step).max() < 1e-9:
            break
    return weight


def compared(deposits: Path) -> dict[str, tuple[float, str]]:
    """Return the weight of each term that is compared without judged pairs, and its origin."""
    tables = [mm.read(deposits / name) for name in WORLD]
    records = linked_records([table[~table["country"].isin(CENTRAL_ASIA)] for table in tables])
    pairs = pair_evidence(records, max_km=MAX_KM)
    source = records.ids.str.replace(":.*", "", regex=True).to_numpy()
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    pairs = pairs[source[left] != source[right]]
    same = pairs[
        (pairs["rare"] > 6)
        & (pairs["covered"] == 1)
        & (pairs["alike"] > 0.6)
        & (pairs["distance_km"] < 10)
    ]
    other = pairs[
        (pairs["unnamed"] == 0)
        & (pairs["covered"] == 0)
        & (pairs["alike"] < 0.2)
        & (pairs["distance_km"] < 5)
    ]
    found = {}
    for term in list(COMPARED)[:-1]:
        # One more pair of each kind, so that no ratio is of nothing.
        share = [(part[term].sum() + 1) / (len(part) + 2) for part in (same, other)]
        origin = (
            f"{share[0]:.1%} of {len(same)} pairs with one rare name, {share[1]:.1%} of "
            f"{len(other)} with different names"
        )
        found[term] = (float(np.log(share[0] / share[1])), origin)
    return found


def main(folder: str = "../shared/data") -> None:
    warnings.simplefilter("ignore", mm.MinmapWarning)
    deposits = Path(folder) / "deposits"
    _, pairs, site = nevada(deposits)
    same = site[pairs["left"]] == site[pairs["right"]]
    others = compared(deposits)
    others["part_differs"] = (PART_DIFFERS, OURS)
    given = sum(value * pairs[term].to_numpy() for term, (value, _) in others.items())
    weight = fit(pairs[list(LEARNT)[1:]].to_numpy(), same, given)
    origin = f"MRDS tungsten in Nevada, {len(pairs)} pairs, {same.sum()} of one site"
    rows = [
        [term, f"{value:.3f}", meaning, origin]
        for (term, meaning), value in zip(LEARNT.items(), weight, strict=True)
    ]
    for term, (value, source) in others.items():
        rows.append([term, f"{value:.3f}", COMPARED[term], source])
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([["term", "weight", "meaning", "origin"], *rows])


if __name__ == "__main__":
    main(*sys.argv[1:])
