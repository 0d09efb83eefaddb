"""Rows that are no records: headings of sections, totals, footers and field codes."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

import minmap as mm
from minmap.errors import MinmapWarning

# Made up for the tests: neither the places nor what is said of them are facts.
HEAD = "No,Site,Ore,Latitude,Longitude\n"
SITES = "1,Ridge,Copper,48.1,68.2\n2,Bell,Gold,49.2,69.3\n"
MORE = "3,Haley,Iron,50.3,70.4\n4,Kidd,Tin,51.4,71.5\n"


def read(text):
    with pytest.warns(MinmapWarning) as told:
        table = mm.read(io.BytesIO(text.encode()))
    return table, " ".join(str(each.message) for each in told)


def test_sections_and_the_total_of_a_numbered_table_are_no_records():
    table, said = read(f"{HEAD}Copper,,,,\n{SITES}Other ores,,,,\n{MORE}Total,4 sites,,,\n")
    assert table["name"].tolist() == ["Ridge", "Bell", "Haley", "Kidd"]
    assert table.attrs["rows"] == {"in_file": 7, "read": 4, "continued": 0, "set_aside": 3}
    assert "3 rows between or below the records have no number and were left out" in said
    assert "'Copper', 'Other ores', 'Total'" in said


@pytest.mark.parametrize(
    "row",
    [
        "five,Lone Pine,Zinc,52.5,72.6\n",  # a record whose number is a word
        "n/a,Lone Pine,,,\n",
        ",Lone Pine,Zinc,,\n",
        "5a,Lone Pine,,,\n",
        "2,Lone Pine,,,\n",
    ],
)
def test_a_record_without_a_proper_number_stays(row):
    table, _ = read(f"{HEAD}{SITES}{row}{MORE}")
    assert "Lone Pine" in table["name"].tolist()
    assert table.attrs["rows"]["set_aside"] == 0


def test_a_name_without_a_number_behind_it_is_a_record():
    head = "Site,No,Ore,Latitude,Longitude\n"
    sites = "Ridge,1,Copper,48.1,68.2\nLone Pine,,,,\nBell,2,Gold,49.2,69.3\nKidd,3,Tin,51,71\n"
    table, _ = read(head + sites)
    assert table["name"].tolist() == ["Ridge", "Lone Pine", "Bell", "Kidd"]


def test_footers_are_left_out_and_other_single_cells_are_named():
    lines = f"{HEAD}{SITES}{MORE}".splitlines()
    text = "\n".join(line.partition(",")[2] for line in lines)
    footed, said = read(f"{text}\nData as of 05/11/2024,,,\nSource: a survey,,,\n")
    assert len(footed) == 4
    assert "2 rows below the records were left out: 'Data as of 05/11/2024', 'Source: a" in said
    doubtful, said = read(f"{text}\nNoteworthy Hill,,,\n")
    assert doubtful["name"].tolist()[-1] == "Noteworthy Hill"
    assert "1 row at the end with one filled cell was read as a record: 'Noteworthy Hill'." in said


UNNUMBERED = (
    "Site,Ore,Latitude,Longitude,Mined\nRidge,Copper,48.1,68.2,10\nBell,Gold,49.2,69.3,20\n"
    "Haley,Iron,50.3,70.4,30\nKidd,Tin,51.4,71.5,40\n"
)


@pytest.mark.parametrize(
    "row",
    ["Razem", "Jumlah", "Ukupno", "Suma", "Summe", "Sum", "合计", "Σύνολο", "Всього", "Jami", "جمع",
     "Last updated", "Last updated 2024-05-11", "Total,,,,100", "Σύνολο:,4", "Jami,,,,1 200",
     "Источник: a survey", "Quelle: a survey"],
)  # fmt: skip
def test_totals_and_footers_in_further_languages_are_no_records(row):
    table, said = read(f"{UNNUMBERED}{row}{',' * (4 - row.count(','))}\n")
    assert table["name"].tolist() == ["Ridge", "Bell", "Haley", "Kidd"]
    assert f"1 row below the records was left out: '{row.split(',')[0]}'" in said


@pytest.mark.parametrize(
    "row",
    ["Источник,,,,", "Quelle,,,,", "Fuente,,,,", "Sum Hill,,,,", "Summerhill,,,,",
     "Total,,52.5,72.5,", "Total,Zinc,,,", "Suma,,52.5,72.5,5", "Source,Zinc,52.5,72.5,"],
)  # fmt: skip
def test_names_that_are_words_for_totals_or_sources_are_records(row):
    table, said = read(f"{UNNUMBERED}{row}\n")
    assert table["name"].tolist()[4:] == [row.split(",")[0]]
    assert "left out" not in said


def test_a_word_for_a_source_below_an_empty_row_is_no_record():
    table, said = read(f"{UNNUMBERED},,,,\nИсточник,,,,\n")
    assert "Источник" not in table["name"].tolist()
    assert "1 row below the records was left out: 'Источник'" in said


def test_field_codes_below_the_names_are_no_record():
    codes = "PROP_ID,PROP_NAME,PRIMARY_COMMODITY,LATITUDE,LONGITUDE\n"
    table, said = read(f"{HEAD}{codes}{SITES}{MORE}")
    assert len(table) == 4
    assert "The row of field codes below the column names (PROP_ID, ...) was left out." in said


def test_a_second_line_of_names_is_found_above_degrees_and_the_heading_of_a_section(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["№", "Атауы", "Пайдалы қазба", None, "Координаттары", None])
    sheet.append([None, None, "негізгі", "ілеспе", "с.е.", "ш.б."])
    sheet.append(["Алтын", None, None, None, None, None])
    sheet.append([1, "Бірінші", "алтын", "күміс", "53°26'00\"", "69°15'00\""])
    sheet.append([2, "Екінші", "мыс", "алтын", "49°43'00\"", "81°35'00\""])
    sheet.append([3, "Үшінші", "темір", None, "48°43'00\"", "71°35'00\""])
    sheet.merge_cells("C1:D1")
    sheet.merge_cells("E1:F1")
    path = tmp_path / "list.xlsx"
    book.save(path)
    with pytest.warns(MinmapWarning):
        table = mm.read(path)
    assert table["commodities"].tolist() == ["Au Ag", "Cu Au", "Fe"]
    assert table.geometry.y.round(2).tolist() == [53.43, 49.72, 48.72]


def test_a_table_in_memory_keeps_its_index_where_no_row_is_left_out():
    frame = pd.read_csv(io.StringIO(f"{HEAD}{SITES}{MORE}"), dtype=str).set_axis([*"wxyz"])
    with pytest.warns(MinmapWarning):
        assert mm.read(frame).index.tolist() == [*"wxyz"]
