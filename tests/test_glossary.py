"""The glossary is sorted, short, and every name in it can be imported."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import minmap

TEXT = (Path(__file__).parents[1] / "GLOSSARY.md").read_text(encoding="utf-8")
ROWS = [line.strip("| \n").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")][2:]
NAMES = sorted(
    {name for *_, where in ROWS for name in re.findall(r"`((?:minmap|[A-Z]\w+)\.[\w.]+)`", where)}
)


def test_terms_are_sorted_and_fit_on_two_pages() -> None:
    terms = [term for term, *_ in ROWS]
    assert terms == sorted(terms)
    assert len(terms) > 40
    assert len(TEXT.split()) < 1_310


@pytest.mark.parametrize("name", NAMES)
def test_names_exist(name: str) -> None:
    first, *rest = name.split(".")
    found: object = minmap if first == "minmap" else getattr(minmap, first)
    for step, attribute in enumerate(rest, start=2):
        if not hasattr(found, attribute):
            found = importlib.import_module(".".join(name.split(".")[:step]))
        else:
            found = getattr(found, attribute)
