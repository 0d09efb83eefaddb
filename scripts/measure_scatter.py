"""Measure how far the records of each source lie from those of other sources for the same site.

    python scripts/measure_scatter.py [../shared/data]

Writes ``scatter_m`` and ``scatter_evidence`` into the descriptions of the sources
(``minmap/reading/*.toml``) and prints the distances. `minmap.link` finds the records of one site by
the precision of their coordinates alone, so that nothing feeds back. Only pairs count whose names
have the same telling words: `minmap.link` joins them up to 300 km apart if a commodity agrees, and
other pairs only if they lie near. The records of MRDS in the United States come from
several compilers, and experts have said which of its tungsten records in Nevada are of one site.

For each two sources, take the distance within which two thirds of the pairs lie. Neither source
alone scatters more than that. So the scatter of a source is at most the least of its distances.
"""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import Geod

import minmap as mm
from minmap.linking.name_words import sound_of, telling_words

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
FEWEST = 20
"""Pairs of two sources that are needed, so that one pair more changes little."""
OF_EXPERTS = "mrds:USA"
OTHERWISE = "*"


def distances(data: Path) -> pd.DataFrame:
    """Return the pairs of one site: their sources and the distance, km.

    MRDS in the United States is a source of its own, ``mrds:USA``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mm.MinmapWarning)
        tables = [mm.read(data / "deposits" / file) for file in FILES]
        links = mm.link(*tables)
    records = pd.concat([table[["occurrence_id", "source", "country"]] for table in tables])
    is_of_experts = (records["source"] + ":" + records["country"].fillna("")) == OF_EXPERTS
    source = records["source"].mask(is_of_experts, OF_EXPERTS)
    source.index = pd.Index(records["occurrence_id"])
    words = [links[f"{side}_name"].map(_telling, na_action="ignore") for side in ("left", "right")]
    same = links[links["same_site"] & links["distance_km"].notna() & (words[0] == words[1])]
    linked = pd.DataFrame(
        {
            "one": source[same["left_id"]].to_numpy(),
            "other": source[same["right_id"]].to_numpy(),
            "km": same["distance_km"].to_numpy(),
        }
    )
    linked = linked[linked["one"] != linked["other"]]
    return pd.concat([linked, judged_by_experts(tables[0], data)], ignore_index=True)


def _telling(name: str) -> str:
    """Return the words of a name that tell which site it is, in any spelling and order."""
    return " ".join(sorted(map(sound_of, telling_words(name))))


def judged_by_experts(nevada: gpd.GeoDataFrame, data: Path) -> pd.DataFrame:
    """Return the pairs of MRDS records in Nevada that are of one site by experts."""
    groups = pd.read_csv(data / "deposits" / TRUTH, dtype=str)
    places = nevada.set_index(nevada["occurrence_id"].str.removeprefix("mrds:")).geometry.dropna()
    groups = groups[groups["dep_id"].isin(places.index)]
    pairs = groups.merge(groups, on="group_id").query("dep_id_x < dep_id_y")
    ends = (places[pairs[f"dep_id_{side}"]] for side in "xy")
    (x, y), (other_x, other_y) = ((end.x.to_numpy(), end.y.to_numpy()) for end in ends)
    metres = Geod(ellps="WGS84").inv(x, y, other_x, other_y)[2]
    return pd.DataFrame({"one": OF_EXPERTS, "other": OF_EXPERTS, "km": metres / 1000})


def scatters(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return for each source the other one, the number of pairs and two thirds' distance, km."""
    both = pd.concat([pairs, pairs.rename(columns={"one": "other", "other": "one"})])
    both = both[(both["one"] != both["other"]) | (both["one"] == OF_EXPERTS)]
    found = both.groupby(["one", "other"])["km"].agg(
        pairs="size", within_km=lambda km: km.quantile(SHARE)
    )
    # The pairs of a source with itself were counted from both ends.
    found.loc[(OF_EXPERTS, OF_EXPERTS), "pairs"] //= 2
    return found[found["pairs"] >= FEWEST].reset_index()


def write(source: str, least: pd.DataFrame) -> None:
    """Put the scatter of a source into its description, apart for a country with its own."""
    path = FOLDER / f"{source}.toml"
    metres, evidence = {}, []
    for row in least.sort_values("one", ascending=False).itertuples():
        country = row.one.partition(":")[2]
        metres[country or OTHERWISE] = float(f"{1000 * row.within_km:.2g}")
        whom = "each other" if row.one == row.other else row.other
        evidence.append(f"{row.pairs} with {whom}{f' ({country})' if country else ''}")
    values = ", ".join(f'"{name}" = {value:.0f}' for name, value in metres.items())
    written = f"{{ {values} }}" if len(metres) > 1 else f"{metres[OTHERWISE]:.0f}"
    lines = (
        f"# Two thirds of the records lie within this distance; scripts/measure_scatter.py.\n"
        f"scatter_m = {written}\n"
        f'scatter_evidence = "pairs of one site: {", ".join(evidence)}"\n'
    )
    text = re.sub(
        r"(# Two thirds .*\n)?scatter_m = .*\nscatter_evidence = .*\n", "", path.read_text()
    )
    path.write_text(text.replace("[coordinates]\n", f"[coordinates]\n{lines}", 1))


def main() -> None:
    """Measure, print and write."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    pairs = distances(Path(sys.argv[1]) if len(sys.argv) > 1 else folder)
    found = scatters(pairs)
    print(found.round(2).to_string(index=False))
    least = found.loc[found.groupby("one")["within_km"].idxmin()]
    for source, own in least.groupby(least["one"].str.partition(":")[0]):
        write(str(source), own)


if __name__ == "__main__":
    main()
