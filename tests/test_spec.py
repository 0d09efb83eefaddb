"""The types of the page's JSON: spec.ts is written from them, and pages agree with them."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import folium
import numpy as np
import pytest
import rasterio
from affine import Affine

import minmap as mm
from minmap.demo import demo_map
from minmap.maps import Map
from minmap.webmap import OnlineTiles, record_spec, spec
from minmap.webmap.tile_archive import TileArchive
from tests.pmtiles_files import write_pmtiles

REPOSITORY = Path(__file__).resolve().parents[1]
SPEC = re.compile(r'<script type="application/json" id="\w+">(.*?)</script>', re.DOTALL)


def script() -> ModuleType:
    path = REPOSITORY / "scripts" / "build_spec.py"
    found = importlib.util.spec_from_file_location("build_spec", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def faults(value: Any, kind: Any, where: str) -> list[str]:
    """Return the places where a value does not have its type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        return dict_faults(value, kind, where)
    if origin in (Union, UnionType):
        tried = [faults(value, choice, where) for choice in arguments]
        return min(tried, key=len)
    if origin is Literal:
        fits = value in arguments
    elif origin in (list, tuple):
        if not isinstance(value, list):
            return [f"{where} is no list: {value!r}"]
        if origin is tuple and len(value) != len(arguments):
            return [f"{where} has {len(value)} items"]
        kinds = arguments if origin is tuple else arguments * len(value)
        pairs = enumerate(zip(value, kinds, strict=True))
        return [fault for n, (item, k) in pairs for fault in faults(item, k, f"{where}[{n}]")]
    elif origin is dict:
        fits = isinstance(value, dict) and not any(
            faults(item, arguments[1], where) for item in value.values()
        )
    elif kind is float:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    else:
        fits = type(value) is kind if kind is not NoneType else value is None
    return [] if fits else [f"{where} is not {kind}: {value!r}"]


def dict_faults(value: Any, kind: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no object: {value!r}"]
    hints = get_type_hints(kind, include_extras=True)
    required = {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}
    found = [f"{where}.{name} is missing" for name in required - set(value)]
    found += [f"{where}.{name} is unknown" for name in set(value) - set(hints)]
    for name in set(value) & set(hints):
        hint = hints[name]
        bare = hint if name in required else get_args(hint)[0]
        found += faults(value[name], bare, f"{where}.{name}")
    return found


KINDS = {
    get_args(get_type_hints(kind)["kind"])[0]: kind
    for kind in (*get_args(spec.LayerSpec), spec.PageSpec)
}


def specifications(html: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in SPEC.findall(html)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Map:
    """Return a map with a layer of each kind."""
    folder = tmp_path_factory.mktemp("spec")
    rasters = {"classes": np.array([[1, 2], [2, 1]]), "image": np.full((3, 2, 2), 90)}
    for name, cells in rasters.items():
        bands = cells.astype(np.uint8).reshape(-1, 2, 2)
        options = {"driver": "GTiff", "dtype": "uint8", "crs": "EPSG:4326"}
        size = {"count": len(bands), "height": 2, "width": 2}
        place = Affine(1, 0, 60, 0, -1, 45)
        with rasterio.open(folder / f"{name}.tif", "w", **options, **size, transform=place) as file:
            file.write(bands)
    made = demo_map()
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    near = mm.nearest(deposits, mm.corridor("middle"))
    reached = mm.access(near, to="poti_port", avoid=["RUS"])
    found = near.assign(found="1998-05-03")
    rows = {"name": "{}", "distance_km": ("Far", "{:+,.1f} km"), "found": "{:%d %b}"}
    made.add(found, color="distance_km", scheme="Quantiles", name="By distance", popup=rows)
    made.add(reached, name="Access").add(mm.routes(reached), group="Transport")
    made.add_countries(mm.summarise(deposits, by="country"), value="occurrences")
    made.add(folder / "classes.tif").add(folder / "image.tif")
    made.add(OnlineTiles("OpenStreetMap"))
    made.add_child(TileArchive(write_pmtiles(folder / "tiles.pmtiles")))
    made.add(folium.FeatureGroup(name="Notes"))
    return made


def test_the_page_has_the_types_that_the_script_writes() -> None:
    build = script()
    written = build.TARGET.read_text(encoding="utf-8")
    assert written == build.typescript(), "run scripts/build_spec.py"


@pytest.mark.parametrize("folder", [False, True], ids=["one file", "folder"])
def test_a_page_agrees_with_the_types(page: Map, tmp_path: Path, folder: bool) -> None:
    if folder:
        page.save_folder(tmp_path / "map")
    else:
        page.save(tmp_path / "map.html")
    (file,) = tmp_path.rglob("*.html")
    found = specifications(file.read_text(encoding="utf-8"))
    assert {one["kind"] for one in found} == set(KINDS)
    assert any(isinstance(one.get("payload"), dict) for one in found) is folder
    assert [text for one in found for text in faults(one, KINDS[one["kind"]], one["kind"])] == []


def test_the_checker_finds_faults() -> None:
    wrong = {"title": 1, "citation": None, "author": "x"}
    assert sorted(faults(wrong, record_spec.SourceSpec, "source")) == [
        "source.author is unknown",
        "source.title is not <class 'str'>: 1",
    ]
    assert faults({}, record_spec.SourceSpec, "source") == ["source.title is missing"]
    bounds = get_type_hints(record_spec.LayerCommon)["bounds"]
    assert faults([[1, 2], [3]], bounds, "bounds")
