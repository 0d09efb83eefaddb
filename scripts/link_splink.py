"""Splink on the records that `minmap.link` takes, for `link_quality.py --splink`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on

from minmap.linking.linked_records import LinkedRecords
from minmap.linking.name_words import names_in, sound_of, telling_words

KM = (0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 10.0)
NEAR = "abs(l.lat - r.lat) < 0.045 and abs(l.lon - r.lon) < 0.06"  # 5 km in Nevada


def frame(table: pd.DataFrame, records: LinkedRecords, site: np.ndarray) -> pd.DataFrame:
    """Return the records with the columns to compare."""
    table = table.set_index("occurrence_id").loc[records.ids]
    names = [" ".join(telling_words(str(name))) or None for name in table["name"].fillna("")]
    others = table["other_names"].fillna("").map(names_in)
    sounds = [
        sorted({sound_of(w) for one in (name or "", *other) for w in telling_words(one)})
        for name, other in zip(names, others, strict=True)
    ]
    return pd.DataFrame({
        "unique_id": np.arange(len(records)), "site": site.astype(str), "name": names,
        "sounds": sounds, "lat": table.geometry.y.to_numpy(), "lon": table.geometry.x.to_numpy(),
        "mrds_id": table["mrds_id"].to_numpy(), "main": table["commodities"].to_numpy(),
    })  # fmt: skip


def predicted(
    table: pd.DataFrame, records: LinkedRecords, site: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Return the pairs and probabilities of splink, trained without and with the truth."""
    names = cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            cll.ArrayIntersectLevel("sounds", min_intersection=2),
            cll.ArrayIntersectLevel("sounds", min_intersection=1),
            cll.JaroWinklerLevel("name", 0.88),
            cll.ElseLevel(),
        ],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[names, cl.DistanceInKMAtThresholds("lat", "lon", list(KM)),
                     cl.ExactMatch("mrds_id"), cl.ExactMatch("main")],
        blocking_rules_to_generate_predictions=[NEAR, block_on("name"), block_on("mrds_id")],
    )  # fmt: skip
    found = {}
    for name in ("without the truth", "with the whole truth"):
        from splink.internals.duckdb.database_api import DuckDBAPI  # noqa: PLC0415

        data = DuckDBAPI().register(frame(table, records, site))
        linker = Linker(data, settings)
        linker.training.estimate_probability_two_random_records_match(
            ["l.name = r.name and " + NEAR], recall=0.2
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        if name == "without the truth":
            for rule in (NEAR, block_on("name"), block_on("mrds_id")):
                linker.training.estimate_parameters_using_expectation_maximisation(rule)
        else:
            linker.training.estimate_m_from_label_column("site")
        pairs = linker.inference.predict().as_pandas_dataframe()
        sides = np.sort(pairs[["unique_id_l", "unique_id_r"]].to_numpy(dtype=np.int64), axis=1)
        found[name] = pd.DataFrame({
            "left": sides[:, 0], "right": sides[:, 1],
            "probability": pairs["match_probability"].to_numpy(),
        })  # fmt: skip
    return found
