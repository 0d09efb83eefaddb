"""How often links are right in Nevada, by cross-validation: numbers and the plot of the docs.

    python scripts/link_quality.py [../shared/data] [--splink] [--held]

The sites of the truth are dealt to five groups. Each pair of records gets its probability from
weights that were learnt without the groups of both records, and the records are joined to sites
with these probabilities, as `minmap.link` does, but for the pairs that it compares through a third
record, which are left out. Then links of four USGS tables are compared with pairs that readers
judged (``tests/data/site_pairs.md`` and ``scripts/judged_pairs``). With `--splink` (pip install
splink), splink on the records of Nevada as well; its unsupervised training has no truth to validate
against.

Judged pairs of which the weights are learnt are tested by country: each gets its probability from
weights learnt without the pairs of its country. `--held` adds the pairs of Central Asia, which are
kept for tests: look at their scores rarely, so that nothing is chosen by them.
"""

from __future__ import annotations

import argparse
import warnings
from itertools import combinations_with_replacement
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from build_link_model import (
    COMPARED,
    JUDGED,
    JUDGED_PAIRS,
    LEARNT,
    LEARNT_FROM,
    NEVADA_KIND,
    TRUTH,
    judged,
    learnt,
    nevada,
)

import minmap as mm
from minmap.linking.link_decisions import link_decisions
from minmap.linking.link_model import KINDS, weights
from minmap.linking.linked_records import LinkedRecords
from minmap.linking.record_links import THRESHOLDS as DEFAULT
from minmap.linking.site_clusters import site_clusters
from minmap.linking.site_limits import SiteLimits

PLOT = Path(__file__).parents[1] / "docs" / "link_calibration.png"
FOLDS, DEALS, MAX_KM = 5, 5, 300.0
TESTS = Path(__file__).parents[1] / "tests" / "data"
HELD = ("site_pairs.csv",)
THRESHOLDS = (0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.9)


def out_of_fold(
    pairs: pd.DataFrame, site: np.ndarray, read: pd.DataFrame, *, seed: int
) -> np.ndarray:
    """Return the probability of each pair by weights learnt without the sites of its records."""
    sites, code = np.unique(site, return_inverse=True)
    fold = (np.random.default_rng(seed).permutation(len(sites)) % FOLDS)[code]
    left, right = fold[pairs["left"]], fold[pairs["right"]]
    pairs = pairs.assign(same=(site[pairs["left"]] == site[pairs["right"]]).astype(float))
    given = {term: weights(NEVADA_KIND)[term] for term in COMPARED}
    found = np.zeros(len(pairs))
    for a, b in combinations_with_replacement(range(FOLDS), 2):
        tested = (np.minimum(left, right) == a) & (np.maximum(left, right) == b)
        known = ~np.isin(left, [a, b]) & ~np.isin(right, [a, b])
        # Of a share of the sites, as large a share of the pairs of one site remains, but only its
        # square of the pairs of two.
        share = 1 - len({a, b}) / FOLDS
        weight = learnt(NEVADA_KIND, pairs[known], read, given, other_weight=1 / share)
        found[tested] = probability_of(pairs[tested], weight, given)
    return found


def probability_of(pairs: pd.DataFrame, weight: np.ndarray, given: dict[str, float]) -> np.ndarray:
    """Return the probability of pairs by weights that are not those of the package."""
    log_odds = weight[0] + pairs[list(LEARNT)].to_numpy() @ weight[1:]
    log_odds = log_odds + sum(value * pairs[term].to_numpy() for term, value in given.items())
    return 1 / (1 + np.exp(-log_odds))


def by_country(read: pd.DataFrame, nevada_pairs: pd.DataFrame, *, seed: int) -> np.ndarray:
    """Return the probability of each judged pair by weights learnt without its country."""
    countries = np.unique(read["country"])
    fold = dict(
        zip(countries, np.random.default_rng(seed).permutation(len(countries)) % FOLDS, strict=True)
    )
    part = read["country"].map(fold).to_numpy()
    given = {term: weights(NEVADA_KIND)[term] for term in COMPARED}
    found = np.zeros(len(read))
    for kind in KINDS:
        of_kind = read["kind"].eq(kind).to_numpy()
        for number in range(FOLDS):
            weight = learnt(kind, nevada_pairs, read[part != number], given)
            tested = of_kind & (part == number)
            found[tested] = probability_of(read[tested], weight, given)
    return found


