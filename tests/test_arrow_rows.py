"""Both halves of a text parsed at once have the rows of the whole."""

import csv

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minmap.files import arrow_rows
from minmap.files.arrow_rows import parse_rows
from minmap.files.csv_layout import Layout

LAYOUT = Layout(names=["name", "commodities"], separator=",", body=0, above=(), agreement=1.0)
# Cells with whole rows in them, and quotation marks where lines end.
CELLS = st.sampled_from(["Sayak", "", "a,b", "x\na,b\ny", "\n", '"\n', '\n"', "a,b\r\nc,d\r\n"])


def rows(path, *, halves, block_bytes=1 << 16):
    """Return the rows as arrow reads them, None if it cannot."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrow_rows, "_SMALL_BYTES", 0 if halves else 1 << 40)
        try:
            return parse_rows(path, LAYOUT, block_bytes=block_bytes, limit=None).to_pylist()
        except pa.ArrowInvalid:
            return None


@given(
    table=st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=30),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    stray=st.none() | st.tuples(st.floats(0, 1), st.sampled_from(['"', "\n", ","])),
)
def test_halves_have_the_rows_of_the_whole(tmp_path_factory, table, end, stray):
    path = tmp_path_factory.mktemp("halves") / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator=end).writerows(table)
    if stray is not None:
        text = path.read_bytes().decode()
        at = int(stray[0] * len(text))
        path.write_bytes((text[:at] + stray[1] + text[at:]).encode())
    assert rows(path, halves=True) == rows(path, halves=False)


def test_two_halves_are_parsed_unless_a_row_lies_in_both(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Sayak,Cu\n" * 1000)
    with path.open("rb") as stream:
        assert arrow_rows._both_halves(path, LAYOUT, 1 << 16).num_rows == stream.read().count(b"\n")
    within = "Sayak," + '"' + "Tastau,Cu\n" * 1000 + '"\n'
    path.write_text(within)
    assert arrow_rows._both_halves(path, LAYOUT, 1 << 16) is None
    assert rows(path, halves=True) == [{"0": "Sayak", "1": "Tastau,Cu\n" * 1000}]
    path.write_text("Sayak,Cu\r" * 1000)
    assert arrow_rows._both_halves(path, LAYOUT, 100) is None
