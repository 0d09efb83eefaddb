"""Measure how far the records of each source lie from those of other sources for the same site.

    python scripts/measure_scatter.py [../shared/data]

Writes ``scatter_m`` and ``scatter_evidence`` into the descriptions of the sources
(``minmap/reading/*.toml``) and prints the distances. `minmap.link` finds the records of one site by
the precision of their coordinates alone, so that nothing feeds back. Only pairs with equal names
count, which are seldom wrong. The records of MRDS come from several compilers. Experts have said
which of its tungsten records in Nevada are of one site. For each two sources, take the distance
within which two thirds of the pairs lie. Its square is the sum of the squares of both scatters,
which a least-squares fit with weights by the number of pairs finds (Lawson and Hanson 1974, scipy
nnls).
"""

from __future__ import annotations

import itertools
import re
import sys
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod
from scipy.optimize import nnls

import minmap as mm
from minmap.vocabulary.spelling import normalise

FOLDER = Path(__file__).parents[1] / "minmap" / "reading"
FILES = (
    "mrds/mrds_nevada_tungsten.csv",
    "mrds/mrds_compact_central_asia.csv",
    "mrds/mrds_full_schema_idaho_montana_tungsten_383.csv",
    "usgs_major_deposits/deposit.csv",
    "usgs_pp1802/PP1802_CritMin_pts.csv",
    "usgs_minfac/minfac-csv-refined.csv",
    "usgs_sir20105090z/sedcu_deps_pros.csv",
)
TRUTH = "mrds/nevada_tungsten_same_site_groups.csv"
SHARE = 0.68
"""Share of the pairs within the distance: that of one standard deviation, which the few wrong links
and the longest distances hardly change."""
FEWEST, MOST = 15, 400
SEVERAL_COMPILERS = ("mrds",)


def distances(data: Path) -> pd.DataFrame:
    """Return the pairs of one site: their sources, in alphabetical order, and the distance."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mm.MinmapWarning)
        tables = [mm.read(data / "deposits" / file) for file in FILES]
        links = mm.link(*tables)
    names = [links[f"{side}_name"].fillna(f"{side} has none") for side in ("left", "right")]
    left, right = (each.map(normalise) for each in names)
    same = links[links["same_site"] & links["distance_km"].notna() & (left == right)]
    sides = [same[f"{side}_id"].str.partition(":")[0] for side in ("left", "right")]
    pairs = np.sort(np.column_stack(sides).astype(str), axis=1)
    linked = pd.DataFrame({"one": pairs[:, 0], "other": pairs[:, 1], "km": same["distance_km"]})
    linked = linked[linked["one"] != linked["other"]]
    return pd.concat([linked, judged_by_experts(tables[0], data)])


def judged_by_experts(nevada: gpd.GeoDataFrame, data: Path) -> pd.DataFrame:
    """Return the pairs of MRDS records in Nevada that are of one site by experts."""
    groups = pd.read_csv(data / "deposits" / TRUTH, dtype=str)
    places = nevada.set_index(nevada["occurrence_id"].str.removeprefix("mrds:")).geometry.dropna()
    groups = groups[groups["dep_id"].isin(places.index)]
    pairs = groups.merge(groups, on="group_id").query("dep_id_x < dep_id_y")
    ends = (places[pairs[f"dep_id_{side}"]] for side in "xy")
    (x, y), (other_x, other_y) = ((end.x.to_numpy(), end.y.to_numpy()) for end in ends)
    metres = Geod(ellps="WGS84").inv(x, y, other_x, other_y)[2]
    return pd.DataFrame({"one": "mrds", "other": "mrds", "km": metres / 1000})


def scatters(pairs: pd.DataFrame) -> tuple[dict[str, float], pd.DataFrame]:
    """Return the scatter of each source, km, and the distances of each two sources."""
    sources = sorted({*pairs["one"], *pairs["other"]})
    rows, squares, found = [], [], []
    for one, other in itertools.combinations_with_replacement(sources, 2):
        km = pairs.loc[(pairs["one"] == one) & (pairs["other"] == other), "km"]
        if len(km) < FEWEST or (one == other and one not in SEVERAL_COMPILERS):
            continue
        within = km.quantile(SHARE)
        weight = np.sqrt(min(len(km), MOST))
        rows.append([weight * ((one == name) + (other == name)) for name in sources])
        squares.append(weight * within**2)
        found.append({"sources": f"{one}, {other}", "pairs": len(km), "within_km": within})
    fitted, _ = nnls(np.array(rows), np.array(squares))
    return dict(zip(sources, np.sqrt(fitted), strict=True)), pd.DataFrame(found)


def write(source: str, scatter_km: float, pairs: pd.DataFrame) -> None:
    """Put a scatter into the description of a source."""
    path = FOLDER / f"{source}.toml"
    counted = [
        f"{number} with {'each other' if one == other else other if one == source else one}"
        for (one, other), number in pairs.groupby(["one", "other"]).size().items()
        if source in (one, other)
        and number >= FEWEST
        and (one != other or one in SEVERAL_COMPILERS)
    ]
    lines = (
        f"# Two thirds of the records lie within this distance; scripts/measure_scatter.py.\n"
        f"scatter_m = {float(f'{1000 * scatter_km:.2g}'):.0f}\n"
        f'scatter_evidence = "pairs of one site: {", ".join(counted)}"\n'
    )
    text = re.sub(
        r"(# Two thirds .*\n)?scatter_m = .*\nscatter_evidence = .*\n", "", path.read_text()
    )
    path.write_text(text.replace("[coordinates]\n", f"[coordinates]\n{lines}", 1))


def main() -> None:
    """Measure, print and write."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    pairs = distances(Path(sys.argv[1]) if len(sys.argv) > 1 else folder)
    found, table = scatters(pairs)
    print(table.round(2).to_string(index=False))
    for source, scatter_km in found.items():
        print(f"{source}: {scatter_km:.2f} km")
        write(source, scatter_km, pairs)


if __name__ == "__main__":
    main()
