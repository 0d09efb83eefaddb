"""The readers of minmap, each called as a user calls it."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import MappingProxyType

import minmap as mm
from minmap.cli import cli
from minmap.errors import CRSError
from minmap.files import Document, open_document
from minmap.files.cells import ReadOptions


def _table(path: Path) -> str:
    return mm.read(path).to_csv()


def _stream(path: Path) -> str:
    return mm.read(io.BytesIO(path.read_bytes())).to_csv()


def _layer(path: Path) -> str:
    return "".join(layer.layer_name for layer in mm.Map().add(path).layers())


def _page(path: Path) -> str:
    return mm.Map().add(path).get_root().render()


def _placed(path: Path) -> str:
    """Draw a file in a CRS that the user says, as for formats that record none."""
    return "".join(layer.layer_name for layer in mm.Map().add(path, crs="EPSG:4326").layers())


def _cells(path: Path) -> str:
    """Read every layer of a file, sheet of a workbook and member of an archive."""
    with open_document(path) as opened:
        return "".join(_cells_of(opened, layer) for layer in opened.layers)


def _cells_of(opened: Document, layer: str) -> str:
    try:
        return opened.cells(layer).frame.to_csv()
    except CRSError:
        return opened.cells(layer, ReadOptions(crs="EPSG:4326")).frame.to_csv()


def _lines(path: Path) -> str:
    return mm.Network.from_lines(path).edges.to_csv()


def _corridor(path: Path) -> str:
    return mm.Corridor.from_file(path).legs.to_csv()


def _description(path: Path) -> str:
    return mm.read(path.with_suffix(".csv"), source=path).to_csv()


def _describe(path: Path) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(io.StringIO()):
        cli(["sources", "--describe", str(path)], standalone_mode=False)
    tomllib.loads(printed.getvalue())  # what is printed is TOML, whatever the table says
    return printed.getvalue()


READERS: Mapping[str, Callable[[Path], str]] = MappingProxyType({
    "table": _table,
    "stream": _stream,
    "layer": _layer,
    "page": _page,
    "placed": _placed,
    "cells": _cells,
    "lines": _lines,
    "corridor": _corridor,
    "description": _description,
    "describe": _describe,
})  # fmt: skip
"""Function of a path by its name; it returns text of what was read."""
