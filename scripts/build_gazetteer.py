"""Make the gazetteer of towns and ports from GeoNames, the World Port Index and searoute.

    python scripts/build_gazetteer.py [FOLDER]

FOLDER holds ``places/`` with the towns of GeoNames and ``corridors/`` with the ports (default:
../shared/data beside the repository). Names are kept in the form in which they are compared, so
that one entry stands for all spellings that differ only in case, accents and alphabet.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from folders import REPO, reference_data

sys.path[:0] = [str(REPO)]

from minmap.places.gazetteer import PER_DEGREE, name_key  # noqa: E402

OUT = REPO / "minmap" / "places" / "data"
REGION = (24.0, 34.5, 92.0, 57.0)
LEAST_IN_REGION, LEAST_ELSEWHERE = 5_000, 100_000
KNOWN_ELSEWHERE = 500_000  # people of a town whose other names are kept
# The scripts in which the region and its neighbours write their towns, as Unicode names letters.
WRITTEN = {"LATIN", "CYRILLIC", "ARABIC", "CJK", "GEORGIAN", "ARMENIAN", "GREEK"}
ELSEWHERE = {"LATIN", "CYRILLIC", "CJK"}
LETTERS_OF_AIRPORT = 3


def useful(name: str, scripts: set[str]) -> bool:
    """Say whether a name is one that a reader may write.

    Codes of airports are not, nor are machine romanisations of other scripts, which GeoNames has
    in lower case ("ta shen gan").
    """
    letters = [letter for letter in name if letter.isalpha()]
    of_name = {unicodedata.name(letter, "").split()[0] for letter in letters} - {"MODIFIER"}
    if len(of_name) != 1 or not of_name <= scripts:
        return False
    if of_name == {"LATIN"} and name.isupper() and len(name) == LETTERS_OF_AIRPORT:
        return False
    return of_name.isdisjoint({"LATIN", "CYRILLIC"}) or any(map(str.isupper, letters))


def keys_of(row: pd.Series) -> list[str]:
    """Return the keys of a town's names other than its main name, each once."""
    scripts = WRITTEN if row["near"] else ELSEWHERE
    known = row["near"] or row["population"] >= KNOWN_ELSEWHERE
    names = [row["ascii_name"], *(str(row["alternate_names"] or "").split("|") if known else [])]
    keys = {name_key(name) for name in names if name and useful(name, scripts)}
    return sorted(key for key in keys - {name_key(row["name"])} if len(key) > 1)


def towns(folder: Path) -> pa.Table:
    table = pd.read_parquet(folder / "places" / "geonames_cities.parquet")
    west, south, east, north = REGION
    near = table["lon"].between(west, east) & table["lat"].between(south, north)
    least = np.where(near, LEAST_IN_REGION, LEAST_ELSEWHERE)
    # A quarter of a city (PPLX) would be a second town of the city's name.
    kept = (table["population"] >= least) & ~table["feature_code"].isin(["PPLX"])
    table = table.assign(near=near)[kept]
    table = table.sort_values(["iso3", "admin1", "geonameid"], kind="stable")
    return pa.table(
        {
            "name": pa.array(table["name"], pa.string()),
            "country": pa.array(table["iso3"], pa.string()),
            "admin1": pa.array(table["admin1"], pa.string()),
            "population": pa.array(table["population"], pa.int32()),
            "x": steps(table["lon"]),
            "y": steps(table["lat"]),
            "keys": pa.array(["|".join(keys_of(row)) for _, row in table.iterrows()], pa.string()),
        }
    )


def ports(folder: Path) -> pa.Table:
    table = gpd.read_parquet(folder / "corridors" / "ports.parquet")
    table = table.sort_values(["iso3", "locode", "name"], kind="stable")
    return pa.table(
        {
            "name": pa.array(table["name"], pa.string()),
            "country": pa.array(table["iso3"], pa.string()),
            "locode": pa.array(table["locode"].where(table["locode"].notna(), None), pa.string()),
            "x": steps(table.geometry.x),
            "y": steps(table.geometry.y),
            "keys": pa.array([other_port_names(row) for _, row in table.iterrows()], pa.string()),
        }
    )


def other_port_names(row: pd.Series) -> str:
    keys = {name_key(part) for part in str(row["alt_name"] or "").split(";")}
    return "|".join(sorted(keys - {"", "nan", name_key(row["name"])}))


def steps(degrees: pd.Series) -> pa.Array:
    return pa.array((degrees * PER_DEGREE).round().astype(np.int32), pa.int32())


def main() -> None:
    folder = reference_data()
    for name, table in {"towns": towns(folder), "ports": ports(folder)}.items():
        path = OUT / f"{name}.parquet"
        numbers = [field.name for field in table.schema if pa.types.is_integer(field.type)]
        pq.write_table(
            table,
            path,
            compression="zstd",
            compression_level=19,
            use_dictionary=["country", "admin1"] if "admin1" in table.column_names else ["country"],
            column_encoding=dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
            write_statistics=False,
        )
        print(f"{path.name}: {table.num_rows:,} rows, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
