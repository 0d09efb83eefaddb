"""Delimited text: its layout, its encoding, and what is left of damaged text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap
from minmap.errors import ChoiceError, CRSError, FileError, MinmapError
from minmap.files import open_document
from minmap.files.cells import Cells, ReadOptions
from minmap.files.csv_layout import LARGEST_CELL, MOST_COLUMNS, layout_of
from minmap.files.delimited import read_table
from minmap.files.encoding import marked_encoding
from minmap.files.encoding_guess import CANDIDATES, guess
from tests.conftest import SHARED

needs_shared = pytest.mark.reference

RUSSIAN = "название,широта,долгота\nКара-Тау,43.5,68.9\nЖезказган,47.8,67.7\nСАРЫ-ОБА,48.1,67\n"
GERMAN = "name,lat,lon\nGrube Güte Gottes,50.1,8.2\nRöhrigshof,50.9,10.1\n"
CHINESE = "名称,纬度,经度\n白云鄂博矿床,41.8,109.9\n金川铜镍矿,38.4,102.2\n"


def read(folder: Path, content: str | bytes, written: str = "utf-8", **options: object) -> Cells:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(written))
    return read_table(path, options=ReadOptions(**options))  # type: ignore[arg-type]


def rows(cells: Cells) -> list[list[str]]:
    return cells.frame.fillna("").to_numpy().tolist()


def plain(text: str, separator: str = ",") -> list[list[str]]:
    return [line.split(separator) for line in text.splitlines()]


# Layout -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_every_separator(tmp_path: Path, separator: str) -> None:
    cells = read(tmp_path, f"a{separator}b{separator}c\n1{separator}x y{separator}3\n")
    assert cells.frame.columns.tolist() == ["a", "b", "c"]
    assert rows(cells) == [["1", "x y", "3"]]
    assert cells.notes == []


def test_decimal_commas_between_semicolons(tmp_path: Path) -> None:
    text = "name;lat;lon;depth;grade\n" + "A;48,15;67,5;1,5;2,5\n" * 50
    cells = read(tmp_path, text)
    assert cells.frame.columns.tolist() == ["name", "lat", "lon", "depth", "grade"]
    assert rows(cells)[0] == ["A", "48,15", "67,5", "1,5", "2,5"]


def test_the_header_counts_no_more_than_the_lines_below_it(tmp_path: Path) -> None:
    cells = read(tmp_path, "id\tname (old, new, other)\tlat\n1\tA\t5\n2\tB, C\t6\n")
    assert rows(cells) == [["1", "A", "5"], ["2", "B, C", "6"]]


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("Mineral deposits of the Tien Shan\n\n", ["Mineral deposits of the Tien Shan"]),
        ("# from the state geological survey, 2017\n# 3 records\n", ["# from the state"]),
        ("Deposits, as of 2020\n", ["Deposits, as of 2020"]),
        ("Deposits,,,,\n", ["Deposits"]),
        ("\n\n", []),
    ],
)
def test_lines_above_the_names(tmp_path: Path, above: str, said: list[str]) -> None:
    body = "id,name,lat,lon,country\n" + "1,A,48,67,KAZ\n" * 9
    cells = read(tmp_path, above + body)
    assert rows(cells) == plain(body)[1:]
    notes = [note for note in cells.notes if "above the column names" in note]
    assert len(notes) == len(said)
    assert all(text in note for text, note in zip(said, notes, strict=True))


def test_a_name_may_begin_with_a_hash(tmp_path: Path) -> None:
    assert read(tmp_path, "#country,b\nKAZ,1\n").frame.columns.tolist() == ["#country", "b"]


def test_excels_line_that_names_the_separator(tmp_path: Path) -> None:
    cells = read(tmp_path, "sep=^\r\na^b,c\r\n1^2,3\r\n")
    assert cells.frame.columns.tolist() == ["a", "b,c"]
    assert rows(cells) == [["1", "2,3"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, newline: str) -> None:
    cells = read(tmp_path, newline.join(["a,b", "1,2", f'3,"x{newline}y"', ""]))
    assert rows(cells) == [["1", "2"], ["3", f"x{newline}y"]]


def test_a_limit_reads_only_so_many(tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{n},x\n" for n in range(200_000))
    assert rows(read(tmp_path, text, limit=3)) == [["0", "x"], ["1", "x"], ["2", "x"]]
    assert rows(read(tmp_path, "a,b\n1\n2,3\n4,5\n", limit=2)) == [["1", ""], ["2", "3"]]


@pytest.mark.exhaustive
def test_too_many_columns_and_too_long_a_header(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"has 1,000,000 columns; a table may have 32,768"):
        read(tmp_path, ",".join(["a"] * 1_000_000) + "\n1,2\n")
    with pytest.raises(FileError, match="first line is longer than 16 MB"):
        read(tmp_path, b"a" * (1 << 25))
    assert len(read(tmp_path, ",".join(map(str, range(MOST_COLUMNS)))).frame.columns) > 30_000


@pytest.mark.exhaustive
def test_a_cell_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    text = 'a,b\n1,"' + "x" * (2 * LARGEST_CELL + 100) + '"\n2,3\n'
    with pytest.raises(FileError, match="a cell of more than 32 MB"):
        read(tmp_path, text)


def test_zero_bytes_are_counted(tmp_path: Path) -> None:
    body = "".join(f"{n},x\n" for n in range(20_000))
    cells = read(tmp_path, f"a,b\n{body}1,\x00\x00y\n")
    assert cells.notes == ["2 NUL bytes are in the text; they are kept."]
    assert cells.frame["b"].iloc[-1] == "\x00\x00y"


# Encodings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("text", [GERMAN, RUSSIAN.replace("название,широта,долгота", "a,b,c")])
def test_unicode_with_and_without_a_mark(tmp_path: Path, text: str, encoding: str) -> None:
    text = text + "A,1,2\n" * 20
    cells = read(tmp_path, text, encoding)
    assert [cells.frame.columns.tolist(), *rows(cells)] == plain(text)
    assert not any("judged" in note for note in cells.notes)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "cp866"),
        (GERMAN, "latin-1"),
        (GERMAN, "cp1252"),
        (CHINESE, "gbk"),
        (CHINESE.replace(",", "|"), "gb18030"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso8859-5"),
        (RUSSIAN, "mac-cyrillic"),
        (GERMAN, "mac-roman"),
        ("名稱,緯度,經度\n金瓜石金礦,25.1,121.8\n大屯山硫磺礦,25.2,121.5\n", "big5"),
        ("名称,緯度,経度\nはこだて鉱山,41.8,140.7\nひたち銅山,36.6,140.6\n", "shift-jis"),
    ],
)
def test_an_encoding_is_guessed_with_a_note(tmp_path: Path, text: str, encoding: str) -> None:
    cells = read(tmp_path, text, encoding)
    separator = "|" if "|" in text else ","
    assert [cells.frame.columns.tolist(), *rows(cells)] == plain(text, separator)
    assert len(cells.notes) == 1
    assert cells.notes[0].startswith("The text is not UTF-8 and was read as ")
    assert "); pass encoding= to change that." in cells.notes[0]


@pytest.mark.parametrize(
    ("word", "encoding"),
    [("Аксу", "cp1251"), ("ДЖЕЗДЫ", "cp1251"), ("Аксу", "cp866"), ("Peñón", "cp1252"),
     ("Köln", "cp1252"), ("白云鄂博", "gb18030")],
)  # fmt: skip
def test_one_word_is_enough(word: str, encoding: str) -> None:
    assert guess([word.encode(encoding)]).encoding == encoding


@pytest.mark.parametrize("length", [2, 4, 12])
def test_greek_mines_are_not_read_as_russian_ones(length: int) -> None:
    names = [
        "ΣΚΟΥΡΙΕΣ", "Μόλυβδος, Ψευδάργυρος", "ΧΑΛΚΙΔΙΚΗ", "Ενεργό", "Εγκαταλελειμμένο", "ΛΑΥΡΙΟ",
        "Άργυρος", "Νικέλιο", "ΠΤΟΛΕΜΑΪΔΑ", "Χρωμίτης", "ΓΕΡΑΚΙΝΗ", "Βωξίτης",
    ]  # fmt: skip
    assert guess(name.encode("cp1253") for name in names[:length]).encoding == "cp1253"


def test_slavic_and_turkic_words_are_not_read_as_greek_ones() -> None:
    for word in ["Руди залізні", "Розробляється", "Налазиште", "Елаците", "АЙНАК", "ТИТАН",
                 "ПИРИТ", "Оюу толгой", "Кен орны"]:  # fmt: skip
        assert guess([word.encode("cp1251")]).encoding == "cp1251", word


def test_an_error_names_the_encoding_guessed_for_other_letters(tmp_path: Path) -> None:
    text = "ΟΝΟΜΑ;ΝΟΜΟΣ;Χ_ΕΓΣΑ87;Υ_ΕΓΣΑ87\n" + "".join(
        f"Μεταλλείο {name};ΧΑΛΚΙΔΙΚΗ;{474418 + n}.8;{4479681 + n}.7\n"
        for n, name in enumerate(["Σκουριές", "Ολυμπιάδα", "Λάρυμνα", "Παρνασσός"])
    )
    path = tmp_path / "mines.csv"
    path.write_bytes(text.encode("cp1253"))
    with pytest.raises((CRSError, FileError), match=r"was read as cp1253 \(99 % sure\); pass enc"):
        minmap.read(path)
    path.write_bytes(text.encode())
    with pytest.raises((CRSError, FileError)) as plain:
        minmap.read(path)
    assert "encoding" not in str(plain.value)


def test_a_guess_states_its_probability() -> None:
    assert guess(["Кара-Тау, Жезказган".encode("cp1251")] * 999).text == "cp1251 (99 % sure)"
    unsure = guess([b"\xb0"])  # a degree sign, or a letter of ISO 8859-5
    assert unsure.encoding == "cp1252"
    assert unsure.probability < 0.9


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["白云鄂博", "个旧锡矿"], "gb18030"),
        (["Риддер", "Сырымбет", "Тишинское"], "cp1251"),
        (["Çaldağ".replace("ğ", "g"), "Größe", "Çatmakaya"], "cp1252"),
        (["Zimapán", "Peñasquito"], "mac-roman"),
        (["ТИШИНСКОЕ", "Уч-Кулач"], "koi8-r"),
    ],
)
@pytest.mark.parametrize("form", ["{}°{}'", "{}°{}′{}″"])
def test_coordinates_with_degree_signs_do_not_mislead(
    names: list[str], encoding: str, form: str
) -> None:
    rows = [f"{name};{form.format(41, 46, 48)};{form.format(110, 2, 7)}" for name in names]
    raw = [row.encode(encoding, errors="ignore") for row in rows]
    assert guess(raw).encoding == encoding


@pytest.mark.parametrize(
    ("names", "encodings"),
    [
        (
            ["Minas de Riotinto", "Almadén", "Peñarroya", "Sotiel Coronada", "Tharsis, Alosno",
             "Córdoba", "La Unión", "Málaga"],
            ["cp1252", "mac-roman", "cp850", "cp437"],
        ),
        (["Rožná", "Příbram", "Jáchymov", "Kutná Hora", "Cínovec", "Zlaté Hory", "Měděnec"],
         ["cp1250", "iso8859-2", "cp852", "mac-latin2"]),
        (["Çayeli", "Kışladağ", "Kırka", "Ergani", "Küre", "Balıkesir", "Muğla", "Divriği"],
         ["cp1254", "cp857", "mac-turkish"]),
    ],
)  # fmt: skip
def test_mines_of_one_country_are_read_in_each_encoding_of_its_language(
    names: list[str], encodings: list[str]
) -> None:
    for encoding in encodings:
        raw = [name.encode(encoding) for name in names]
        found = guess(one for one in raw if not one.isascii()).encoding
        assert [one.decode(found) for one in raw] == names, encoding


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["상동광산", "울진광산", "연화광산", "장군광산", "금산", "봉화군"], "cp949"),
        (["花岡鉱山", "神岡鉱山", "菱刈鉱山", "豊羽鉱山", "別子銅山", "足尾銅山"], "euc_jp"),
        (["السكري", "حمش", "الفواخير", "أبو مروات", "البرامية", "أم الروس"], "cp1256"),
        (["แม่เมาะ", "ดีบุกสงขลา", "เลย", "ชาตรี", "ภูเก็ต", "พังงา"], "cp874"),
        (["תמנע", "מכתש רמון", "ים המלח", "אורון", "נחל צין", "רותם"], "cp1255"),
        (["Marcinkonys", "Varėna", "Kaunas", "Akmenė", "Šiauliai", "Petrašiūnai"], "cp1257"),
    ],
)
def test_mines_in_further_scripts_are_read_as_such(names: list[str], encoding: str) -> None:
    raw = [name.encode(encoding) for name in names if not name.isascii()]
    found = guess(raw)
    assert found.encoding == encoding
    assert not found.is_doubtful


def test_an_encoding_that_is_no_candidate_is_doubtful(tmp_path: Path) -> None:
    names = ["상동광산", "울진광산", "연화광산", "장군광산", "금산", "봉화군", "달성광산", "양양"]
    lines = [f"{name},{36 + n}.51,{128 + n / 9:.4f}" for n, name in enumerate(names)]
    path = tmp_path / "mines.csv"
    path.write_bytes("\n".join(["Name,Latitude,Longitude", *lines]).encode("johab"))
    with pytest.warns(minmap.errors.MinmapWarning, match=r"is doubtful: it fits none.*encoding="):
        minmap.read(path)
    path.write_bytes("\n".join(["이름,위도,경도", *lines]).encode("johab"))
    with pytest.raises(FileError, match=r"is doubtful: it fits none.*encoding="):
        minmap.read(path)


def test_cells_that_no_encoding_decodes_do_not_decide() -> None:
    words = ["Кара-Тау", "Жезказган", "Сары-Оба", "Аксу", "Балхаш", "Риддер"]
    cells = [word.encode("cp1251") for word in words]
    assert guess([*cells, b"\x98\x81\xff ab"]).encoding == "cp1251"


@needs_shared
def test_names_of_commodities_in_six_languages() -> None:
    labels = pd.read_csv(SHARED / "vocab" / "cgi" / "CommodityCode_labels.csv")
    for language, encoding in {
        **dict.fromkeys(["de", "es", "fr", "fi", "sv"], "cp1252"),
        "ru": "cp1251",
        "zh": "gb18030",
    }.items():
        if language not in labels:
            continue
        words = [w for w in labels[language].dropna() if not w.isascii()]
        raw = [w.encode(encoding, errors="ignore") for w in words]
        if len(raw) > 10:
            assert guess(raw).encoding == encoding, language


def test_the_encoding_of_the_user_overrides_the_guess(tmp_path: Path) -> None:
    cells = read(tmp_path, RUSSIAN, "cp1251", encoding="windows-1251")
    assert [cells.frame.columns.tolist(), *rows(cells)] == plain(RUSSIAN)
    assert cells.notes == []
    wrong = read(tmp_path, RUSSIAN, "cp1251", encoding="utf-8")
    assert "letters are U+FFFD, since they were lost before or are not utf-8" in wrong.notes[0]
    with pytest.raises(ChoiceError, match="encoding='klingon' is not known"):
        read(tmp_path, RUSSIAN, encoding="klingon")
    with pytest.raises(ChoiceError, match="encoding='base64' is not known"):
        read(tmp_path, RUSSIAN, encoding="base64")


def test_lines_of_two_encodings_are_each_read_in_their_own(tmp_path: Path) -> None:
    lines = [b"id,name,note", *[f"{n},Peñón,x".encode() for n in range(40)]]
    lines += ["40,Mina Ávila,é".encode("latin-1"), "41,Año,y".encode("latin-1")]
    cells = read(tmp_path, b"\r\n".join(lines))
    assert cells.frame["name"].tolist() == ["Peñón"] * 40 + ["Mina Ávila", "Año"]
    assert cells.frame["note"].iloc[40] == "é"
    assert len(cells.notes) == 1
    assert cells.notes[0].startswith("3 cells are not UTF-8, as the others are, and were read as")


def test_a_cell_of_two_encodings(tmp_path: Path) -> None:
    content = b"id,ref\n1," + "Muñoz".encode() + b" and " + "Peñón".encode("latin-1") + b"\n2,"
    cells = read(tmp_path, content + "Señor".encode() + b"\n")
    assert cells.frame["ref"].tolist() == ["Muñoz and Peñón", "Señor"]


def test_text_that_is_damaged_already_is_counted_and_left(tmp_path: Path) -> None:
    cells = read(tmp_path, "a,b\nPe\ufffd\ufffdn,1\n\ufffd,2\n")
    assert cells.notes == ["3 letters are U+FFFD, since they were lost before; they are kept."]
    assert cells.frame["a"].tolist() == ["Pe\ufffd\ufffdn", "\ufffd"]


@needs_shared
def test_the_facilities_table_has_lost_its_letters() -> None:
    path = SHARED / "deposits" / "usgs_minfac" / "minfac-csv-refined.csv"
    lost = path.read_bytes().count("\ufffd".encode())
    assert lost > 1000
    assert read_table(path).notes == [
        f"{lost:,} letters are U+FFFD, since they were lost before; they are kept."
    ]


@needs_shared
def test_real_tables_are_read_as_the_csv_module_reads_them() -> None:
    for path in sorted((SHARED / "deposits").glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            expected = [row for row in csv.reader(stream) if row]
        found = read_table(path)
        assert rows(found) == expected[1:], path.name


def test_parted_by_lines_of_unlike_length_in_another_encoding(tmp_path: Path) -> None:
    text = "имя,б,в\nКара,1\nТау,1,2,3\nОба,1,2,,\n"
    cells = read(tmp_path, text, "cp1251")
    assert cells.frame.columns.tolist() == ["имя", "б", "в"]
    assert rows(cells) == [["Кара", "1", ""], ["Оба", "1", "2"]]
    assert "1 lines have fewer cells than the first" in " ".join(cells.notes)
    assert "the first has '4 cells instead of 3: Тау,1,2,3'" in " ".join(cells.notes)


SURVEY = "id,name,latitude,longitude,ore,grade\n" + "".join(
    f"{n},Site {'abcdefghij'[n]},45.{n},70.{n},copper ore,{n}.5\n" for n in range(10)
)


def test_rows_with_cells_in_wrong_columns_are_set_aside_with_their_lines(tmp_path: Path) -> None:
    shifted = "20,Ridge, West,45.5,70.5,gold\n"  # as many cells as the header
    long = "21,Tau, East,45.5,70.5,tin ore,3.5\n"
    broken = "22,Mine of\nAk-Tas,45.5,70.5,zinc ore,1.5\n"
    left = "23,45.5,70.5,lead ore\n"
    text = f"{SURVEY}{shifted}24,Kara,46.5\n\n{long}{broken}{left}25,Sary,47.5,71.5,iron ore,2\n"
    cells = read(tmp_path, text, "utf-8")
    assert rows(cells)[10:] == [
        ["24", "Kara", "46.5", "", "", ""],
        ["25", "Sary", "47.5", "71.5", "iron ore", "2"],
    ]
    assert [(row.line, row.reason) for row in cells.rows_aside] == [
        (12, "cells in the wrong columns"),
        (15, "7 cells instead of 6"),
        (16, "2 cells instead of 6"),
        (17, "5 cells instead of 6"),
        (18, "4 cells instead of 6, and cells in the wrong columns"),
    ]
    lines = text.splitlines()
    assert [row.text for row in cells.rows_aside] == [lines[n - 1] for n in (12, 15, 16, 17, 18)]
    assert cells.set_aside == 5
    assert "1 lines have fewer cells" in " ".join(cells.notes)


def test_shifted_rows_alone_are_found_where_all_lines_have_as_many_cells(tmp_path: Path) -> None:
    cells = read(tmp_path, f"{SURVEY}20,Ridge, West,45.5,70.5,gold\n", "utf-8")
    assert [row.line for row in cells.rows_aside] == [12]
    assert len(cells) == 10


@pytest.mark.parametrize(
    "odd",
    [
        "20,Ridge,unknown,70.5,copper ore,1.5",
        "20,Ridge,45.5,70.5,copper ore,about 3",
        "20,Ridge,not surveyed,,12,",
        "20,1910,45.5,70.5,copper ore,1.5",
        "20,Ridge,see map 12,70.5,copper ore,1.5",
    ],
)
def test_odd_values_in_their_own_columns_are_kept(tmp_path: Path, odd: str) -> None:
    assert rows(read(tmp_path, f"{SURVEY}{odd}\n", "utf-8"))[10] == odd.split(",")


def test_tabs_and_separators_at_the_ends_of_lines_leave_nothing_in_the_table(
    tmp_path: Path,
) -> None:
    tabs = read(tmp_path, "id,ore\t\n1,Cu\t\n2,\t\n", "utf-8")
    assert tabs.frame.columns.tolist() == ["id", "ore"]
    assert rows(tabs) == [["1", "Cu"], ["2", ""]]
    separators = read(tmp_path, "id;ore;;\n1;Cu;;\n2;Au;;\n", "utf-8")
    assert separators.frame.columns.tolist() == ["id", "ore"]
    quoted = read(tmp_path, 'id,ore\n1,"Cu\t"\n', "utf-8")
    assert rows(quoted) == [["1", "Cu\t"]]


@given(data=st.data())
def test_a_separator_without_quotes_in_a_name_never_moves_a_value(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = SURVEY.splitlines()
    at = data.draw(st.integers(1, 10))
    word = data.draw(st.text("abcdefgh", min_size=3, max_size=9))
    lines[at] = lines[at].replace(",Site", f",{word}, Site")
    if data.draw(st.booleans()):
        lines[at] = lines[at].rpartition(",")[0]
    cells = read(tmp_path_factory.mktemp("shift"), "\n".join(lines) + "\n", "utf-8")
    assert [row.line for row in cells.rows_aside] == [at + 1]
    assert all(row[2].startswith("45.") and row[3].startswith("70.") for row in rows(cells))


# Whatever the bytes -------------------------------------------------------------------------------


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=8)


@settings(max_examples=60)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_the_csv_module_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, body: list[list[str]], separator: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b", "c"], *body])
    cells = read(tmp_path_factory.mktemp("text"), text.getvalue(), encoding)
    assert rows(cells) == body


@settings(max_examples=80)
@given(st.binary(max_size=400), st.sampled_from([b"", b"a,b\n", b"a;b\n1;2\n", b"\xff\xfe"]))
def test_no_bytes_give_anything_but_cells_or_a_clear_error(content: bytes, head: bytes) -> None:
    said = ""
    try:
        with open_document(io.BytesIO(head + content)) as opened:
            for layer in opened.layers:
                opened.cells(layer)
    except MinmapError as error:
        said = str(error)
    assert "\n" not in said


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=4))
def test_any_bytes_have_a_guess(content: list[bytes]) -> None:
    found = guess(content)
    assert found.encoding in CANDIDATES
    assert 0 < found.probability <= 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_an_encoding_that_needs_a_mark_is_refused_without_one(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,lat\nTau,45\n".encode(f"{encoding}-le"))
    with pytest.raises(FileError, match=f"a.csv cannot be read with encoding='{encoding}'.*-le"):
        read_table(path, "a.csv", ReadOptions(encoding=encoding))


def test_utf_16_without_a_mark() -> None:
    assert marked_encoding("name,latitude,longitude\n".encode("utf-16-be")) == "utf-16-be"


@given(st.text(max_size=200))
def test_a_layout_points_into_the_text(text: str) -> None:
    latin = text.encode().decode("latin-1")
    found = layout_of(latin, whole=True)
    assert 0 <= found.body <= len(latin)
    assert found.names == [] or found.body > 0


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(FileError) as caught:
        call()
    return str(caught.value)


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp1251", "utf-16"):
        text = 'имя,б\nКара,"1\nТау,2\n' + "Оба,3\n" * 9
        message = refused(lambda e=encoding, t=text: read(tmp_path, t, e))
        assert "quotation mark that is never closed" in message
        assert "table.csv" in message
