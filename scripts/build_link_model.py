"""Make minmap/linking/link_model.csv, the weights of evidence, from the reference data.

    python scripts/build_link_model.py [../shared/data]

The weights are those of logistic regressions, one for each kind of pairs. They learn
from pairs of MRDS records of tungsten in Nevada, which experts have grouped into sites, and from
pairs of USGS tables that readers judged (``scripts/judged_pairs``). A
weight may only have the sign that its meaning asks for. The weights of deposit types and countries
are logarithms of ratios: how often these differ in pairs of two sources that have the same rare
name within 10 km, and in pairs with different names within 5 km. Nobody judged these pairs.

Also makes commodity_companions.csv: commodities that are in one record, in rows of one mine, or in
records of two tables with the same rare name. The records of ``tests/data/site_pairs.csv``, with
which the model is tested, are in no pair that it learns from, and those of Central Asia are left
out of all that is not judged.
"""

from __future__ import annotations

import csv
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

import minmap as mm
from minmap.linking.candidate_pairs import candidate_pairs
from minmap.linking.commodity_companions import commodity_companions
from minmap.linking.link_model import BASE, KINDS
from minmap.linking.linked_records import LinkedRecords, linked_records
from minmap.linking.pair_evidence import PairEvidence

FOLDER = Path(__file__).parents[1] / "minmap" / "linking"
JUDGED_PAIRS = Path(__file__).parent / "judged_pairs"
MAX_KM = 300.0
LEARNT = {
    "far": (-1, "logarithm of 1 + squared distance over squared scatter"),
    "far_unnamed": (-1, "the same, if a name does not tell which site it is"),
    "far_named": (
        1,
        "the same, times the rarity of a whole name in common, 0 to 1, if two sources "
        "have a commodity in common",
    ),
    "crowded": (-1, "logarithm of the number of records expected within the scatter of one source"),
    "number": (1, "a number of a record in common, or cited by the other"),
    "covered": (1, "share of a main name that is among the names of the other record"),
    "rare": (1, "rarity of the rarest word in common, logarithm of one in so many records"),
    "alike": (1, "similarity of the main names by groups of three letters"),
    "unnamed": (1, "a name does not tell which site it is"),
    "commodity_unrelated": (-1, "no commodity in common, nor two that are found together"),
    "mill_differs": (-1, "one is a mill, which makes concentrate, and the other a mine"),
    "plants": (-1, "both records are plants, which are named after towns"),
    "products_differ": (-1, "plants without a commodity in common, nor of one owner"),
    "owner_agrees": (1, "the same owner, and no different names"),
    "owner_differs": (-1, "owners of both known and different"),
    "part_lacks": (-1, "a word of the names in common, and only one has a number or direction"),
}
COMPARED = {
    "deposit_type_differs": "deposit types of both known and different",
    "country_differs": "countries of both known and different",
    "plant_differs": "only one record is a plant",
    "part_differs": "a word of the names in common, and different numbers, letters or directions",
}
NEVADA_KIND = "repeating_source"
SAID = {
    "commodity_unrelated": "commodities that are not found together",
    "plant_differs": "only one is a plant",
    "mill_differs": "one is a mill, the other a mine",
    "plants": "both are plants",
    "products_differ": "other products",
    "owner_agrees": "same owner",
    "owner_differs": "different owners",
}
"""Words on a term in the evidence of a pair. Other terms have words of their own making."""
RIDGE = 0.1
"""Penalty on squared weights, so that terms that few pairs have get small ones."""
NEVADA_TIMES = 0.02
"""What a pair of Nevada counts for the other kinds, a judged pair of this kind being 1: so that the
4,481 pairs count less than the judged ones. minmap's own figure."""
OTHER_TIMES = 0.3
"""What a judged pair of another kind counts. minmap's own figure."""
TOGETHER = 2
"""Records or names in which two commodities are found together, so that it is no error."""
TRUTH = ("mrds/mrds_nevada_tungsten.csv", "mrds/nevada_tungsten_same_site_groups.csv")
TABLES = (
    "mrds/mrds_compact_central_asia.csv",
    "usgs_major_deposits/deposit.csv",
    "usgs_pp1802/PP1802_CritMin_pts.csv",
    "usgs_minfac/minfac-csv-refined.csv",
)
JUDGED = (*TABLES, "mrds/mrds_full_schema_idaho_montana_tungsten_383.csv")
WORLD = (*TABLES[1:], "usgs_sir20105090z/sedcu_deps_pros.csv")
LEARNT_FROM = (
    "world_pairs.csv", "eurasia_pairs.csv", "doubtful_pairs.csv", "central_asia_pairs.csv",
)  # fmt: skip
CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
OURS = {
    "plant_differs": (-6.0, "minmap (ours): a smelter is not the mine of its town"),
    "part_differs": (-6.0, "minmap (ours): parts that a source tells apart stay apart"),
}