def report_by_country(read: pd.DataFrame, found: list[np.ndarray]) -> None:
    """Print how often judged pairs are right by weights learnt without their countries.

    These are pairs alone: no records are joined to sites. Recall is of all judged pairs of one
    site, compared or not.
    """
    same = read["same"].to_numpy() > 0
    # Sites whose pairs are not compared are missed, whatever the threshold.
    of_one_site = {
        "plain": (np.ones(len(read)), read["of_one_site"].iloc[0]),
        "weighted": (read["weight"].to_numpy(), read["weight_of_one_site"].iloc[0]),
    }
    needed = {f"{least}": np.full(len(read), least) for least in THRESHOLDS}
    needed["default"] = read["kind"].map(DEFAULT).to_numpy(dtype=float)
    for name, least in needed.items():
        linked = [one >= least for one in found]
        for how, (weight, total) in of_one_site.items():
            print(f"{name}, {how}: {_share_right(linked, same, weight, total)}")
    for kind in KINDS:
        of_kind = read["kind"].eq(kind).to_numpy()
        of_probability = calibration(np.concatenate([one[of_kind] for one in found]),
                                     np.tile(same[of_kind], len(found)))  # fmt: skip
        print(f"judged pairs, {kind}\n{of_probability.round(3).to_string()}")
        linked = [of_kind & (one >= DEFAULT[kind]) for one in found]
        for how, (weight, _) in of_one_site.items():
            compared = _share_right(linked, same, weight, weight[same & of_kind].sum())
            print(f"{kind}, default, {how}: {compared} of the pairs compared")


def _share_right(
    linked: list[np.ndarray], same: np.ndarray, weight: np.ndarray, total: float
) -> str:
    """Return precision and recall in words; `total` is the weight of all pairs of one site."""
    right = np.mean([weight[same & one].sum() for one in linked])
    every = np.mean([weight[one].sum() for one in linked])
    return f"precision {right / every:.3f}, recall {right / total:.3f}"


def clusters(
    records: LinkedRecords, pairs: pd.DataFrame, probability: np.ndarray, threshold: float
) -> np.ndarray:
    """Return the site of each record, joined as `minmap.link` does."""
    none = link_decisions(None, records.facts)
    limits = SiteLimits(records, none, max_km=MAX_KM)
    given = (pairs["left"].to_numpy(), pairs["right"].to_numpy(), probability)
    return site_clusters(
        len(records), given, threshold=threshold, joined=none.same, may_join=limits.may_join
    )


