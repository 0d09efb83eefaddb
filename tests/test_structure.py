"""The package as its users meet it: modules by their paths, and the public names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import minmap

MODULES = [module.name for module in pkgutil.walk_packages(minmap.__path__, prefix="minmap.")]


def test_the_packages_are_walked() -> None:
    assert {"minmap.maps.map", "minmap.cli.maps", "minmap.transport.accessibility"} <= set(MODULES)


def test_modules_are_imported_by_their_dotted_paths() -> None:
    for name in MODULES:
        module = importlib.import_module(name)
        found: object = minmap
        for part in name.split(".")[1:]:
            found = getattr(found, part)
        assert found is module


def test_no_name_is_both_a_module_and_something_else() -> None:
    for name in ("minmap", *MODULES):
        package = importlib.import_module(name)
        inner = [module.name for module in pkgutil.iter_modules(getattr(package, "__path__", ()))]
        for module in inner:
            importlib.import_module(f"{name}.{module}")
        hidden = [n for n in inner if not isinstance(getattr(package, n), ModuleType)]
        assert hidden == [], name


def test_dir_shows_the_public_names() -> None:
    assert dir(minmap) == sorted(minmap.__all__)
    assert {"Map", "Widget", "read", "geodesy", "vocabulary", "errors"} <= set(dir(minmap))
    for name in minmap.__all__:
        value = getattr(minmap, name)
        assert inspect.ismodule(value) or value.__module__.startswith("minmap.")


def test_the_types_of_all_public_names_are_known() -> None:
    stub = Path(minmap.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    typed = re.findall(r"^from \S+ import (\w+) as \1$", stub, flags=re.MULTILINE)
    assert sorted(typed) == dir(minmap)


def test_help_shows_the_map_and_the_widget() -> None:
    text = pydoc.plain(pydoc.render_doc(minmap))
    for line in ("class Map(", "class Widget(", "read(", "colour"):
        assert line in text
    assert "TYPE_CHECKING" not in text


def test_help_works_without_the_extra_of_the_widget() -> None:
    code = (
        "import sys; sys.modules['anywidget'] = None; import minmap, pydoc; "
        "text = pydoc.plain(pydoc.render_doc(minmap)); "
        "print('class Map(' in text, 'class Widget(' in text, 'Widget' in dir(minmap))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'minmap' has no attribute 'Mapp'"):
        minmap.Mapp  # noqa: B018


READ = "mm.read(mm.sample('major_deposits_central_asia.csv'))"


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("mm", "folium matplotlib rasterio scipy pandas"),
        (READ, "folium matplotlib rasterio anywidget"),
        (
            f"mm.Map({READ})",
            "matplotlib.figure matplotlib.backends.backend_pdf scipy.spatial scipy.sparse "
            "scipy.ndimage",
        ),
    ],
    ids=["the package", "a table", "a map"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, heavy: str) -> None:
    code = f"import sys, minmap as mm; {code}; print(*{{*{heavy.split()}}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_everything_public_comes_with_a_star_import() -> None:
    names: dict[str, object] = {}
    exec("from minmap import *", names)
    assert set(minmap.__all__) <= set(names)
