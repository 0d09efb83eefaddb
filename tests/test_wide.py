"""Wide tables cost what their cells cost: twice the columns, about twice the work."""

import io
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.files import blank_cells, read_vector, sqlite_copy
from minmap.files.csv_layout import MOST_COLUMNS, unique_names
from minmap.files.delimited import read_table
from minmap.linking.link_files import read_links
from minmap.numbering import numbered
from minmap.reading import column_evidence

pytestmark = pytest.mark.exhaustive

COLUMNS = 400
# Twice the columns may cost twice the calls; what is left over is for caches and noise.
MOST = 2.6


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of Python and C functions."""
    count = 0

    def tick(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def text_of(columns: int, rows: int = 4) -> str:
    extra = [f"f{position}" for position in range(columns)]
    lines = [",".join(["id", "name", "lat", "lon", "commodity", *extra])]
    for row in range(rows):
        cells = [str((row * 7 + position) % 100) for position in range(columns)]
        lines.append(",".join([str(row), f"Mine {row}", f"{47 + row}.5", "67.25", "Gold", *cells]))
    return "\n".join(lines) + "\n"


def table_of(columns: int) -> gpd.GeoDataFrame:
    with pytest.warns(mm.MinmapWarning, match="Columns taken"):
        return mm.read(io.BytesIO(text_of(columns).encode()))


@pytest.fixture(scope="module")
def tables() -> dict[int, gpd.GeoDataFrame]:
    return {columns: table_of(columns) for columns in (COLUMNS, 2 * COLUMNS)}


def require_linear(work: Callable[[int], object]) -> None:
    work(COLUMNS)  # fills the caches of vocabularies
    less, more = (calls_of(lambda n=n: work(n)) for n in (COLUMNS, 2 * COLUMNS))
    assert more <= MOST * less, (less, more)


def test_an_unknown_table_is_matched_in_proportion_to_its_columns():
    require_linear(table_of)


def test_a_column_more_costs_few_calls():
    table_of(COLUMNS)
    more = calls_of(lambda: table_of(2 * COLUMNS)) - calls_of(lambda: table_of(COLUMNS))
    # About 1,600 when this was written; 28,000 where each column was looked at by itself.
    assert more < 4000 * COLUMNS


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".gpkg", ".parquet", ".geojson", ".kml"])
def test_tables_are_written_and_read_back_in_proportion_to_their_columns(tables, tmp_path, ending):
    def work(columns: int) -> None:
        target = tmp_path / f"table{ending}"
        mm.write(tables[columns], target)
        assert mm.read(target).shape == tables[columns].shape

    require_linear(work)


def test_a_foreign_geoparquet_is_read_in_proportion_to_its_columns(tables, tmp_path):
    for columns, table in tables.items():
        frame = pd.DataFrame(table.drop(columns="geometry")).iloc[:, len(table.columns) - columns :]
        placed = gpd.GeoDataFrame(frame, geometry=table.geometry).rename(columns={"f0": "Mine"})
        # As pandas keeps what a user says of a frame.
        placed.attrs = {"columns": [{"name": name, "kind": "text"} for name in frame.columns]}
        placed["Commodity"] = "Gold"
        placed.to_parquet(tmp_path / f"{columns}.parquet")

    def work(columns: int) -> None:
        with pytest.warns(mm.MinmapWarning, match="Columns taken"):
            mm.read(tmp_path / f"{columns}.parquet")

    require_linear(work)


@pytest.mark.filterwarnings("ignore:The page leaves out:minmap.errors.MinmapWarning")
@pytest.mark.parametrize(
    "work",
    [
        pytest.param(mm.check, id="check"),
        pytest.param(lambda table: mm.select(table, commodity="Au"), id="select"),
        pytest.param(
            lambda table: mm.merge(
                table, table.assign(occurrence_id=table["occurrence_id"] + "-other")
            ),
            id="merge",
        ),
        pytest.param(mm.Map, id="Map"),
    ],
)
def test_a_wide_table_is_worked_on_in_proportion_to_its_columns(tables, work):
    require_linear(lambda columns: work(tables[columns]))


def test_names_that_all_repeat_are_made_different_in_proportion_to_their_number():
    unique = unique_names(["a"] * 1000)
    assert unique[:3] == ["a", "a_2", "a_3"]
    assert len(set(unique)) == 1000
    assert calls_of(lambda: unique_names(["a"] * 1000)) < 20_000
    assert calls_of(lambda: numbered(["a"] * 2000, same=str.casefold, room_bytes=10)) < 60_000
    assert calls_of(lambda: numbered(["a"] * 2000, ending="-{}", taken=["a-2"])) < 60_000


def test_a_table_with_too_many_columns_is_refused():
    line = ",".join(f"f{position}" for position in range(MOST_COLUMNS + 1))
    with pytest.raises(mm.FileError, match="32,769 columns; a table may have 32,768"):
        mm.read(io.BytesIO(f"{line}\n{line}\n".encode()))


def test_a_wide_table_is_judged_by_fewer_rows(monkeypatch):
    looked_at = []

    def count(columns):
        looked_at.append(sum(map(len, columns.values())))
        return {}

    monkeypatch.setattr(column_evidence, "values_of", count)
    for columns in (100, 3000):
        frame = pd.DataFrame([["1"] * columns] * 300, columns=[f"f{n}" for n in range(columns)])
        column_evidence.sampled_values(column_evidence.Cells(frame, None, []))
    assert looked_at == [100 * 150, 3000 * 20]


def of_short_lines(columns: int, rows: int, ending: str = "") -> str:
    names = [f"f{position}" for position in range(columns - 4)]
    first = ",".join(["name", "latitude", "longitude", "commodity", *names])
    return first + f"\nA,45.1,60.2,Gold{ending}" * rows + "\n"


@pytest.mark.parametrize("reader", ["read", "read_parts", "read_links", "read a zip"])
def test_short_lines_below_many_names_are_refused(tmp_path, reader):
    file = tmp_path / "a.csv"
    file.write_text(of_short_lines(4000, 3000), encoding="utf-8")  # 12 million blanks in 80 kB
    read = mm.read
    if reader == "read_links":
        read = read_links
    elif reader == "read_parts":
        pytest.importorskip("dask_geopandas", reason="needs the extra dask")
        read = mm.read_parts
    elif reader == "read a zip":
        with zipfile.ZipFile(file.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, "a.csv")
        file = file.with_suffix(".zip")
    refusal = r"a\.csv.* far fewer cells .* more than \d,\d+,\d+ blank cells.* Write the separators"
    with pytest.raises(mm.FileError, match=refusal):
        read(file)


def test_blank_cells_that_are_written_are_never_too_many(tmp_path):
    """10 million cells of 2,000 columns are blank, and one line is short."""
    blanks = "," * 1996
    text = of_short_lines(2000, 5000, blanks) + "B,46.1,61.2,Gold\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    cells = read_table(tmp_path / "a.csv")
    assert cells.frame.shape == (5001, 2000)
    assert cells.notes == ["1 lines have fewer cells than the first; the rest is taken as blank."]


def test_short_lines_of_a_large_file_may_be_filled_up(tmp_path):
    """9 million blanks are more than any file may get, but few for one of 2 MB."""
    text = of_short_lines(200, 46_000, ",of a vein in the old shaft")
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert read_table(tmp_path / "a.csv").frame.shape == (46_000, 200)


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_a_wide_and_a_long_table_are_not_joined_where_nearly_all_cells_would_be_blank(
    tmp_path, monkeypatch
):
    (tmp_path / "wide.csv").write_text(of_short_lines(800, 1, "," * 796), encoding="utf-8")
    (tmp_path / "long.csv").write_text(of_short_lines(4, 3000), encoding="utf-8")
    monkeypatch.setattr(blank_cells, "_FREE", 1000)  # so that the test is small
    most = 4 * (1000 + 8 * sum(one.stat().st_size for one in tmp_path.iterdir()))
    with pytest.raises(mm.FileError, match=f"2 files: the tables have different .* {most:,} blank"):
        mm.read(tmp_path)


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_a_geopackage_may_have_as_many_columns_as_sqlite_allows(tmp_path):
    columns = {f"c{number}": ["x"] for number in range(1996)}
    places = gpd.points_from_xy([67.25], [47.5])
    frame = gpd.GeoDataFrame(columns, geometry=places, crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    assert read_vector(tmp_path / "a.gpkg").shape == (1, 1997)


def test_an_arc_in_the_last_of_many_columns_is_found(tmp_path):
    names = ", ".join(f"c{number}" for number in range(1999))
    with closing(sqlite3.connect(tmp_path / "a.db")) as database, database:
        database.execute(f"CREATE TABLE t ({names})")
        assert not sqlite_copy._may_have_arcs(database, "t")
        database.execute("INSERT INTO t (c1998) VALUES ('CIRCULARSTRING(0 0, 1 1, 2 0)')")
        assert sqlite_copy._may_have_arcs(database, "t")