def nevada(deposits: Path) -> tuple[LinkedRecords, pd.DataFrame, np.ndarray]:
    """Return the records of Nevada, the evidence of their pairs, and the site of each record."""
    records = linked_records([mm.read(deposits / TRUTH[0])])
    groups = pd.read_csv(deposits / TRUTH[1], dtype=str)
    site = dict(zip("mrds:" + groups["dep_id"], groups["group_id"].astype(int), strict=True))
    return records, evidence_of(records, MAX_KM), records.ids.map(site).to_numpy()


def evidence_of(records: LinkedRecords, max_km: float) -> pd.DataFrame:
    """Return the pairs that lie near or have names or numbers in common, with their evidence."""
    pairs = candidate_pairs(records, max_km=max_km)
    return PairEvidence(records, max_km=max_km).of(*pairs)


def judged(deposits: Path) -> pd.DataFrame:
    """Return the judged pairs that are compared, with their evidence and country.

    The columns are those of the evidence, ``same`` (0 or 1), ``weight``, the number of pairs that
    a pair stands for, ``country``, and ``of_one_site`` and ``weight_of_one_site``, the number and
    the weight of all judged pairs of one site, which are the same in each row.
    """
    records = linked_records([mm.read(deposits / name) for name in JUDGED])
    place = pd.Series(np.arange(len(records)), records.ids)
    pairs = pd.concat(pd.read_csv(JUDGED_PAIRS / name) for name in LEARNT_FROM).query(
        "same != 'unsure'"
    )
    ends = np.sort([place[pairs[name]].to_numpy() for name in ("left_id", "right_id")], axis=0)
    pairs = pairs.assign(left=ends[0], right=ends[1]).drop_duplicates(["left", "right"])
    evidence = evidence_of(records, MAX_KM)
    found = pairs[["left", "right", "same", "weight"]].merge(evidence, on=["left", "right"])
    country = records.facts["country"].fillna("").to_numpy()[found["left"]]
    yes = pairs["same"] == "yes"
    return found.assign(
        same=(found["same"] == "yes").astype(float), country=country, of_one_site=yes.sum(),
        weight_of_one_site=pairs.loc[yes, "weight"].sum(),
    )  # fmt: skip


