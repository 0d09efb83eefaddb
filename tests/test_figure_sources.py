"""A figure lists all sources of what it draws, or says which it has no room for."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from matplotlib.figure import Figure
from PIL import Image

import minmap as mm

pytestmark = pytest.mark.exhaustive


def sourced(count: int, *, licence: str = "public domain", citation: str = "") -> gpd.GeoDataFrame:
    """Return two points, and `count` sources with different titles."""
    table = gpd.GeoDataFrame({"n": ["a", "b"]}, geometry=gpd.points_from_xy([66, 67], [43, 44]))
    table = table.set_crs(4326)
    table.attrs["sources"] = [
        {
            "title": f"Layer {number:03d}",
            "citation": citation or f"Geological Survey {number:03d}, a map of mineral deposits",
            "licence": licence,
        }
        for number in range(count)
    ]
    return table


def notes_of(figure: Figure) -> str:
    """Return what stands on a figure below its map, in one line."""
    return " ".join(text.get_text() for text in reversed(figure.axes[-1].texts))


def made(table: gpd.GeoDataFrame, **options: Any) -> Figure:
    return mm.Map(table, title="Deposits").figure(**options)


@pytest.mark.parametrize(("count", "width_mm"), [(1, 85), (12, 85), (40, 180)])
def test_all_sources_are_on_the_figure(count: int, width_mm: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", mm.MinmapWarning)
        notes = notes_of(made(sourced(count), width_mm=width_mm))
    missing = [n for n in range(count) if f"Geological Survey {n:03d}" not in notes]
    assert missing == []
    assert "geonames.org (CC BY 4.0)" in notes
    assert "Tom Patterson" in notes


def test_many_sources_are_in_smaller_letters_that_can_be_read() -> None:
    few, many = (made(sourced(count), width_mm=120).axes[-1].texts for count in (2, 40))
    sizes = [min(text.get_fontsize() for text in texts) for texts in (few, many)]
    assert sizes == [6.0, 5.0]


def test_a_figure_names_the_sources_that_it_has_no_room_for(tmp_path: Path) -> None:
    table, path = sourced(120), tmp_path / "map.svg"
    with pytest.warns(mm.MinmapWarning, match="has no room for") as caught:
        notes = notes_of(made(table, width_mm=85))
    listed = [n for n in range(120) if f"Geological Survey {n:03d}" in notes]
    assert listed == list(range(len(listed)))
    (message,) = {str(one.message) for one in caught}
    rest = 120 + 3 - len(listed)  # three are of the base map
    assert f"no room for {rest} of its sources" in message
    assert f"Layer {len(listed):03d}: Geological" in message
    assert f"and {rest - 3:,} more" in message
    assert f"{rest} more in the metadata of the file" in notes
    assert "GeoNames (CC BY 4.0)" in notes
    with pytest.warns(mm.MinmapWarning, match="has no room for"):
        mm.Map(table).save(path, width_mm=85)
    metadata = re.search("<dc:source>(.*?)</dc:source>", path.read_text(encoding="utf-8"), re.S)
    assert metadata
    assert all(f"Geological Survey {n:03d}" in metadata[1] for n in range(120))


def test_credits_of_licences_are_on_the_figure_in_every_case() -> None:
    table = sourced(120, licence="CC BY 4.0")
    with pytest.warns(mm.MinmapWarning, match="has no room for"):
        notes = notes_of(made(table, width_mm=85))
    credited = set(map(int, re.findall(r"Layer (\d+)(?:: [^;]*)? \(CC BY 4.0\)", notes)))
    assert credited == set(range(120))


def test_a_very_long_citation_is_cut_with_a_warning_and_keeps_its_credit() -> None:
    table = sourced(1, licence="ODbL 1.0", citation="word " * 1000)
    with pytest.warns(mm.MinmapWarning, match=r"no room for 1 of its sources in full.*Layer 000"):
        notes = notes_of(made(table))
    assert "Layer 000 (ODbL 1.0); Layer 000: word word" in notes
    assert "geonames.org (CC BY 4.0)" in notes


def test_an_atlas_warns_of_its_sources_once(tmp_path: Path) -> None:
    pages = gpd.GeoDataFrame(
        {"name": ["west", "east"]}, geometry=gpd.points_from_xy([66, 67], [43, 44]).buffer(0.5)
    ).set_crs(4326)
    with pytest.warns(mm.MinmapWarning, match="has no room for") as caught:
        mm.Map(sourced(120)).save(tmp_path / "atlas.pdf", atlas=pages, width_mm=85)
    assert len(caught) == 1


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_the_metadata_of_a_file_list_its_sources(tmp_path: Path, ending: str) -> None:
    table, path = sourced(2), tmp_path / f"map.{ending}"
    table.attrs["sources"][0]["title"] = "Constanța (port)"
    mm.Map(table).save(path)
    if ending == "png":
        with Image.open(path) as image:
            text = image.info["Description"]
    else:
        found = re.search(rb"/Subject \((\xfe\xff.*?)\)\n", path.read_bytes(), re.S)
        assert found
        text = re.sub(rb"\\([()\\])", rb"\1", found[1]).decode("utf-16")
    assert text.startswith("Sources: Constanța (port): Geological Survey 000")
    assert "Survey 001" in text
    assert "geonames.org (CC BY 4.0)" in text
