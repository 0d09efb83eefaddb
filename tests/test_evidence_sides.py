"""The sides of the statements that `link` writes."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.linking.evidence_sides import with_sides


def record(id_, name, x=75.0, **columns):
    data = {"occurrence_id": [id_], "source": [id_], "name": [name]}
    data |= {key: [value] for key, value in columns.items()}
    return gpd.GeoDataFrame(data, geometry=gpd.points_from_xy([x], [47.0]), crs=4326)


@pytest.mark.parametrize(
    ("left", "right", "signs"),
    [
        (record("a", "Kounrad"), record("b", "Kounrad"), "+++"),
        (record("a", "Kounrad"), record("b", "Kounrad", 75.2), "−++"),
        (record("a", "Kounrad"), record("b", "Sayak"), "+−·"),
        (record("a", "Bulousovskoe"), record("b", "Belousovskoe"), "++"),
        (record("a", "Kounrad North"), record("b", "Kounrad South"), "++−·"),
        (record("a", "Kounrad"), record("b", "Unnamed prospect"), "+·"),
        (
            record("a", "Kounrad", commodities="Cu Mo", country="KAZ", deposit_type="porphyry"),
            record("b", "Kounrad", commodities="Mo", country="UZB", deposit_type="skarn"),
            "+++−−+",
        ),
        (
            record("a", "Kounrad", commodities="Cu", site_type="plant", deposit_type="skarn"),
            record("b", "Kounrad", commodities="Au", site_type="mine", deposit_type="skarn"),
            "++−++−·",
        ),
        (
            record("a", "Kounrad", commodities="Cu", company="Alpha", site_type="plant"),
            record("b", "Kounrad", commodities="Graphite", company="Beta", site_type="plant"),
            "++−+−−−−·",
        ),
        (record("a", "Kounrad", mrds_id="10001234"), record("b", "x", mrds_id="10001234"), "++·"),
    ],
)
def test_each_statement_of_link_has_its_side(left, right, signs):
    decided = pd.DataFrame({"left_id": ["a"], "right_id": ["b"], "decision": ["same"]})
    evidence = mm.link(left, right, decisions=decided)["evidence"].item()
    statements = with_sides(evidence).split("; ")
    assert [one[2:] for one in statements] == evidence.split("; ")
    assert "".join(one[0] for one in statements) == signs, statements