def fit(terms: np.ndarray, same: np.ndarray, given: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, the first for every pair.

    `terms` are those of `LEARNT`, `given` the log-odds that each pair has from other terms, and
    `times` what each pair counts.
    """
    design = np.column_stack([np.ones(len(terms)), terms])
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0.0

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        log_odds = given + design @ weight
        errors = times * (1 / (1 + np.exp(-log_odds)) - same)
        value = times @ (np.logaddexp(0, log_odds) - same * log_odds)
        return value + penalty @ weight**2 / 2, design.T @ errors + penalty * weight

    signs = [sign for sign, _ in LEARNT.values()]
    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in signs)]
    start = np.zeros(design.shape[1])
    found = minimize(loss, start, jac=True, bounds=bounds, options={"maxiter": 5000})
    return np.asarray(found.x)


def learnt(
    kind: str, nevada_pairs: pd.DataFrame, judged_pairs: pd.DataFrame, given: dict[str, float],
    *, other_weight: float = 1.0,
) -> np.ndarray:  # fmt: skip
    """Return the weights for a kind of pairs.

    `nevada_pairs` and `judged_pairs` have a column ``same``. The experts put a mill into the site
    of its mine, so pairs of Nevada of which one is a plant are left out. Pairs of Nevada of two
    sites count `other_weight` times.
    """
    nevada_pairs = nevada_pairs[nevada_pairs["plant_differs"] == 0]
    of_nevada = np.where(nevada_pairs["same"] > 0, 1.0, other_weight)
    times = [
        of_nevada if kind == NEVADA_KIND else NEVADA_TIMES * of_nevada,
        np.where(judged_pairs["kind"] == kind, 1.0, OTHER_TIMES),
    ]
    pairs = pd.concat([nevada_pairs, judged_pairs], ignore_index=True)
    log_odds = sum(value * pairs[term].to_numpy() for term, value in given.items())
    terms, same = pairs[list(LEARNT)].to_numpy(), pairs["same"].to_numpy(dtype=float)
    return fit(terms, same, np.asarray(log_odds), np.concatenate(times))


def unjudged(deposits: Path) -> tuple[LinkedRecords, pd.DataFrame, pd.DataFrame]:
    """Return records, pairs of two sources with one rare name, and pairs with different names."""
    tables = [mm.read(deposits / name) for name in WORLD]
    records = linked_records([table[~table["country"].isin(CENTRAL_ASIA)] for table in tables])
    pairs = evidence_of(records, 25.0)
    pairs = pairs[pairs["kind"] == "two_sources"]
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
    return records, same, other


def compared(same: pd.DataFrame, other: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """Return the weight of each term that is compared without judged pairs, and its origin."""
    found = {}
    for term in COMPARED.keys() - OURS.keys():
        # One more pair of each kind, so that no ratio is of nothing.
        share = [(part[term].sum() + 1) / (len(part) + 2) for part in (same, other)]
        origin = (
            f"{share[0]:.1%} of {len(same)} pairs with one rare name, {share[1]:.1%} of "
            f"{len(other)} with different names"
        )
        found[term] = (float(np.log(share[0] / share[1])), origin)
    found |= OURS
    return {term: found[term] for term in COMPARED}


def companions(
    deposits: Path, records: LinkedRecords, same: pd.DataFrame
) -> list[tuple[str, str, int, int]]:
    """Return commodities found together, in how many records, and for how many names of two."""
    together = Counter[tuple[str, str]]()
    for name in (*TABLES[1:3], TRUTH[0]):
        together.update(_in_one_record(mm.read(deposits / name)))
    facilities = mm.read(deposits / TABLES[3])
    mines = facilities[facilities["site_type"] == "mine"]
    rows = mines.assign(commodities=mines["commodities"].fillna(""), point=mines.geometry.to_wkb())
    merged = rows.groupby(["name", "point", "country"])["commodities"].agg(" ".join).reset_index()
    together.update(_in_one_record(merged.assign(minor_commodities="")))
    facts = records.facts
    codes = (facts["commodities"].fillna("") + " " + facts["minor_commodities"].fillna("")).tolist()
    no_site = facts["site_type"].isin(["plant", "well"]).to_numpy()
    named = set()
    for left, right in same[["left", "right"]].itertuples(index=False):
        if not (no_site[left] or no_site[right]):
            pairs = product(codes[left].split(), codes[right].split())
            name = records.names.main_sound[left]
            named |= {(*sorted(pair), name) for pair in pairs if len(set(pair)) == 2}
    names = Counter((one, other) for one, other, _ in named)
    return [
        (*pair, together[pair], names[pair])
        for pair in sorted({*together, *names})
        if together[pair] + names[pair] >= TOGETHER
    ]


def _in_one_record(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    table = table[~table["country"].isin(CENTRAL_ASIA)]
    texts = table["commodities"].fillna("") + " " + table["minor_commodities"].fillna("")
    return (pair for text in texts for pair in combinations(sorted(set(text.split())), 2))


def main(folder: str = "../shared/data") -> None:
    warnings.simplefilter("ignore", mm.MinmapWarning)
    deposits = Path(folder) / "deposits"
    records, same, other = unjudged(deposits)
    rows: list[tuple] = companions(deposits, records, same)
    _write("commodity_companions.csv", [("commodity", "companion", "records", "names"), *rows])
    commodity_companions.cache_clear()
    _, pairs, site = nevada(deposits)
    pairs = pairs.assign(same=(site[pairs["left"]] == site[pairs["right"]]).astype(float))
    read = judged(deposits)
    others = compared(same, other)
    given = {term: value for term, (value, _) in others.items()}
    weight = np.transpose([learnt(kind, pairs, read, given) for kind in KINDS])
    origin = f"{len(pairs)} pairs of MRDS tungsten in Nevada and {len(read)} judged pairs"
    meanings = {BASE: "every pair", **{term: meaning for term, (_, meaning) in LEARNT.items()}}
    rows = [
        (term, *(f"{value:.3f}" for value in values), SAID.get(term, ""), meaning, origin)
        for (term, meaning), values in zip(meanings.items(), weight, strict=True)
    ]
    for term, (value, source) in others.items():
        weights = [f"{value:.3f}"] * len(KINDS)
        rows.append((term, *weights, SAID.get(term, ""), COMPARED[term], source))
    _write("link_model.csv", [("term", *KINDS, "said", "meaning", "origin"), *rows])


def _write(name: str, rows: list[tuple]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
