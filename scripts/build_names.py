"""Make the names of the offline base map from Natural Earth.

    python scripts/build_names.py [FOLDER]

FOLDER holds ``basemap/`` with the Natural Earth layers (default: ../shared/data beside the
repository).
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from minmap import vocabulary  # noqa: E402
from minmap.scene import world_grid  # noqa: E402
from minmap.webmap import payload  # noqa: E402

OUT = REPO / "minmap" / "webmap" / "data"
TOWN, CAPITAL, COUNTRY, WATER = range(4)
# The zoom at which a place of a Natural Earth scale rank is first named.
TOWN_ZOOM = {0: 3, 1: 4, 2: 4, 3: 5, 4: 5, 5: 6, 6: 6, 7: 7, 8: 8, 9: 8, 10: 8}
# Where the name of a town has no Russian one in Natural Earth's layer, another layer may have it.
SAME_TOWN_DEGREES = 0.5
DETAIL_BOX = (24.0, 22.0, 126.0, 62.0)  # the clip of the 1:10 million layers


def read(folder: Path, name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(folder / "basemap" / f"{name}.gpkg")
    return frame[frame.geometry.notna() & ~frame.geometry.is_empty]


def with_russian(towns: gpd.GeoDataFrame, named: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return towns with the Russian names of the towns of the same name at their places."""
    pairs = towns.reset_index().merge(named, on="name", suffixes=("", "_named"))
    gaps = shapely.distance(pairs.geometry.to_numpy(), pairs.geometry_named.to_numpy())
    pairs = pairs.assign(gap=gaps).query("gap < @SAME_TOWN_DEGREES").sort_values("gap")
    return towns.assign(name_ru=pairs.groupby("index").name_ru.first())


def towns(folder: Path) -> pd.DataFrame:
    near = read(folder, "ne_10m_populated_places_clip").rename(columns=str.lower)
    far = read(folder, "ne_50m_populated_places_simple_world")
    far = far[~shapely.box(*DETAIL_BOX).contains(far.geometry.to_numpy())]
    named = read(folder, "ne_10m_populated_places_world")[["name", "name_ru", "geometry"]]
    both = pd.concat([near, with_russian(far, named)], ignore_index=True)
    capital = both.featurecla.isin(["Admin-0 capital", "Admin-0 capital alt"])
    zoom = both.scalerank.map(TOWN_ZOOM).fillna(8).astype(int)
    return pd.DataFrame(
        {
            "text": both.name,
            # Without what tells namesakes apart in an encyclopedia.
            "ru": both.name_ru.str.replace(r"\s*\(.*\)$", "", regex=True),
            "rank": np.where(capital, np.minimum(zoom, 4), zoom),
            "style": np.where(capital, CAPITAL, TOWN),
            "lon": both.geometry.x,
            "lat": both.geometry.y,
            "weight": both.pop_max.fillna(0),
        }
    )


def rows_of(file: str) -> list[dict[str, str]]:
    with (REPO / "scripts" / file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def areas(folder: Path) -> pd.DataFrame:
    countries = read(folder, "ne_50m_admin_0_countries_world")
    lakes = read(folder, "ne_10m_lakes_clip").dropna(subset="name")
    lakes = lakes[lakes.scalerank <= 4]
    sea = read(folder, "ne_10m_caspian_polygon").assign(name="Caspian Sea", scalerank=0)
    water = pd.concat([sea, lakes], ignore_index=True)
    spots = [shapely.maximum_inscribed_circle(shape).coords[0] for shape in water.geometry]
    alpha2 = vocabulary.countries().set_index("code")["alpha2"]
    # Natural Earth leaves France and Norway without the code that others have.
    code = countries.ISO_A3_EH.where(countries.ISO_A3_EH.isin(alpha2.index), countries.ADM0_A3)
    russian = {
        row["alpha2"]: row["name"]
        for row in rows_of("vocab/country_names.csv")
        if row["language"] == "ru"
    }
    by_name = {row["name"]: row["russian"] for row in rows_of("russian_places.csv")}
    own = code.map(alpha2).map(russian).fillna(countries.NAME.map(by_name))
    label = countries[["LABEL_X", "LABEL_Y"]] if "LABEL_X" in countries else None
    if label is None:
        biggest = [max(shapely.get_parts(g), key=shapely.area) for g in countries.geometry]
        centres = [shapely.maximum_inscribed_circle(shape).coords[0] for shape in biggest]
    else:
        centres = label.to_numpy()
    return pd.DataFrame(
        {
            "text": [*countries.NAME, *water.name],
            "region": [*code.map(alpha2), *[None] * len(water)],
            "ru": [*own, *water.name.map(by_name)],
            "rank": [
                *np.clip(np.ceil(countries.MIN_LABEL), 2, 7).astype(int),
                *np.clip(water.scalerank + 4, 4, 7).astype(int),
            ],
            "style": [COUNTRY] * len(countries) + [WATER] * len(water),
            "lon": [*(c[0] for c in centres), *(s[0] for s in spots)],
            "lat": [*(c[1] for c in centres), *(s[1] for s in spots)],
            "weight": [1e12] * len(countries) + [1e9] * len(water),
        }
    )


def write_labels(folder: Path) -> None:
    names = pd.concat([areas(folder), towns(folder)], ignore_index=True)
    # The page keeps the first of two labels that touch, so the most important come first.
    names = names.sort_values(["rank", "weight"], ascending=[True, False], kind="stable")
    x, y = world_grid.to_world(names.lon.to_numpy(float), names.lat.to_numpy(float))
    packed = payload.pack(
        {
            "_x": pa.array(np.diff(x, prepend=np.int32(0)), pa.int32()),
            "_y": pa.array(np.diff(y, prepend=np.int32(0)), pa.int32()),
            "_rank": pa.array(names["rank"].to_numpy(np.uint8)),
            "_style": pa.array(names["style"].to_numpy(np.uint8)),
            "c0": pa.array(names.text.astype(object), pa.string()),
            "region": pa.array(
                names.region.astype(object).where(names.region.notna()), pa.string()
            ),
            "ru": pa.array(names.ru.astype(object).where(names.ru.notna()), pa.string()),
        },
        level=9,
    )
    (OUT / "labels.arrow.gz").write_bytes(packed)
    print(f"labels: {len(names):,} names, {len(packed):,} bytes")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPO.parent / "shared" / "data"
    write_labels(folder)


if __name__ == "__main__":
    main()
