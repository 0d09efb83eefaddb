"""Shapes come back from their coding as they were, and the page reads the same bytes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from minmap.scene.shape_coding import Cell, CodedCells, coded
from minmap.scene.world_grid import WORLD

ZOOM, BITS = 3, 10
SIDE, STEP = WORLD >> ZOOM, 1 << BITS
FIXTURE = Path(__file__).resolve().parents[1] / "web" / "tests" / "shapes.json"

places = st.tuples(st.integers(-50, SIDE // STEP + 50), st.integers(-50, SIDE // STEP + 50))
paths = st.lists(places, min_size=2, max_size=12, unique=True)
corners = st.tuples(places, st.integers(4, 5000), st.integers(4, 5000), st.booleans())
cells = st.builds(Cell, st.integers(0, 7), st.integers(0, 7))


def area(cell: Cell, corner: tuple[tuple[int, int], int, int, bool]) -> shapely.Polygon:
    """Return a box, with a hole or without one, in units of the world."""
    (x, y), width, height, has_hole = corner
    hole = [shapely.box(x + 1, y + 1, x + 2, y + 3).exterior.coords] if has_hole else []
    return placed(cell, shapely.Polygon(shapely.box(x, y, x + width, y + height).exterior, hole))


def placed(cell: Cell, shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: xy * STEP + np.array(cell) * SIDE)


@given(
    st.dictionaries(
        cells,
        st.lists(st.tuples(st.integers(0, 15), paths | corners), min_size=1, max_size=8),
        max_size=4,
    )
)
def test_shapes_come_back_whole(content: dict[Cell, list[tuple[int, Any]]]) -> None:
    given_shapes = {
        cell: [
            (
                kind,
                area(cell, one)
                if isinstance(one, tuple)
                else placed(cell, shapely.LineString(one)),
            )
            for kind, one in rows
        ]
        for cell, rows in content.items()
    }
    pieces = [
        (cell, np.array([shape for _, shape in rows], dtype=object), [kind for kind, _ in rows])
        for cell, rows in given_shapes.items()
    ]
    made = coded(pieces, zoom=ZOOM, bits=BITS)
    read = CodedCells.of(made.packed())
    assert read == made
    assert set(read.streams) == set(given_shapes)
    for cell, rows in given_shapes.items():
        shapes, kinds = read.shapes(cell)
        found = sorted(zip(kinds.tolist(), (s.normalize().wkt for s in shapes), strict=True))
        assert found == sorted((kind, shape.normalize().wkt) for kind, shape in rows)
        alone = CodedCells.of(read.only({cell}).packed())
        assert list(alone.streams) == [cell]
        assert alone.streams[cell] == read.streams[cell]


def test_a_shape_smaller_than_a_step_is_left_out() -> None:
    speck = shapely.box(5, 5, 5 + STEP / 8, 5 + STEP / 8)
    made = coded([(Cell(0, 0), np.array([speck], dtype=object), [0])], zoom=ZOOM, bits=BITS)
    assert made.streams == {}
    assert CodedCells.of(made.packed()).streams == {}


def test_the_page_reads_these_bytes() -> None:
    """`web/tests/shapecoding.test.ts` decodes the bytes in the file."""
    written = json.loads(FIXTURE.read_text(encoding="utf-8"))
    pieces = [
        (
            Cell(*cell["cell"]),
            np.array([shapely.from_wkt(shape) for shape in cell["shapes"]], dtype=object),
            cell["kinds"],
        )
        for cell in written["cells"]
    ]
    made = coded(pieces, zoom=written["zoom"], bits=written["bits"]).packed()
    assert base64.b64encode(made).decode() == written["bytes"]
