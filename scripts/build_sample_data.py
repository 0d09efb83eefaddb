"""Make the sample data in sample_data from the reference data.

    python scripts/build_sample_data.py [REFERENCE_DATA_FOLDER]

The folder defaults to ../shared/data beside the repository. Origin, date and licence of each file
are in sample_data/README.md.
"""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import rasterio
from folders import REPO, reference_data
from rasterio.windows import from_bounds
from shapely.geometry import box

from minmap.writing.export_table import export_table

TARGET = REPO / "sample_data"

WEST, SOUTH, EAST, NORTH = 46.0, 35.0, 88.0, 56.0
COUNTRIES = {
    "Kazakhstan",
    "Kyrgyzstan",
    "Uzbekistan",
    "Tajikistan",
    "Turkmenistan",
    "Azerbaijan",
    "Georgia",
    "Armenia",
    "Turkey",
}
ASIA_NORTH_ALBERS = "ESRI:102025"
LAKES_SOURCE = {
    "title": "Natural Earth 1:10 million",
    "citation": "Natural Earth, lakes and ocean, naturalearthdata.com",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}

# Names: User Guide to Collection 6 MODIS Land Cover, D. Sulla-Menashe and M.A. Friedl, 2018; that
# class 0 is water: developers.google.com/earth-engine/datasets/catalog/MODIS_061_MCD12C1.
# Colours: developers.google.com/earth-engine/datasets/catalog/MODIS_006_MCD12Q1 (LC_Type1).
IGBP = {
    0: ("Water bodies", "1c0dff"),
    1: ("Evergreen needleleaf forests", "05450a"),
    2: ("Evergreen broadleaf forests", "086a10"),
    3: ("Deciduous needleleaf forests", "54a708"),
    4: ("Deciduous broadleaf forests", "78d203"),
    5: ("Mixed forests", "009900"),
    6: ("Closed shrublands", "c6b044"),
    7: ("Open shrublands", "dcd159"),
    8: ("Woody savannas", "dade48"),
    9: ("Savannas", "fbff13"),
    10: ("Grasslands", "b6ff05"),
    11: ("Permanent wetlands", "27ff87"),
    12: ("Croplands", "c24f44"),
    13: ("Urban and built-up lands", "a5a5a5"),
    14: ("Cropland and natural vegetation mosaics", "ff6d4c"),
    15: ("Permanent snow and ice", "69fff8"),
    16: ("Barren", "f9ffa4"),
}


def copy_rows(source: Path, target: str, column: str | None) -> None:
    """Copy a table, or those of its rows whose `column` is one of the countries."""
    with source.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        header = list(reader.fieldnames or ())
        rows = [row for row in reader if column is None or row[column] in COUNTRIES]
    with (TARGET / target).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    report(target, f"{len(rows)} rows")


def crop(source: Path, target: str, tags: dict[str, str], band_tags: dict[str, str]) -> None:
    with rasterio.open(source) as grid:
        window = from_bounds(WEST, SOUTH, EAST, NORTH, grid.transform).round_offsets()
        values = grid.read(1, window=window)
        profile = {
            "driver": "GTiff",
            "dtype": grid.dtypes[0],
            "count": 1,
            "height": values.shape[0],
            "width": values.shape[1],
            "crs": grid.crs,
            "transform": grid.window_transform(window),
            "nodata": grid.nodata,
            "compress": "deflate",
            "predictor": 2,
            "zlevel": 9,
        }
    classes = any(name.startswith("class_") for name in band_tags)
    with rasterio.open(TARGET / target, "w", **profile) as grid:
        grid.write(values, 1)
        grid.update_tags(**tags)
        grid.update_tags(1, **band_tags)
        if classes:
            colours = {value: bytes.fromhex(code) for value, (_, code) in IGBP.items()}
            grid.write_colormap(1, {v: (*rgb, 255) for v, rgb in colours.items()})
    report(target, f"{values.shape[1]} x {values.shape[0]} cells, {len(np.unique(values))} values")


def lakes(basemap: Path) -> None:
    window = box(WEST - 4, SOUTH - 2, EAST + 4, NORTH + 2)
    small = geopandas.read_file(basemap / "ne_10m_lakes_clip.gpkg")
    small = small[small.intersects(window)][["name", "name_alt", "scalerank", "geometry"]]
    caspian = geopandas.read_file(basemap / "ne_10m_caspian_polygon.gpkg")
    caspian = caspian.assign(name="Caspian Sea", name_alt=None, scalerank=0)[small.columns]
    joined = pd.concat([caspian, small], ignore_index=True)
    layer = geopandas.GeoDataFrame(joined, crs=small.crs).to_crs(ASIA_NORTH_ALBERS)
    layer["area_km2"] = (layer.area / 1e6).round(1)  # the projection keeps areas
    layer = layer.sort_values(["area_km2", "name"], ascending=[False, True])
    layer["geometry"] = layer.geometry.simplify(100)
    layer.to_file(
        TARGET / "central_asia_lakes.shp",
        engine="pyogrio",
        encoding="UTF-8",
        layer_options={"DBF_DATE_LAST_UPDATE": "2025-01-01"},  # the same bytes on every day
    )
    layer.attrs["sources"] = [LAKES_SOURCE]
    export_table(layer, title="central_asia_lakes").metadata.write_beside(
        TARGET / "central_asia_lakes.shp"
    )
    report("central_asia_lakes.shp", f"{len(layer)} polygons")


def report(name: str, what: str) -> None:
    print(f"sample_data/{name}: {what}, {(TARGET / name).stat().st_size / 1024:.0f} KB")


def main(data: Path) -> None:
    deposits, rasters = data / "deposits", data / "rasters"
    copy_rows(deposits / "mrds/mrds_compact_central_asia.csv", "mrds_central_asia.csv", None)
    copy_rows(
        deposits / "usgs_major_deposits/deposit.csv", "major_deposits_central_asia.csv", "country"
    )
    copy_rows(
        deposits / "usgs_pp1802/PP1802_CritMin_pts.csv", "pp1802_central_asia.csv", "LOCATION"
    )
    copy_rows(
        deposits / "usgs_sir20105090z/sedcu_deps_pros.csv", "copper_central_asia.csv", "country"
    )
    copy_rows(
        deposits / "usgs_minfac/minfac-csv-refined.csv",
        "mineral_operations_central_asia.csv",
        "#country",
    )
    crop(
        rasters / "dem_5arcmin_eurasia.tif",
        "elevation.tif",
        {
            "title": "Elevation",
            "source": "Mapzen terrain tiles, by way of pvlib 0.16.1",
            "licence": "attribution to Mapzen",
        },
        {"units": "m"},
    )
    crop(
        rasters / "mcd12c1_2019_landcover_005deg_eurasia.tif",
        "landcover.tif",
        {
            "title": "Land cover 2019 (IGBP)",
            "source": "MODIS MCD12C1 v006, NASA LP DAAC",
            "licence": "open, NASA EOSDIS",
        },
        {f"class_{value}": name for value, (name, _) in IGBP.items()},
    )
    lakes(data / "basemap")


if __name__ == "__main__":
    main(reference_data())
