"""Looks as the documentation shows them: the gallery, and the tables of keywords."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import minmap as mm

REPO = Path(__file__).resolve().parents[1]
SCRIPTS = REPO / "scripts"
MOST_LINES, MOST_LETTERS = 12, 88  # what the site shows without scrolling


def module(name: str) -> ModuleType:
    sys.path.insert(0, str(SCRIPTS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SCRIPTS))


pytest.importorskip("playwright", reason="the gallery says what is done on its pages")
BUILD, GALLERY, LOOKS = module("build_looks"), module("build_pictures"), module("looks")
ALL = pytest.mark.parametrize("look", LOOKS.LOOKS, ids=lambda look: look.name)


def said(legend: dict[str, Any]) -> list[str]:
    """Return the title of a legend with its unit, and its entries."""
    unit = f" ({legend['unit']})" if legend.get("unit") else ""
    entries = legend.get("entries") or []
    samples = [f"{number:g}" for number, _ in legend.get("samples", [])]
    return [
        f"{legend['title']}{unit}",
        *(entry.get("text", entry["label"]) for entry in entries),
        *samples,
    ]


def legends(shown: mm.Map) -> list[str]:
    """Return what the legends of a map say, that of the topmost layer first."""
    found = []
    for layer in reversed(shown.layers()):
        spec = layer.describe("")
        parts = [spec] if "legend" in spec else [spec["legs"], spec["nodes"]]
        for part in parts:
            for legend in (part["legend"], *part.get("marks", {}).get("legends", [])):
                found += said(legend)
    return found


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
@pytest.mark.exhaustive
@ALL
def test_a_look_is_saved_and_has_its_legend(look: Any, tmp_path: Path) -> None:
    shown = look.make()
    shown.save(tmp_path / "map.html", offline=True)
    texts = iter(legends(shown))
    missing = [entry for entry in look.entries if entry not in texts]  # in this order
    assert not missing, legends(shown)
    assert look.entries


@ALL
def test_a_look_is_a_few_lines_and_has_a_picture(look: Any) -> None:
    assert len(look.code.splitlines()) <= MOST_LINES
    assert (REPO / "docs" / "gallery" / "looks" / f"{look.name}.png").exists()
    assert max(map(len, look.code.splitlines())) <= MOST_LETTERS
    if "made." in look.code:
        assert "ade " in look.text, "say that the data is made"


def test_the_gallery_is_as_its_script_writes_it() -> None:
    assert len(LOOKS.LOOKS) >= 20
    written = (REPO / "docs" / "looks_gallery.md").read_text(encoding="utf-8")
    assert written == GALLERY.gallery_of_looks(), "run scripts/build_pictures.py"
    pictures = {path.stem for path in (REPO / "docs" / "gallery" / "looks").iterdir()}
    names = {look.name for look in LOOKS.LOOKS}
    assert pictures == names | {f"{name}_paper" for name in names}


@pytest.mark.exhaustive
def test_the_tables_of_keywords_are_what_their_script_finds() -> None:
    assert BUILD.PAGE.read_text(encoding="utf-8") == BUILD.page(), "run scripts/build_looks.py"


@pytest.mark.exhaustive
def test_each_refusal_names_the_argument_the_value_and_the_cure() -> None:
    refusals = {key: error for key, (does, error) in BUILD.results().items() if does is None}
    assert len(refusals) > 100
    for (keyword, kind), error in refusals.items():
        value = BUILD.value_for(keyword, BUILD.KINDS[kind])
        assert f"{keyword}={value!r}" in error, error
        assert "leave it out" in error or "give " in error, error


@pytest.mark.exhaustive
def test_every_keyword_has_a_trial_with_every_kind() -> None:
    assert set(BUILD.results()) == {
        (word, kind) for word in BUILD.LAYER_DEFAULTS for kind in BUILD.KINDS
    }


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("points", {"palette": "viridis"}),
        ("points", {"color": "number", "vmin": 2, "k": 3}),
        ("points", {"color": "kind", "palette": {"a": "red"}, "k": 3}),
        ("points", {"color": "number", "legend_order": [3]}),
        ("points", {"color": "kind", "legend_hidden": ["a"], "legend": False}),
        ("points", {"shapes": ["star"]}),
        ("lines", {"dashes": ["dotted"]}),
        ("points", {"label_zoom": 6}),
        ("points", {"label_priority": "number"}),
        ("lines", {"size": 12}),
        ("points", {"line_width": 3}),
        ("areas", {"shape": "star"}),
    ],
)
def test_what_the_page_calls_impossible_is_refused(kind: str, options: dict[str, Any]) -> None:
    data = BUILD.KINDS[kind].make(REPO, "")
    with pytest.raises(mm.errors.MinmapError):
        mm.Map().add(data, **options)
