"""What QGIS shows of the files of maps, held against the looks that the maps have."""

from __future__ import annotations

import json
import os
import subprocess
from io import BytesIO
from math import pi
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from matplotlib.colors import to_rgba
from PIL import Image

import minmap as mm
from minmap.scene.diameters import diameters
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.faces import faces_of, value_at
from minmap.scene.strokes import ink
from tests.test_qgis import (
    COLUMN,
    LOOKS,
    areas,
    dem,
    drawn_of,
    everything,
    hostile,
    legend_of,
    looks_by_key,
    mines,
    shown_of,
)

PYTHON = "/usr/bin/python3"  # that of Debian's package python3-qgis
READER = Path(__file__).with_name("qgis_reader.py")
SETTINGS = {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ.get("PATH", "")}
BOX, SIZE = (59.0, 43.0, 71.0, 51.0), (900, 900)
ZOOM = np.log2(900 / 256 * 360 / 12)
POINTS = [name for name, (_, looks) in LOOKS.items() if "shapes" not in looks]
RADIUS_M = 6_378_137.0


def has_qgis() -> bool:
    if not Path(PYTHON).exists():
        return False
    words = [PYTHON, "-c", "import qgis.core"]
    return subprocess.run(words, capture_output=True, check=False, env=SETTINGS).returncode == 0


pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(not has_qgis(), reason="QGIS is not installed"),
]


def layers_of(path: Path) -> list[list[str]]:
    names = pyogrio.list_layers(path)[:, 0].tolist()
    return [[str(path), name] for name in names if name != "layer_styles"]