def scores(true: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return pairwise precision, recall and F1, and B-cubed F1.

    B-cubed: Bagga and Baldwin (1998), Entity-based cross-document coreferencing using the vector
    space model, COLING-ACL, https://doi.org/10.3115/980451.980859.
    """
    table = pd.crosstab(true, found).to_numpy().astype(float)
    pairs = [float((n * (n - 1)).sum()) for n in (table, table.sum(0), table.sum(1))]
    precision, recall = pairs[0] / max(pairs[1], 1), pairs[0] / pairs[2]
    of_record = [float((table**2 / s).sum() / table.sum())
                 for s in (table.sum(0)[None, :], table.sum(1)[:, None])]  # fmt: skip
    return {
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / max(precision + recall, 1e-9),
        "B-cubed": 2 * of_record[0] * of_record[1] / sum(of_record),
    }


def report(name: str, site: np.ndarray, found: list[np.ndarray]) -> None:
    """Print the mean scores of several runs, with and without the largest site."""
    kept = site != np.bincount(site).argmax()
    means = [
        pd.DataFrame([scores(site[rows], one[rows]) for one in found]).mean()
        for rows in (kept | ~kept, kept)
    ]
    columns = [f"{mean[name]:.3f}" for mean in means for name in mean.index]
    print(f"| {name} | {' | '.join(columns)} |")


def calibration(probability: np.ndarray, same: np.ndarray) -> pd.DataFrame:
    """Return mean probability, share of one site and number of pairs in ten equal intervals."""
    part = np.minimum((probability * 10).astype(int), 9)
    table = pd.DataFrame({"part": part, "probability": probability, "share": same})
    return table.groupby("part").agg(
        probability=("probability", "mean"), share=("share", "mean"), pairs=("share", "size")
    )


def plot(table: pd.DataFrame) -> None:
    figure, axes = plt.subplots(figsize=(4.6, 4.2), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    error = 1.96 * np.sqrt(table["share"] * (1 - table["share"]) / table["pairs"])
    axes.errorbar(table["probability"], table["share"], yerr=error, fmt="o-", capsize=3)
    for p, share, pairs in table.itertuples(index=False):
        axes.annotate(f"{int(pairs):,}", (p, share), (6, -12), textcoords="offset points", size=8)
    axes.set(xlabel="probability given", ylabel="share of pairs that are of one site")
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    figure.savefig(PLOT, dpi=110, metadata={"Software": None})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default="../shared/data")
    parser.add_argument("--splink", action="store_true")
    parser.add_argument("--held", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    deposits = Path(given.folder) / "deposits"
    records, pairs, site = nevada(deposits)
    same = site[pairs["left"]] == site[pairs["right"]]
    read = judged(deposits)
    folds = [out_of_fold(pairs, site, read, seed=seed) for seed in range(DEALS)]
    print("| threshold | precision | recall | F1 | B-cubed | the same without the largest site |")
    for threshold in THRESHOLDS:
        found = [clusters(records, pairs, p, threshold) for p in folds]
        report(f"{threshold}", site, found)
    table = calibration(folds[0], same)
    print(table.round(3).to_string())
    brier = np.mean([((p - same) ** 2).mean() for p in folds])
    print(f"Brier score {brier:.4f}")
    plot(table)
    pairs["same"] = same.astype(float)
    report_by_country(read, [by_country(read, pairs, seed=seed) for seed in range(DEALS)])
    report_judged(Path(given.folder), HELD if given.held else ())
    if given.splink:
        splink(mm.read(deposits / TRUTH[0]), records, site)


def report_judged(data: Path, held: tuple[str, ...]) -> None:
    """Print how often links of judged pairs of USGS tables are right, plainly and by weight."""
    tables = [mm.read(data / "deposits" / name) for name in JUDGED]
    links = mm.link(*tables)
    ids = [np.sort(links[["left_id", "right_id"]].to_numpy(dtype=str), axis=1)]
    same_site = pd.Series(links["same_site"].to_numpy(), pd.MultiIndex.from_arrays(ids[0].T))
    for path in [*(JUDGED_PAIRS / name for name in LEARNT_FROM), *(TESTS / name for name in held)]:
        pairs = pd.read_csv(path).query("same != 'unsure'")
        keys = np.sort(pairs[["left_id", "right_id"]].to_numpy(dtype=str), axis=1)
        linked = same_site.reindex(pd.MultiIndex.from_arrays(keys.T), fill_value=False).to_numpy()
        same = pairs["same"].eq("yes").to_numpy()
        for how, weight in (("plain", np.ones(len(pairs))), ("weighted", pairs["weight"])):
            right = weight[same & linked].sum()
            print(
                f"{path.name}, {how}: {len(pairs)} pairs, "
                f"precision {right / weight[linked].sum():.2f}, "
                f"recall {right / weight[same].sum():.2f}"
            )


def splink(table: pd.DataFrame, records: LinkedRecords, site: np.ndarray) -> None:
    """Print the scores of splink: names, distance, numbers and commodities compared in levels."""
    from link_splink import predicted  # noqa: PLC0415

    for name, pairs in predicted(table, records, site).items():
        probability = pairs["probability"].to_numpy()
        same = site[pairs["left"]] == site[pairs["right"]]
        print(f"splink, {name}: {len(pairs)} pairs, {same.sum()} of one site, Brier score "
              f"{((probability - same) ** 2).mean():.4f}")  # fmt: skip
        for threshold in (*THRESHOLDS, 0.95, 0.99, 0.999):
            found = [clusters(records, pairs, probability, threshold)]
            report(f"{name}, {threshold}", site, found)


if __name__ == "__main__":
    main()