def shown_by_qgis(requests: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return what QGIS understood of the layers of each request, and draw them."""
    folder = Path(requests[0]["picture"]).parent
    ran = subprocess.run(
        [PYTHON, READER],
        input=json.dumps([{"box": BOX, "size": SIZE, **one} for one in requests]),
        capture_output=True,
        text=True,
        check=False,
        env={**SETTINGS, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
    )
    assert ran.returncode == 0, ran.stderr
    answers: list[list[dict[str, Any]]] = json.loads(ran.stdout.splitlines()[-1])
    return answers


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[DrawnRecords, Any, Any]]:
    """Each map: what it draws, what QGIS understood, and the picture that QGIS drew."""
    folder, drawn, requests = tmp_path_factory.mktemp("qgis"), {}, []
    for name, (make, looks) in LOOKS.items():
        m = mm.Map(make(), name="layer", **looks)
        m.save(folder / f"{name}.gpkg")
        drawn[name] = shown_of(m)
        picture = str(folder / f"{name}.png")
        requests.append({"layers": layers_of(folder / f"{name}.gpkg"), "picture": picture})
    answers = shown_by_qgis(requests)
    return {
        name: (drawn[name], answer[0], np.asarray(Image.open(request["picture"]).convert("RGB")))
        for name, answer, request in zip(LOOKS, answers, requests, strict=True)
    }


@pytest.fixture(scope="module")
def saved_by_qgis(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """GeoPackages of maps whose styles QGIS has saved again."""
    folder = tmp_path_factory.mktemp("saved")
    paths = {name: folder / f"{name}.gpkg" for name in LOOKS}
    for name, (make, looks) in LOOKS.items():
        mm.Map(make(), name="layer", **looks).save(paths[name])
    more = {"picture": str(folder / "-"), "saved_mm": 0}
    shown_by_qgis([{"layers": layers_of(path), **more} for path in paths.values()])
    return paths


@pytest.mark.parametrize("name", LOOKS)
def test_qgis_has_the_legend_of_the_map(shown: Any, name: str) -> None:
    part, answer, _ = shown[name]
    entries = part.marks.legend.entries
    assert answer["valid"]
    assert answer["count"] == len(part.table)
    assert answer["labels"] == (part.labels is not None)
    if answer["type"] == "singleSymbol":
        assert answer["legend"][0][1] == entries[0].color.lower()
        return
    listed = answer["legend"][: len(entries)]
    assert [label for label, _ in listed] == [entry.label for entry in entries]
    assert answer["shown"][: len(entries)] == [not entry.hidden for entry in entries]
    if part.table.geom_type.iloc[0] == "Point":
        assert [color for _, color in listed] == [entry.color.lower() for entry in entries]
    more = [label for label, _ in answer["legend"][len(entries) :]]
    assert len(more) == sum(
        1 + len(one.get("entries") or [*one["samples"]])
        + bool(one.get("missing")) + (one.get("floor") is not None)
        for one in part.marks.legends
    )  # fmt: skip


def on_white(color: Any, opacity: float = 1.0) -> Any:
    *parts, alpha = to_rgba(color)
    share = alpha * opacity
    return np.array([255 * (share * part + 1 - share) for part in parts])


def pixels_of(lonlat: Any) -> Any:
    """Return the column and the row of places in a picture of the box in Web Mercator."""

    def mercator(places: Any) -> Any:
        lon, lat = np.radians(np.asarray(places, dtype=float)).T
        return np.column_stack([lon, np.arcsinh(np.tan(lat))]) * RADIUS_M

    low, high = mercator([BOX[:2], BOX[2:]])
    middle, side = (low + high) / 2, max(high - low)  # QGIS shows the box in the picture's shape
    return ((mercator(lonlat) - middle) * (1, -1) / side + 0.5) * SIZE


@pytest.mark.parametrize("name", [name for name in POINTS if LOOKS[name][0].__name__ == "mines"])
def test_symbols_have_the_colour_and_the_size_of_the_map(shown: Any, name: str) -> None:
    part, _, picture = shown[name]
    rows = np.flatnonzero(~part.hidden())
    places = pixels_of(shapely.get_coordinates(part.table.geometry)[rows])
    sizes, faces = diameters(part, ZOOM)[rows], faces_of(part, rows)
    gaps = np.hypot(*(places[:, None] - places[None]).T) + 1000 * np.eye(len(places))
    tried = 0
    for (x, y), px, face, gap in zip(places, sizes, faces, gaps.min(axis=0), strict=True):
        found = picture[int(y), int(x)]
        assert np.abs(found - on_white(face.color)).max() <= 3, (name, face)
        window = picture[int(y) - 32 : int(y) + 33, int(x) - 32 : int(x) + 33].astype(int)
        if gap > 70 and face.color[3] == 1 and face.shape in ("circle", "square", "triangle"):
            darkness = (255 - window).sum(axis=2) / (255 - on_white(face.color)).sum()
            if face.rim[:3] == (1.0, 1.0, 1.0) and name != "labels":
                assert darkness.sum() == pytest.approx(pi / 4 * px**2, rel=0.2), (name, face, px)
                tried += 1
    assert tried > 5 or name in ("pixels", "half points", "half icons", "faded points", "labels")


@pytest.mark.parametrize("name", ["areas", "choropleth", "units", "faded areas", "catchment"])
def test_areas_have_the_colour_of_the_map(shown: Any, name: str) -> None:
    part, _, picture = shown[name]
    inside = part.table.geometry.representative_point()
    tried = 0
    for row, (x, y) in enumerate(pixels_of(shapely.get_coordinates(inside))):
        if not (0 <= x < SIZE[0] and 0 <= y < SIZE[1]):
            continue
        entry = part.marks.legend.entries[part.marks.legend.codes[row]]
        alpha, share = value_at(part, "opacity", row), entry.opacity
        opacity = (1.0 if share is None else share) * (1.0 if alpha is None else alpha)
        wanted = on_white(ink(entry.color), opacity)
        if part.cover:  # the last of those that lie over each other
            above = [
                later
                for later in range(row + 1, len(part.table))
                if part.table.geometry.iloc[later].contains(inside.iloc[row])
            ]
            if above:
                continue
        assert np.abs(picture[int(y), int(x)] - wanted).max() <= 4, (name, row)
        tried += 1
    assert tried > (0 if name == "catchment" else 20)


@pytest.mark.parametrize("name", LOOKS)
def test_a_style_that_qgis_saved_looks_the_same(saved_by_qgis: dict[str, Path], name: str) -> None:
    make, looks = LOOKS[name]
    before = shown_of(mm.Map(make(), name="layer", **looks))
    after = drawn_of(mm.Map(saved_by_qgis[name], name="layer"))
    assert legend_of(after) == legend_of(before)
    assert looks_by_key(after, 9) == looks_by_key(before, 9)


def test_sizes_that_are_edited_in_qgis_come_back(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    mm.Map(mines(), color="kind", size="tonnage", shape="status").save(path)
    shown_by_qgis([{"layers": layers_of(path), "picture": str(tmp_path / "-"), "saved_mm": 4}])
    part = drawn_of(mm.Map(path))
    assert part.marks.channels.keys() == {"shape"}
    assert set(diameters(part, 9).round(1)) == {14.1}  # 4 mm with an outline of 1 pixel


@pytest.mark.parametrize("is_print", [False, True])
@pytest.mark.parametrize("opacity", [0.4, "share"])
@pytest.mark.parametrize(
    "shapes", [{"shape": "mine"}, {"shape": "status", "shapes": {"open": "mine", "shut": "star"}}]
)
def test_icons_are_seen_through_on_screen_and_in_print(
    tmp_path: Path, shapes: dict[str, Any], opacity: float | str, is_print: bool
) -> None:
    table = mines().assign(share=0.4)
    mm.Map(table, color="#000000", opacity=opacity, size=20, **shapes).save(tmp_path / "map.gpkg")
    picture = tmp_path / "map.png"
    layers = layers_of(tmp_path / "map.gpkg")
    shown_by_qgis([{"layers": layers, "picture": str(picture), "print": is_print}])
    drawn = np.asarray(Image.open(picture).convert("L"))
    assert (drawn < 160).sum() > 1000
    assert drawn.min() == pytest.approx(255 * 0.6, abs=3)


def test_hidden_values_are_not_drawn(shown: Any) -> None:
    part, _, picture = shown["hidden"]
    hidden = part.hidden()
    assert 0 < hidden.sum() < len(hidden)
    for x, y in pixels_of(shapely.get_coordinates(part.table.geometry)[hidden]):
        assert (picture[int(y), int(x)] == 255).all()


def test_rasters_have_the_colours_of_the_map(tmp_path: Path) -> None:
    m = mm.Map().add(dem(tmp_path), name="Heights", vmin=600, vmax=1000, opacity=0.5)
    m.save(tmp_path / "map.gpkg")
    picture = tmp_path / "map.png"
    request = {"layers": [[str(tmp_path / "map Heights.tif")]], "picture": str(picture)}
    ((answer,),) = shown_by_qgis([request])
    assert (answer["type"], answer["opacity"]) == ("singlebandpseudocolor", 0.5)
    (part,) = m.layers()[0].drawn
    colors = np.asarray(Image.open(BytesIO(part.raster.png)).convert("RGBA"))
    drawn = np.asarray(Image.open(picture).convert("RGB")).astype(float)
    (south, west), (north, east) = part.raster.bounds
    low, high = pixels_of([(west, south), (east, north)])
    rng = np.random.default_rng(1)
    differences = []
    for row, column in zip(rng.integers(20, 180, 300), rng.integers(20, 280, 300), strict=True):
        height, width = colors.shape[:2]
        x = low[0] + (column + 0.5) / width * (high[0] - low[0])
        y = high[1] + (row + 0.5) / height * (low[1] - high[1])
        if not (0 <= x < SIZE[0] and 0 <= y < SIZE[1]):
            continue
        *rgb, alpha = colors[row, column] / 255
        wanted = np.array([255 * (alpha / 2 * part + 1 - alpha / 2) for part in rgb])
        differences.append(np.abs(drawn[int(y), int(x)] - wanted).max())
    assert len(differences) > 100
    assert np.median(differences) <= 3


def test_a_map_of_everything_opens(tmp_path: Path) -> None:
    m = everything(tmp_path).add(mm.corridor("middle"))
    m.save(tmp_path / "map.gpkg")
    layers = [*layers_of(tmp_path / "map.gpkg"), [str(tmp_path / "map Heights.tif")]]
    (answers,) = shown_by_qgis([{"layers": layers, "picture": str(tmp_path / "map.png")}])
    assert [one["valid"] for one in answers] == [True] * 5
    legs = next(one for one in answers if ["ferry or ship", "#1f6fb2"] in one["legend"])
    (of_legs, _) = m.layers()[-1].drawn
    assert [label for label, _ in legs["legend"]] == [
        entry.label for entry in of_legs.marks.legend.entries
    ]


def test_the_project_shows_the_map(tmp_path: Path) -> None:
    m = mm.Map(title='Ore & "more" <b>').add(dem(tmp_path), name="Heights", group="Ground")
    m.add(areas(), color="people", name="People", show=False)
    m.add(mines(), color="kind", name="Mines").add(mm.corridor("middle"))
    m.save(tmp_path / "map.gpkg")
    picture = str(tmp_path / "map.png")
    request = {"project": str(tmp_path / "map.gpkg"), "picture": picture}
    (answer,) = shown_by_qgis([request])
    assert answer["read"]
    assert (answer["title"], answer["crs"]) == ('Ore & "more" <b>', "EPSG:3857")
    assert answer["groups"] == ["Ground"]
    found = [(one["name"], one["valid"], one["visible"]) for one in answer["layers"]]
    assert found == [
        ("Middle Corridor (nodes)", True, True),
        ("Middle Corridor (legs)", True, True),
        ("Mines", True, True),
        ("People", True, False),
        ("Heights", True, True),
    ]
    assert [one.get("labels") for one in answer["layers"][:3]] == [True, False, False]
    assert answer["layers"][2]["type"] == "categorizedSymbol"
    assert answer["layers"][3]["type"] == "graduatedSymbol"
    assert answer["layers"][4]["type"] == "singlebandpseudocolor"
    entries = m.layers()[2].drawn[0].marks.legend.entries
    assert answer["layers"][2]["legend"] == [[one.label, one.color.lower()] for one in entries]
    drawn = np.asarray(Image.open(picture).convert("RGB"))
    part = m.layers()[2].drawn[0]
    places = pixels_of(shapely.get_coordinates(part.table.geometry))
    faces = faces_of(part, np.arange(len(places)))
    same = [
        np.abs(drawn[int(y), int(x)] - on_white(face.color)).max() <= 3
        for face, (x, y) in zip(faces, places, strict=True)
    ]
    assert np.mean(same) > 0.9  # the corridor lies over some


def test_hostile_texts_are_shown_as_they_are(tmp_path: Path) -> None:
    m = mm.Map(hostile(), name="x'; DROP [% 1 + 1 %]", color=COLUMN, label=COLUMN)
    m.save(tmp_path / "map.gpkg")
    (answer,) = shown_by_qgis(
        [{"project": str(tmp_path / "map.gpkg"), "picture": str(tmp_path / "map.png")}]
    )
    (layer,) = answer["layers"]
    entries = m.layers()[0].drawn[0].marks.legend.entries
    lost = dict.fromkeys([7, 0xFFFE, 0xFFFF], "\ufffd")
    assert [label.replace("\u200b", "") for label, _ in layer["legend"]] == [
        entry.label.translate(lost) for entry in entries
    ]
    assert not any("[%" in label for label, _ in layer["legend"])
    assert (layer["count"], layer["valid"], layer["labels"]) == (len(hostile()), True, True)


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        ("country", {"Kazakhstan"}),
        ("distance_km", {"676.1 km"}),
        ("name", {f"mine {n}" for n in range(48)}),
    ],
)
def test_qgis_writes_the_labels_of_the_page(tmp_path: Path, column: str, texts: set[str]) -> None:
    table = mines().assign(country="KAZ", distance_km=676.138983352863)
    mm.Map(table, label=column).save(tmp_path / "map.gpkg")
    layers = layers_of(tmp_path / "map.gpkg")
    ((answer,),) = shown_by_qgis([{"layers": layers, "picture": str(tmp_path / "map.png")}])
    assert set(answer["texts"]) == texts


def test_qgis_tells_the_sources_of_layers(tmp_path: Path) -> None:
    everything(tmp_path).save(tmp_path / "map.gpkg")
    request = {"project": str(tmp_path / "map.gpkg"), "picture": str(tmp_path / "map.png")}
    (answer,) = shown_by_qgis([request])
    layer = next(one for one in answer["layers"] if one["name"] == "Mines")
    cited = "A. Author, 2024 (CC BY 4.0)"
    assert (layer["title"], layer["abstract"], layer["attribution"]) == ("Mines", cited, cited)
    assert (layer["rights"], layer["licenses"]) == ([cited], ["CC BY 4.0"])


@pytest.mark.parametrize("middle", [65, 180])
def test_the_project_shows_all_records_whole(tmp_path: Path, middle: float) -> None:
    lon = (middle + np.array([-20.0, -20, 0, 20, 20]) + 180) % 360 - 180
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, [60, 70, 65, 60, 70]), crs=4326)
    mm.Map(table, color="#ff0000", outline="none", size=12).save(tmp_path / "map.gpkg")
    picture = str(tmp_path / "map.png")
    request = {"project": str(tmp_path / "map.gpkg"), "picture": picture, "view": True}
    (answer,) = shown_by_qgis([request])
    assert answer["crs"] == ("EPSG:3857" if middle == 65 else "")
    drawn = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    is_red = (drawn[:, :, 0] > 200) & (drawn[:, :, 1] < 100)
    assert is_red.sum() == pytest.approx(5 * pi * 6**2, rel=0.15)
    rows, columns = np.nonzero(is_red)
    assert min(rows.min(), columns.min(), *(899 - np.array([rows.max(), columns.max()]))) > 20


def test_a_map_is_replaced_after_qgis_opened_it_and_kept_after_qgis_saved_a_style(
    tmp_path: Path,
) -> None:
    path, picture = tmp_path / "map.gpkg", str(tmp_path / "map.png")
    everything(tmp_path).save(path)
    shown_by_qgis([{"project": str(path), "picture": picture}])
    everything(tmp_path).save(path)
    shown_by_qgis([{"layers": layers_of(path)[:1], "picture": picture, "saved_mm": 0}])
    with pytest.raises(mm.MinmapError, match=r"changed after minmap wrote it \(layer_styles\)"):
        everything(tmp_path).save(path)
